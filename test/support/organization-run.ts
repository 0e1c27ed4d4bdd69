// An organization run as the run store holds it, in memory: two member accounts are surveyed, its plan is approved, and nothing
// is changed yet. A test says what is different.
import type { Phase } from '../../core/model/closed-sets.ts'
import type { AccountList, ListedAccount } from '../../core/model/documents/account-list.ts'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { OrganizationDecision } from '../../core/model/documents/organization-decision.ts'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import type { AccountPlan, OrganizationPlan } from '../../core/model/documents/organization-plan.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { DEFAULT_ORGANIZATION } from '../../core/model/policy.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { type RunStore, runKey } from '../../io/store/run-store.ts'
import { organizationDocuments, textOf } from '../../steps/run-documents.ts'
import { ago, CALLER, NOW, policyOf } from './facts.ts'
import { makeMemoryStore } from './memory-store.ts'
import { suspectsOf, textOfPlan } from './stored.ts'
import { inputOf, plannedKeyOf } from './waiting.ts'

export const ORG = 'org-1'
/** The account that everything runs in. */
export const HUB = CALLER.account
export const ACCOUNT = '444455556666'
export const OTHER_ACCOUNT = '777788889999'
const ACCOUNTS = [HUB, ACCOUNT, OTHER_ACCOUNT]

export const ROLES = {
  roles: { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' },
  profile: null,
}

export const listedOf = (account: string, fields: Partial<ListedAccount> = {}): ListedAccount => ({
  account,
  name: `name of ${account}`,
  state: 'ACTIVE',
  path: `o-aaaaaaaaaa/r-ab12/${account}/`,
  joinedAt: ago(800),
  end: null,
  why: null,
  member: ROLES,
  ...fields,
})

/** The documents of an organization run; null or false: it has none. */
export interface OrganizationParts {
  input: OrganizationInput | null
  accounts: AccountList | null
  plan: OrganizationPlan | null
  decision: OrganizationDecision | null
  hasRecord: boolean
  /** The run input and the keys of the plan of each account's survey. */
  surveys: Record<string, { input: Partial<RunInput>; keys: PlannedKey[] }>
}

/** The keys that the survey of each account planned. */
export const KEYS_OF: Record<string, PlannedKey[]> = {
  [HUB]: [plannedKeyOf(1)],
  [ACCOUNT]: [plannedKeyOf(2), plannedKeyOf(3)],
  [OTHER_ACCOUNT]: [plannedKeyOf(4)],
}

export const organizationInputOf = (fields: Partial<OrganizationInput> = {}): OrganizationInput => {
  const { approval, approvalDays, allowedAccounts, keyEvents, policy } = inputOf({ approval: 'over-cap' })
  return {
    runId: ORG,
    executionId: `arn:aws:states:us-east-1:${HUB}:execution:keysweep-organization:${ORG}`,
    startedAt: ago(0, 3_600_000),
    passSha256: 'f00d',
    mode: 'apply',
    ...{ approval, approvalDays, allowedAccounts, keyEvents, policy },
    organization: DEFAULT_ORGANIZATION,
    undo: null,
    caller: CALLER,
    ...fields,
  }
}

/** The text of the plan that the survey of an account made. */
export const surveyPlan = (account: string, keys = KEYS_OF[account] ?? []): string =>
  textOfPlan(
    makePlan(
      {
        ...{
          runId: accountRunId(ORG, 'survey', account),
          account,
          mode: 'plan',
          approval: 'over-cap',
          policy: policyOf(),
        },
        ...{ stale: keys, activeKeys: 100 },
      },
      new Date(ago(0, 1_800_000)),
    ),
  )

export const accountPlanOf = (account: string, fields: Partial<AccountPlan> = {}): AccountPlan => ({
  account,
  name: `name of ${account}`,
  run: accountRunId(ORG, 'survey', account),
  plan: planHash(surveyPlan(account)),
  keys: KEYS_OF[account]?.length ?? 0,
  activeKeys: 100,
  leftForNextRun: 0,
  ifApplied: 'go',
  why: [],
  end: null,
  ...fields,
})

const planOfOrganization = (fields: Partial<OrganizationPlan> = {}): OrganizationPlan => ({
  runId: ORG,
  hub: HUB,
  mode: 'apply',
  approval: 'over-cap',
  next: 'approval',
  ifApplied: 'ask',
  createdAt: ago(0, 900_000),
  answerUntil: ago(-7),
  overCaps: [],
  approvalReasons: ['a cap'],
  accounts: ACCOUNTS.map((account) => accountPlanOf(account)),
  ...fields,
})

export const approvalOf = (
  plan: OrganizationPlan,
  fields: Partial<OrganizationDecision> = {},
): OrganizationDecision => ({
  runId: ORG,
  plan: planHash(textOf(plan)),
  answer: 'approve',
  by: `arn:aws:sts::${HUB}:assumed-role/approver/ann`,
  userId: 'AROAANNANNANNANNANNA:ann',
  at: ago(0, 600_000),
  reason: null,
  leftOut: [],
  leftOutAccounts: [],
  ...fields,
})

/** The documents of a run whose plan a person approved. */
export function organizationOf(fields: Partial<OrganizationPlan> = {}): OrganizationParts {
  const plan = planOfOrganization(fields)
  const accounts = ACCOUNTS.map((account) => listedOf(account))
  return {
    input: organizationInputOf(),
    accounts: {
      runId: ORG,
      source: 'organizations',
      organizationId: 'o-aaaaaaaaaa',
      managementAccount: null,
      accounts,
    },
    plan,
    decision: approvalOf(plan),
    hasRecord: false,
    surveys: Object.fromEntries(ACCOUNTS.map((account) => [account, { input: {}, keys: KEYS_OF[account] ?? [] }])),
  }
}

/** The same as an undo of org-0, in these accounts. */
export const undoOf = (accounts: string[] | null = null): OrganizationParts => ({
  ...organizationOf(),
  input: organizationInputOf({ undo: { run: 'org-0', accounts } }),
  plan: null,
  decision: null,
})

/** Stores the documents. */
export async function putOrganization(store: RunStore, parts: OrganizationParts): Promise<void> {
  const { input, accounts, plan, decision, hasRecord, surveys } = parts
  const stored = { input, accounts, plan, decision, record: hasRecord ? { runId: ORG } : null }
  for (const [name, document] of Object.entries(stored))
    if (document !== null)
      await store.put(organizationDocuments[name as keyof typeof stored](ORG).key, textOf(document))
  for (const [account, { input, keys }] of Object.entries(surveys)) {
    const runId = accountRunId(ORG, 'survey', account)
    const survey = inputOf({ ...partFields('survey', account), mode: 'plan', approval: 'over-cap', ...input })
    await store.put(runKey(runId, 'input.json'), textOf(survey))
    await store.put(runKey(runId, 'plan.json'), surveyPlan(account, keys))
    await store.put(runKey(runId, 'suspects.json'), textOf(suspectsOf({ activeKeys: 100 })))
  }
}

/** A store in memory with these documents. */
export async function storeWith(parts: OrganizationParts) {
  const store = makeMemoryStore()
  await putOrganization(store, parts)
  return store
}

/** What the input of a run in an account says, as a part of the organization run. */
export const partFields = (phase: Phase, account: string) => ({
  runId: accountRunId(ORG, phase, account),
  account,
  organizationRun: { run: ORG, phase },
  member: ROLES,
})

/** The stored input of the run that changes an account. */
export const changeInputOf = (account: string, fields: Partial<RunInput> = {}): RunInput =>
  inputOf({
    ...partFields('change', account),
    approval: 'over-cap',
    startedAt: NOW.toISOString(),
    apply: { run: accountRunId(ORG, 'survey', account), plan: planHash(surveyPlan(account)) },
    ...fields,
  })
