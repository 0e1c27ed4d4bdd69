// Organizations by chance: every account has exactly one end, a blind spot is never green, and nothing outside the decided
// plan is changed.
import { expect } from '@jest/globals'
import fc from 'fast-check'
import { APPROVALS, MODES, type PHASES, STATUSES, type Status } from '../../core/model/closed-sets.ts'
import type { OrganizationNext } from '../../core/model/documents/organization-plan.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { DEFAULT_ORGANIZATION } from '../../core/model/policy.ts'
import type { AccountRun } from '../../core/run/organization/account-run.ts'
import { accountsToChange } from '../../core/run/organization/decision.ts'
import { makeOrganizationPlan } from '../../core/run/organization/plan.ts'
import { endOfOrganization, makeOrganizationRecord } from '../../core/run/organization/record.ts'
import { selectAccounts } from '../../core/run/organization/select.ts'
import {
  accountRun,
  foundAccount,
  idOf,
  MANAGEMENT,
  NOW,
  ORG,
  organizationDecision,
  organizationInput,
  surveyedPlan,
} from '../support/organization.ts'
import type { Cases } from './seeds.ts'

const HASH = 'cafe'
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

interface Ran {
  status: Status | null
  error?: string
  input: AccountRun['input']
}

/** What the store has of a run, mostly as it should be: in one of these statuses. */
const ranAs = (...good: Status[]) =>
  fc.record({
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: maybe(fc.constantFrom(...STATUSES)) },
    ),
    error: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom('MemberRoleDenied', 'MemberRoleDenied', 'ReportRefused') },
    ),
    input: fc.oneof(
      { weight: 12, arbitrary: fc.constant('own') },
      { weight: 1, arbitrary: fc.constantFrom('other', null) },
    ),
  }) as fc.Arbitrary<Ran>

const mostly = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 8 })

const account = fc.record({
  state: fc.constantFrom(...Array(12).fill('ACTIVE'), 'PENDING_CLOSURE', 'SUSPENDED', 'ODD', null),
  joinedAt: fc.constantFrom('2024-01-01T00:00:00Z', '2026-09-11T11:00:00Z', null),
  isManagement: fc.boolean(),
  isExcepted: fc.constantFrom(...Array(7).fill(false), true),
  isLeftOut: fc.constantFrom(false, false, true),
  survey: mostly(ranAs('planned', 'planned', 'nothing to do')),
  change: mostly(ranAs('deactivated', 'deactivated', 'another run is open', 'nothing to do')),
  undo: mostly(ranAs('reactivated', 'nothing to do', 'another run is open')),
  keys: mostly(fc.integer({ min: 0, max: 30 })),
  isOverCap: fc.constantFrom(false, false, false, true),
})

const organization = fc.record({
  accounts: fc.array(account, { minLength: 1, maxLength: 30 }),
  mode: fc.constantFrom(...MODES),
  approval: fc.constantFrom(...APPROVALS),
  maxAccounts: fc.integer({ min: 0, max: 30 }),
  maxKeys: fc.integer({ min: 0, max: 200 }),
  maxPercent: fc.integer({ min: 0, max: 100 }),
  isUndo: fc.constantFrom(false, false, false, true),
  hasPlan: fc.constantFrom(true, true, true, false),
  answer: maybe(fc.constantFrom('approve', 'approve', 'reject', 'expired')),
  plan: fc.constantFrom(HASH, HASH, HASH, 'another'),
  error: maybe(fc.constantFrom('Interrupted', 'StoreDamaged', 'States.Timeout')),
})

/** @returns how many accounts ended so, by end */
export function everyAccountEndsOnce(cases: Cases): Record<string, number> {
  const seen: Record<string, number> = {}
  const property = fc.property(organization, (given) => {
    const world = worldOf(given)
    if (world === null) return
    const { listed, plan, decision, record } = world
    // Every account has one end.
    expect(record.accounts.map(({ account }) => account)).toEqual(listed.map(({ account }) => account))
    expect(Object.values(record.counts.ends).reduce((sum, count) => sum + count, 0)).toBe(listed.length)
    for (const { end } of record.accounts) seen[end] = (seen[end] ?? 0) + 1
    // A blind spot is never green.
    const isBlind = record.accounts.some(({ end }) => end === 'failed' || end === 'unreachable')
    if (isBlind) expect(endOfOrganization(record).failed).toBe(true)
    // Nothing outside the decided plan goes, and only what went can be changed.
    const going = plan === null ? [] : accountsToChange(plan, HASH, decision).map(({ account }) => account)
    expect(going.filter((account) => !mayGo(given, account, plan?.next ?? 'record'))).toEqual([])
    const changed = record.accounts.filter(({ end }) => end === 'changed').map(({ account }) => account)
    if (!given.isUndo) expect(changed.filter((account) => !going.includes(account))).toEqual([])
  })
  fc.assert(property, cases)
  return seen
}

type Given = typeof organization extends fc.Arbitrary<infer T> ? T : never
type GivenAccount = Given['accounts'][number]

const idAt = (given: GivenAccount, index: number): string =>
  given.isManagement && index === 0 ? MANAGEMENT : idOf(index + 1)

/** The oracle, by the facts: what goes without a person is under every cap, and what a person lets go is approved. */
function mayGo(given: Given, id: string, next: OrganizationNext): boolean {
  const { mode, approval, answer } = given
  const one = given.accounts.find((account, index) => idAt(account, index) === id)
  if (one === undefined || mode !== 'apply' || next === 'record' || !isAble(one)) return false
  if (next === 'approval') return answer === 'approve' && given.plan === HASH && !one.isLeftOut && approval !== 'never'
  return approval !== 'always' && !one.isOverCap && !isOverOrganization(given)
}

/** Whether its survey made a plan that can be carried out. */
const isAble = ({ survey, keys, state, isExcepted }: GivenAccount): boolean =>
  survey?.status === 'planned' &&
  survey.error === undefined &&
  survey.input === 'own' &&
  (keys ?? 0) > 0 &&
  !isExcepted &&
  WORKING.includes(state ?? '')

const WORKING = ['ACTIVE', 'PENDING_CLOSURE']

/** Whether the keys of the accounts that could go are over a cap of the organization. */
function isOverOrganization({ accounts, maxAccounts, maxKeys, approval }: Given): boolean {
  const able = accounts.filter((one) => isAble(one) && !(approval === 'never' && one.isOverCap))
  return able.length > maxAccounts || able.reduce((sum, { keys }) => sum + (keys ?? 0), 0) > maxKeys
}

function worldOf(given: Given) {
  const found = given.accounts.map((one, index) =>
    foundAccount(idAt(one, index), { state: one.state, joinedAt: one.joinedAt }),
  )
  const exceptAccounts = given.accounts.flatMap((one, index) => (one.isExcepted ? idAt(one, index) : []))
  const { maxAccounts, maxKeys, maxPercent, mode, approval } = given
  const settings = { ...DEFAULT_ORGANIZATION, exceptAccounts, maxAccounts, maxKeys, maxPercent }
  const accounts = {
    source: 'organizations',
    organizationId: null,
    managementAccount: MANAGEMENT,
    accounts: found,
  } as const
  const isNone = given.accounts.every(({ state, isExcepted }) => isExcepted || !WORKING.includes(state ?? ''))
  // Refused as a whole.
  if (isNone) return null
  const listed = selectAccounts(accounts, { ...settings, allowedAccounts: null }, () => ({}))
  const input = organizationInput({
    mode,
    approval,
    organization: settings,
    undo: given.isUndo ? { run: 'org-0', accounts: null } : null,
  })
  const factsOf = new Map(given.accounts.map((one, index) => [idAt(one, index), one]))
  const plan =
    given.isUndo || !given.hasPlan
      ? null
      : makeOrganizationPlan(
          {
            input,
            managementAccount: MANAGEMENT,
            accounts: listed.map((one) => surveyedOf(one, factsOf.get(one.account), approval)),
          },
          NOW,
        )
  const decision =
    given.answer === null
      ? null
      : organizationDecision({
          plan: given.plan,
          answer: given.answer,
          leftOutAccounts: given.accounts.flatMap((one, index) => (one.isLeftOut ? idAt(one, index) : [])),
        })
  const runs = new Map(
    [...factsOf].map(([account, one]) => [
      account,
      {
        survey: runOf('survey', account, one),
        change: runOf('change', account, one),
        undo: runOf('undo', account, one),
      },
    ]),
  )
  const record = makeOrganizationRecord({
    ...{ runId: ORG, startedAt: NOW.toISOString(), endedAt: NOW.toISOString(), input, decision, runs },
    accounts: { runId: ORG, ...accounts, accounts: listed },
    plan: plan && { plan, sha256: HASH },
    ...{ documents: [], incomplete: false },
    error: given.error === null ? null : { Error: given.error, Cause: '' },
  })
  return { listed, plan, decision, record }
}

function runOf(phase: (typeof PHASES)[number], account: string, one: GivenAccount): AccountRun | null {
  const ran = one[phase]
  return ran && accountRun(phase, account, ran.status, ran)
}

function surveyedOf(
  listed: ReturnType<typeof selectAccounts>[number],
  one: GivenAccount | undefined,
  approval: Given['approval'],
) {
  const { account } = listed
  const plan =
    one === undefined || one.keys === null
      ? null
      : surveyedPlan(account, {
          keys: one.keys,
          isOverCap: one.isOverCap,
          ifApplied:
            one.keys === 0
              ? null
              : one.isOverCap
                ? approval === 'never'
                  ? 'stop'
                  : 'ask'
                : approval === 'always'
                  ? 'ask'
                  : 'go',
        })
  const survey = one === undefined ? null : runOf('survey', account, one)
  return { listed, runId: accountRunId(ORG, 'survey', account), survey, plan }
}
