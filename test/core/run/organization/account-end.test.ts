// How an account ends, as tables.
import { describe, expect, it } from '@jest/globals'
import type { AccountRunReason } from '../../../../core/model/account-reason.ts'
import { type AccountEnd, type Phase, STATUSES, type Status } from '../../../../core/model/closed-sets.ts'
import type { AccountPlan } from '../../../../core/model/documents/organization-plan.ts'
import { accountRunId } from '../../../../core/model/ids.ts'
import { type AccountFacts, endOfAccount } from '../../../../core/run/organization/account-end.ts'
import { type AccountRun, endByRun } from '../../../../core/run/organization/account-run.ts'
import type { Turn } from '../../../../core/run/organization/decision.ts'
import { accountRunText } from '../../../../core/texts/organization-text.ts'
import { accountRun, idOf, listedAccount, MANAGEMENT, NOW, ORG } from '../../../support/organization.ts'

const A = idOf(1)
const REACH = { managementAccount: MANAGEMENT, now: NOW }
const RUN_ID = accountRunId(ORG, 'change', A)
const OTHER_RUN: AccountRunReason = { because: 'other-run', run: RUN_ID }
const WHEN = { ...REACH, isInterrupted: false }

const byRun = (phase: Phase, run: AccountRun | null, account = listedAccount(A)) =>
  endByRun(phase, accountRunId(ORG, phase, account.account), run, account, REACH)

describe('the end of an account by its run', () => {
  const GOOD: Record<Phase, Partial<Record<Status, AccountEnd>>> = {
    survey: { planned: 'planned', 'nothing to do': 'nothing to do' },
    change: { deactivated: 'changed', 'nothing to do': 'nothing to do', 'another run is open': 'busy' },
    // An undo waits for nobody: keys that it did not give back are a failure.
    undo: { reactivated: 'changed', 'nothing to do': 'nothing to do' },
  }
  const cases = (['survey', 'change', 'undo'] as const).flatMap((phase) =>
    STATUSES.map((status) => [phase, status, GOOD[phase][status] ?? 'failed'] as const),
  )
  it.each(cases)('%s that ended as "%s": %s', (phase, status, end) => {
    expect(byRun(phase, accountRun(phase, A, status)).end).toBe(end)
  })
  it.each<[string, AccountRun | null, string]>([
    ['no run', null, `${ORG}-survey-${A}`],
    ['a run without a record', accountRun('survey', A, null), `${ORG}-survey-${A}`],
    ['a run of somebody else', accountRun('survey', A, 'nothing to do', { input: 'other' }), `${ORG}-survey-${A}`],
    ['a record without an input', accountRun('survey', A, 'nothing to do', { input: null }), `${ORG}-survey-${A}`],
    ['a refused start', accountRun('survey', A, 'refused', { input: null, error: 'RunIdTaken' }), 'RunIdTaken'],
    ['a good status and an error', accountRun('survey', A, 'planned', { error: 'StoreDamaged' }), 'StoreDamaged'],
    ['an error', accountRun('survey', A, 'refused', { error: 'ReportRefused' }), 'message of ReportRefused'],
    // Anybody who can start a run of this name could make it say this.
    [
      'a denied role, by a run of somebody else',
      accountRun('survey', A, 'refused', { error: 'MemberRoleDenied', input: 'other' }),
      '',
    ],
    [
      'a denied role, without an input',
      accountRun('survey', A, 'refused', { error: 'MemberRoleDenied', input: null }),
      '',
    ],
  ])('with %s is failed, and says which', (_, run, why) => {
    const ended = byRun('survey', run)
    expect(ended.end).toBe('failed')
    expect(ended.why).toContain(why)
  })
  const incomplete = (run: AccountRun): AccountRun => ({
    ...run,
    record: run.record && { ...run.record, incomplete: true },
  })
  const ERROR = { name: 'StoreDamaged', message: 'message of StoreDamaged' }
  it.each<[string, AccountRun | null, AccountRunReason]>([
    ['no run', null, { because: 'no-record', run: RUN_ID }],
    ['no record', accountRun('change', A, null), { because: 'no-record', run: RUN_ID }],
    ['a run of somebody else', accountRun('change', A, 'deactivated', { input: 'other' }), OTHER_RUN],
    [
      'an error of a run of somebody else',
      accountRun('change', A, 'refused', { input: 'other', error: 'MemberRoleDenied' }),
      OTHER_RUN,
    ],
    [
      'an incomplete record',
      incomplete(accountRun('change', A, 'deactivated')),
      { because: 'incomplete', run: RUN_ID },
    ],
    [
      'an incomplete record and an error',
      incomplete(accountRun('change', A, 'deactivated', { error: 'StoreDamaged' })),
      { because: 'run', run: RUN_ID, status: 'deactivated', error: ERROR },
    ],
    [
      'a bad status',
      accountRun('change', A, 'some keys failed'),
      { because: 'run', run: RUN_ID, status: 'some keys failed', error: null },
    ],
    [
      'a denied role, without an input',
      accountRun('change', A, 'refused', { error: 'MemberRoleDenied', input: null }),
      {
        ...{ because: 'run', run: RUN_ID, status: 'refused' },
        error: { name: 'MemberRoleDenied', message: 'message of MemberRoleDenied' },
      },
    ],
  ])('with %s is failed for that reason, and for no other', (_, run, reason) => {
    expect(byRun('change', run)).toEqual({ end: 'failed', why: accountRunText(reason) })
  })
  it('says of a busy account without an error how its run ended', () => {
    const why = accountRunText({ because: 'run', run: RUN_ID, status: 'another run is open', error: null })
    expect(byRun('change', accountRun('change', A, 'another run is open'))).toEqual({ end: 'busy', why })
  })
  it('says why of a busy account, and nothing of a good one', () => {
    expect(byRun('change', accountRun('change', A, 'another run is open', { error: 'AnotherRunOpen' }))).toEqual({
      end: 'busy',
      why: 'AnotherRunOpen: message of AnotherRunOpen',
    })
    expect(byRun('change', accountRun('change', A, 'deactivated')).why).toBeNull()
  })
})

describe('an account whose role cannot be assumed', () => {
  const denied = accountRun('survey', A, 'refused', { error: 'MemberRoleDenied' })
  it.each<[string, string | null, AccountEnd]>([
    ['joined long ago', '2024-01-01T00:00:00Z', 'unreachable'],
    ['joined at an unknown time', null, 'unreachable'],
    ['joined at no time', 'yesterday', 'unreachable'],
    ['joined a day ago', '2026-09-10T12:00:00.000Z', 'unreachable'],
    ['joined a millisecond less ago', '2026-09-10T12:00:00.001Z', 'new'],
    ['joined just now, by a clock ahead of ours', '2026-09-11T12:01:00.000Z', 'new'],
    ['joins in a year', '2027-09-11T12:00:00.000Z', 'unreachable'],
  ])('and which %s', (_, joinedAt, end) => {
    expect(byRun('survey', denied, listedAccount(A, { joinedAt }))).toEqual({
      end,
      why: expect.stringContaining('MemberRoleDenied'),
    })
  })
  it.each(['2024-01-01T00:00:00Z', NOW.toISOString()])('is the management account, joined %s', (joinedAt) => {
    const account = listedAccount(MANAGEMENT, { joinedAt })
    const run = accountRun('survey', MANAGEMENT, 'refused', { error: 'MemberRoleDenied' })
    expect(byRun('survey', run, account).end).toBe('management account')
  })
})

describe('the end of an account', () => {
  const line: AccountPlan = {
    account: A,
    name: null,
    run: `${ORG}-survey-${A}`,
    plan: 'f00d',
    keys: 2,
    activeKeys: 10,
    leftForNextRun: 0,
    ifApplied: 'go',
    why: [],
    end: null,
  }
  const planned = (fields: Partial<AccountPlan>, turn: Turn = 'goes') => ({
    planned: { line: { ...line, ...fields }, turn },
  })
  const end = (fields: Partial<AccountFacts>, isInterrupted = false) =>
    endOfAccount(
      {
        organizationRun: ORG,
        listed: listedAccount(A),
        ...planned({}),
        isUndo: false,
        survey: accountRun('survey', A, 'planned'),
        change: null,
        undo: null,
        ...fields,
      },
      { ...WHEN, isInterrupted },
    )
  const changed = accountRun('change', A, 'deactivated')

  it.each<[string, Partial<AccountFacts>, AccountEnd]>([
    [
      'excluded, whatever ran',
      { listed: listedAccount(A, { end: 'excluded', why: 'x' }), change: changed },
      'excluded',
    ],
    ['not active', { listed: listedAccount(A, { end: 'not active', why: 'x' }) }, 'not active'],
    ['as its plan says', { ...planned({ end: 'new', why: ['no role'] }), change: changed }, 'new'],
    ['left out', planned({}, 'left out'), 'left out'],
    ['planned: not carried out', planned({}, 'stays'), 'planned'],
    ['changed', { change: changed }, 'changed'],
    ['failed: its change did not start', {}, 'failed'],
    ['busy', { change: accountRun('change', A, 'another run is open') }, 'busy'],
    [
      'unreachable at the change',
      { change: accountRun('change', A, 'refused', { error: 'MemberRoleDenied' }) },
      'unreachable',
    ],
    ['by its survey, without a plan', { planned: null }, 'planned'],
    ['failed: neither plan nor survey', { planned: null, survey: null }, 'failed'],
    ['changed back', { isUndo: true, planned: null, undo: accountRun('undo', A, 'reactivated') }, 'changed'],
    ['failed: its undo did not start', { isUndo: true, planned: null }, 'failed'],
  ])('%s', (_, fields, expected) => {
    expect(end(fields).end).toBe(expected)
  })
  it('that was not begun when the run was stopped is planned; one that was begun is failed', () => {
    expect(end({}, true).end).toBe('planned')
    expect(end({ change: accountRun('change', A, null) }, true).end).toBe('failed')
  })
  it('says why, in the words of its list or of its plan', () => {
    expect(end({ listed: listedAccount(A, { end: 'excluded', why: 'by tag' }) }).why).toBe('by tag')
    expect(end(planned({ end: 'failed', why: ['one', 'two'] })).why).toBe('one; two')
    expect(end(planned({ end: 'nothing to do' })).why).toBeNull()
  })
})
