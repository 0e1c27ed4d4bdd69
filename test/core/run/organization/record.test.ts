// The record of an organization run: its status, its counts, and how the execution ends.
import { describe, expect, it } from '@jest/globals'
import { ACCOUNT_ENDS, END_FAILS, type OrganizationStatus } from '../../../../core/model/closed-sets.ts'
import { organizationRecord } from '../../../../core/model/documents/organization-record.ts'
import { INTERRUPTED } from '../../../../core/run/execution-end.ts'
import { organizationExpired } from '../../../../core/run/organization/decision.ts'
import {
  endOfOrganization,
  makeOrganizationRecord,
  type OrganizationRecordParts,
} from '../../../../core/run/organization/record.ts'
import {
  accountRun,
  HUB,
  idOf,
  listedAccount,
  MANAGEMENT,
  NOW,
  ORG,
  organizationDecision,
  organizationInput,
  organizationParts,
  surveyed,
} from '../../../support/organization.ts'

const A = idOf(1)
const B = idOf(2)
const QUIET = idOf(3)
const ACCOUNTS = [surveyed(A), surveyed(B), surveyed(QUIET, null)]
const ASKS = { approval: 'always' } as const
const approved = organizationDecision()
const UNDO = { run: 'org-0', accounts: null }

/** A run of which one account failed. */
const oneFailed = organizationParts(ACCOUNTS)
oneFailed.runs = new Map([...oneFailed.runs, [B, { survey: ACCOUNTS[1]?.survey ?? null, change: null, undo: null }]])

const error = (name: string) => ({ Error: name, Cause: JSON.stringify({ errorMessage: `message of ${name}` }) })
const NOTHING: Partial<OrganizationRecordParts> = { input: null, accounts: null, plan: null, runs: new Map() }
const undone: Partial<OrganizationRecordParts> = {
  input: organizationInput({ undo: UNDO }),
  plan: null,
  runs: new Map(
    [A, B, QUIET].map((id) => [id, { survey: null, change: null, undo: accountRun('undo', id, 'reactivated') }]),
  ),
}

describe('the status', () => {
  it.each<[OrganizationStatus, string, OrganizationRecordParts, boolean]>([
    ['changed', 'of a run that went', organizationParts(ACCOUNTS), false],
    ['changed', 'of an approved run', organizationParts(ACCOUNTS, { decision: approved }, ASKS), false],
    ['nothing to do', 'without a stale key', organizationParts([surveyed(QUIET, null)]), false],
    [
      'nothing to do',
      'without a stale key, where every plan is asked about',
      organizationParts([surveyed(QUIET, null)], {}, ASKS),
      false,
    ],
    [
      'nothing to do',
      'with every account left out',
      organizationParts(ACCOUNTS, { decision: { ...approved, leftOutAccounts: [A, B] } }, ASKS),
      false,
    ],
    ['planned', 'in mode plan', organizationParts(ACCOUNTS, {}, { mode: 'plan' }), false],
    [
      'planned',
      'in mode plan, where every stale account needs a person and nobody is asked',
      organizationParts([surveyed(A, { ifApplied: 'stop' })], {}, { mode: 'plan', approval: 'never' }),
      false,
    ],
    [
      'approval needed',
      'over a cap, where nobody is asked',
      organizationParts(
        ACCOUNTS,
        {},
        { approval: 'never', organization: { ...organizationInput().organization, maxKeys: 0 } },
      ),
      false,
    ],
    [
      'rejected',
      'of a rejected plan',
      organizationParts(ACCOUNTS, { decision: { ...approved, answer: 'reject' } }, ASKS),
      false,
    ],
    [
      'expired',
      'without an answer',
      organizationParts(ACCOUNTS, { decision: organizationExpired(ORG, 'cafe', NOW) }, ASKS),
      true,
    ],
    ['some accounts failed', 'with one that failed', oneFailed, true],
    ['some accounts failed', 'and an error', { ...oneFailed, error: error('States.Timeout') }, true],
    ['refused', 'of a refused start', organizationParts(ACCOUNTS, { ...NOTHING, error: error('InputRefused') }), true],
    ['refused', 'with an error after the changes', organizationParts(ACCOUNTS, { error: error('StoreDamaged') }), true],
    ['refused', 'without a list of accounts', organizationParts(ACCOUNTS, { accounts: null }), true],
    ['refused', 'without a plan', organizationParts(ACCOUNTS, { plan: null }), true],
    ['changed', 'without its input', organizationParts(ACCOUNTS, { input: null }), false],
    [
      'another run is open',
      'beside another',
      organizationParts(ACCOUNTS, { ...NOTHING, error: error('AnotherRunOpen') }),
      false,
    ],
    [
      'switched off',
      'under the brake',
      organizationParts(ACCOUNTS, { ...NOTHING, error: error('SwitchedOff') }),
      false,
    ],
    ['interrupted', 'of a stopped run', organizationParts(ACCOUNTS, { error: error(INTERRUPTED) }), true],
    ['changed', 'of an undo', organizationParts(ACCOUNTS, undone), false],
  ])('"%s" %s', (status, _, parts, failed) => {
    const record = makeOrganizationRecord(parts)
    expect(record.status).toBe(status)
    expect(endOfOrganization(record)).toMatchObject({ failed })
    // What is written can be read.
    expect(organizationRecord.parse(record)).toMatchObject({ status })
  })
})

describe('the record', () => {
  it('has every account with its end, its runs and its keys, and counts them', () => {
    const counted = accountRun('survey', A, 'planned', { counts: { stale: 2, kept: 9 } })
    const parts = organizationParts([
      surveyed(A, {}, { survey: counted }),
      surveyed(QUIET, null, { listed: listedAccount(QUIET, { end: 'excluded', why: 'by tag' }), survey: null }),
    ])
    const record = makeOrganizationRecord({ ...parts, documents: [{ key: 'k', sha256: 'f' }] })
    const none = { stale: 0, deactivated: 0, reactivated: 0, skipped: 0, failed: 0 }
    const keys = { ...none, stale: 2, deactivated: 2 }
    expect(record.accounts).toEqual([
      {
        ...{ account: A, name: `name of ${A}`, end: 'changed', why: null },
        ...{ runs: [`${ORG}-survey-${A}`, `${ORG}-change-${A}`], ...keys },
      },
      { account: QUIET, name: `name of ${QUIET}`, end: 'excluded', why: 'by tag', runs: [], ...none },
    ])
    const ends = Object.fromEntries(ACCOUNT_ENDS.map((end) => [end, 0]))
    expect(record.counts).toEqual({ accounts: 2, ends: { ...ends, changed: 1, excluded: 1 }, ...keys })
    expect(record).toMatchObject({
      ...{ runId: ORG, hub: HUB, mode: 'apply', undo: null, source: 'organizations', error: null, incomplete: false },
      ...{ startedAt: parts.startedAt, endedAt: parts.endedAt, policy: parts.input?.policy },
      ...{ organization: parts.input?.organization, documents: [{ key: 'k', sha256: 'f' }] },
      ...{ plan: { sha256: 'cafe', accounts: 1, keys: 2 }, ifApplied: { step: 'go', why: [] }, decision: null },
    })
  })
  it('shows the decision, without the id of who answered', () => {
    const { decision } = makeOrganizationRecord(organizationParts(ACCOUNTS, { decision: approved }, ASKS))
    expect(decision).toEqual({
      ...{ answer: 'approve', by: 'ann', at: approved.at, reason: null, leftOut: [], leftOutAccounts: [] },
    })
  })
  it('has no run in an account of which the store has none', () => {
    const [a, b] = makeOrganizationRecord(organizationParts(ACCOUNTS, { runs: new Map() })).accounts
    expect(a).toMatchObject({ end: 'failed', runs: [], stale: 0, deactivated: 0 })
    expect(b?.why).toContain(`${ORG}-change-${B}`)
  })
  it.each(['survey', 'change'] as const)('counts no key of a %s without a record', (phase) => {
    const parts = organizationParts([surveyed(A, {}, { survey: accountRun('survey', A, 'planned') })])
    const runs = { survey: accountRun('survey', A, 'planned'), change: null, undo: null }
    parts.runs = new Map([[A, { ...runs, [phase]: accountRun(phase, A, null) }]])
    expect(makeOrganizationRecord(parts).accounts).toMatchObject([
      {
        end: 'failed',
        runs: phase === 'survey' ? [`${ORG}-survey-${A}`] : [`${ORG}-survey-${A}`, `${ORG}-change-${A}`],
      },
    ])
    expect(makeOrganizationRecord(parts).counts).toMatchObject({ stale: 0, deactivated: 0, failed: 0 })
  })
  it('knows an account that is new, and the management account, by how the run was', () => {
    const denied = (account: string, fields: object) =>
      surveyed(account, null, {
        listed: listedAccount(account, fields),
        survey: accountRun('survey', account, 'refused', { error: 'MemberRoleDenied' }),
      })
    const parts = organizationParts([denied(MANAGEMENT, {}), denied(A, { joinedAt: NOW.toISOString() }), denied(B, {})])
    const ends = ['management account', 'new', 'unreachable']
    expect(makeOrganizationRecord(parts).accounts.map(({ end }) => end)).toEqual(ends)
    // Also by the records of the surveys alone.
    expect(makeOrganizationRecord({ ...parts, plan: null }).accounts.map(({ end }) => end)).toEqual(ends)
  })
  it('has an account that was not begun when the run was stopped as planned', () => {
    const runs = new Map([[B, { survey: null, change: accountRun('change', B, null), undo: null }]])
    const stopped = makeOrganizationRecord(
      organizationParts([surveyed(A), surveyed(B)], { runs, error: error(INTERRUPTED) }),
    )
    expect(stopped.accounts.map(({ end }) => end)).toEqual(['planned', 'failed'])
    const failed = makeOrganizationRecord(organizationParts([surveyed(A)], { runs, error: error('StoreDamaged') }))
    expect(failed.accounts.map(({ end }) => end)).toEqual(['failed'])
  })
  it('has the undone run, and the keys that are Active again', () => {
    const record = makeOrganizationRecord(organizationParts(ACCOUNTS, undone))
    expect(record).toMatchObject({ undo: UNDO, plan: null })
    expect(record.accounts.map(({ end, runs }) => [end, ...runs])).toEqual(
      [A, B, QUIET].map((id) => ['changed', `${ORG}-undo-${id}`]),
    )
  })
})

describe('the end of the execution', () => {
  it('names the accounts that caused it', () => {
    const end = endOfOrganization(makeOrganizationRecord(oneFailed))
    expect(end).toMatchObject({ failed: true, error: 'SomeAccountsFailed' })
    for (const fact of ['1 of 3', B, 'failed', `${ORG}-change-${B}`]) expect(end.cause).toContain(fact)
    expect(end.cause).not.toContain(A)
  })
  it('names five of them, and how many more there are', () => {
    const many = Array.from({ length: 7 }, (_, n) => surveyed(idOf(n), null, { survey: null }))
    const { cause } = endOfOrganization(makeOrganizationRecord(organizationParts(many)))
    for (const fact of ['7 of 7', idOf(4), '2 more']) expect(cause).toContain(fact)
    expect(cause).not.toContain(idOf(5))
  })
  it('is nothing if it did not fail', () => {
    const end = endOfOrganization(makeOrganizationRecord(organizationParts(ACCOUNTS)))
    expect(end).toEqual({ failed: false, error: '', cause: '' })
  })
  it('is its error, or that nobody answered', () => {
    const parts = organizationParts(ACCOUNTS, { ...NOTHING, error: error('InputRefused') })
    expect(endOfOrganization(makeOrganizationRecord(parts))).toEqual({
      ...{ failed: true, error: 'InputRefused', cause: 'message of InputRefused' },
    })
    const expired = organizationParts(ACCOUNTS, { decision: organizationExpired(ORG, 'cafe', NOW) }, ASKS)
    expect(endOfOrganization(makeOrganizationRecord(expired)).error).toBe('ApprovalExpired')
  })
  it('is not failed for an account that is not to fail it', () => {
    expect(
      Object.entries(END_FAILS)
        .filter(([, fails]) => fails)
        .map(([end]) => end),
    ).toEqual(['failed', 'unreachable'])
  })
})
