// Parts of an organization run, for tests: accounts as they are found, surveyed and recorded.
import type { Status } from '../../core/model/closed-sets.ts'
import type { ListedAccount } from '../../core/model/documents/account-list.ts'
import type { OrganizationDecision } from '../../core/model/documents/organization-decision.ts'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import type { OrganizationPlan } from '../../core/model/documents/organization-plan.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { DEFAULT_ORGANIZATION, DEFAULT_POLICY, DEFAULT_SETTINGS } from '../../core/model/policy.ts'
import type { AccountRun } from '../../core/run/organization/account-run.ts'
import { makeOrganizationPlan, type SurveyedAccount, type SurveyedPlan } from '../../core/run/organization/plan.ts'
import type { OrganizationRecordParts } from '../../core/run/organization/record.ts'
import type { FoundAccount } from '../../core/run/organization/select.ts'

export const ORG = 'org-1'
export const HUB = '111122223333'
export const MANAGEMENT = '999900001111'
export const NOW = new Date('2026-09-11T12:00:00.000Z')
export const LONG_AGO = '2024-01-01T00:00:00.000Z'

/** The nth account's id. */
export const idOf = (n: number): string => String(n).padStart(12, '0')

export const ROOT = 'r-ab12'
export const PROD = 'ou-ab12-11111111'
export const TEST = 'ou-ab12-22222222'

export const foundAccount = (account: string, fields: Partial<FoundAccount> = {}): FoundAccount => ({
  account,
  name: `name of ${account}`,
  state: 'ACTIVE',
  path: `o-aaaaaaaaaa/${ROOT}/${PROD}/${account}/`,
  joinedAt: LONG_AGO,
  ...fields,
})

export const MEMBER = {
  roles: { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' },
  profile: null,
}

export const listedAccount = (account: string, fields: Partial<ListedAccount> = {}): ListedAccount => ({
  ...foundAccount(account),
  end: null,
  why: null,
  member: MEMBER,
  ...fields,
})

export const organizationInput = (fields: Partial<OrganizationInput> = {}): OrganizationInput => ({
  runId: ORG,
  executionId: `execution:${ORG}`,
  startedAt: '2026-09-11T11:00:00Z',
  passSha256: 'f00d',
  ...DEFAULT_SETTINGS,
  mode: 'apply',
  approval: 'over-cap',
  policy: DEFAULT_POLICY,
  organization: DEFAULT_ORGANIZATION,
  undo: null,
  caller: {
    account: HUB,
    arn: `arn:aws:sts::${HUB}:assumed-role/start/s`,
    userName: null,
    accessKeyId: null,
    accountAlias: null,
    sourceKeyIds: [],
  },
  ...fields,
})

const NO_COUNTS = {
  ...{ users: 0, suspects: 0, activeKeys: 0, stale: 0, kept: 0, leftForNextRun: 0 },
  ...{ deactivated: 0, reactivated: 0, skipped: 0, failed: 0 },
}

/** A run that ended so. `error`: the name of the error in its record. */
export function accountRun(
  phase: 'survey' | 'change' | 'undo',
  account: string,
  status: Status | null,
  { error, counts = {}, input = 'own' }: { error?: string; counts?: object; input?: AccountRun['input'] } = {},
): AccountRun {
  const record = status && {
    status,
    error: error === undefined ? null : { name: error, message: `message of ${error}` },
    incomplete: false,
    plan: null,
    counts: { ...NO_COUNTS, ...counts },
  }
  return { runId: accountRunId(ORG, phase, account), input, record }
}

export const surveyedPlan = (account: string, fields: Partial<SurveyedPlan> = {}): SurveyedPlan => ({
  sha256: `hash of ${account}`,
  keys: 2,
  activeKeys: 100,
  leftForNextRun: 0,
  ifApplied: 'go',
  ownReasons: [],
  isOverCap: false,
  hasRotation: false,
  ...fields,
})

/** A surveyed account with a plan that would go. */
export const surveyed = (
  account: string,
  plan: Partial<SurveyedPlan> | null = {},
  fields: Partial<SurveyedAccount> = {},
): SurveyedAccount => ({
  listed: listedAccount(account),
  runId: accountRunId(ORG, 'survey', account),
  survey: accountRun('survey', account, plan === null ? 'nothing to do' : 'planned'),
  plan: plan && surveyedPlan(account, plan),
  ...fields,
})

export const organizationPlan = (
  accounts: SurveyedAccount[],
  input: Partial<OrganizationInput> = {},
): OrganizationPlan =>
  makeOrganizationPlan({ input: organizationInput(input), managementAccount: MANAGEMENT, accounts }, NOW)

export const organizationDecision = (fields: Partial<OrganizationDecision> = {}): OrganizationDecision => ({
  runId: ORG,
  plan: 'cafe',
  answer: 'approve',
  by: 'ann',
  userId: 'AROA:ann',
  at: NOW.toISOString(),
  reason: null,
  leftOut: [],
  leftOutAccounts: [],
  ...fields,
})

/** The parts of an organization run that went as planned: the plan's accounts, each changed. */
export function organizationParts(
  accounts: SurveyedAccount[],
  fields: Partial<OrganizationRecordParts> = {},
  input: Partial<OrganizationInput> = {},
): OrganizationRecordParts {
  const plan = organizationPlan(accounts, input)
  const runs = accounts.map(({ listed: { account }, survey, plan }) => {
    const change =
      plan === null ? null : accountRun('change', account, 'deactivated', { counts: { deactivated: plan.keys } })
    return [account, { survey, change, undo: null }] as const
  })
  return {
    runId: ORG,
    startedAt: '2026-09-11T11:00:00Z',
    endedAt: NOW.toISOString(),
    input: organizationInput(input),
    accounts: {
      runId: ORG,
      source: 'organizations',
      organizationId: 'o-aaaaaaaaaa',
      managementAccount: MANAGEMENT,
      accounts: accounts.map(({ listed }) => listed),
    },
    plan: { plan, sha256: 'cafe' },
    decision: null,
    runs: new Map(runs),
    documents: [],
    incomplete: false,
    error: null,
    ...fields,
  }
}
