import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { endOf, INTERRUPTED } from '../../../core/run/execution-end.ts'
import type { RecordParts } from '../../../core/run/record.ts'
import { overCapText } from '../../../core/texts/approval-text.ts'
import { LEFT_FOR_NEXT_RUN, outcomeReasonText } from '../../../core/texts/outcome-text.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, CALLER, policyOf } from '../../support/facts.ts'
import { A, asked, B, decisionOf, idle, outcome, planOf, recordOf, verdict } from '../../support/record-parts.ts'

describe('the alias of the account', () => {
  const run = {
    account: '111122223333',
    mode: 'apply',
    policy: policyOf(),
    undo: null,
    apply: null,
    organizationRun: null,
  } as const
  const caller = { ...CALLER, accountAlias: 'acme' }

  it.each<[string, RecordParts['input'], string | null]>([
    ['the one that the credentials told', { ...run, caller }, 'acme'],
    ["none for another account than the credentials'", { ...run, account: '444455556666', caller }, null],
    ['none if it is not known', { ...run, caller: CALLER }, null],
    ['none if the run never began', null, null],
  ])('is %s', (_, input, accountAlias) => {
    expect(recordOf({ input }).accountAlias).toBe(accountAlias)
  })
})

describe('the status', () => {
  it.each([
    ['deactivated', {}],
    ['some keys failed', { histories: [outcome(A), outcome(B, { outcome: 'failed' })] }],
    ['some keys failed', { histories: [outcome(A), { accessKeyId: B, intent: null, outcome: null }] }],
    ['nothing to do', { histories: [outcome(A, { outcome: 'skipped' }), outcome(B, { outcome: 'skipped' })] }],
    ['nothing to do', idle({ keys: [] })],
    ['planned', idle({ mode: 'plan' })],
    ['over cap', idle({ approval: 'never', overCaps: [overCapText({ cap: 'maxKeys', stale: 3, allowed: 2 })] })],
    ['approval needed', idle({ approval: 'never' })],
    [
      'approval needed',
      idle({ approval: 'over-cap', overCaps: [overCapText({ cap: 'maxKeys', stale: 3, allowed: 2 })] }),
    ],
    ['deactivated', { histories: [outcome(A), outcome(B, { outcome: 'skipped' })] }],
    ['refused', { error: { Error: 'StoreUnavailable', Cause: 'x' } }],
    ['planned', { plan: { plan: planOf({ mode: 'plan', next: 'deactivate' }), sha256: 'cafe' } }],
    ['approval needed', { ...idle({}), plan: { plan: planOf({ next: 'approval' }), sha256: 'cafe' } }],
    ['refused', { plan: null, error: { Error: 'ReportRefused', Cause: 'x' } }],
    ['refused', { plan: null }],
    ['another run is open', { plan: null, error: { Error: 'AnotherRunOpen', Cause: 'x' } }],
    ['switched off', { plan: null, error: { Error: 'SwitchedOff', Cause: 'x' } }],
    ['interrupted', { error: { Error: INTERRUPTED, Cause: 'x' } }],
    [
      'rejected',
      {
        ...idle({ next: 'approval' }),
        decision: decisionOf({ answer: 'reject' }),
      },
    ],
    [
      'expired',
      {
        ...idle({ next: 'approval' }),
        decision: decisionOf({ answer: 'expired', by: null }),
      },
    ],
    ['deactivated', asked({ answer: 'approve' })],
    ['nothing to do', asked({ answer: 'approve', leftOut: [A, B] })],
    ['approval needed', asked({ answer: 'approve', plan: 'of another plan' })],
  ] as [string, Partial<RecordParts>][])('%s', (status, fields) => {
    expect(recordOf(fields).status).toBe(status)
  })
})

describe('what applying the plan would do', () => {
  const why = ['35 of 61 active keys, maxPercent allows 25 %']
  it.each<[string, Partial<RecordParts>, RunRecord['ifApplied']]>([
    [
      'is said with its reasons',
      idle({ mode: 'plan', ifApplied: 'stop', approvalReasons: why }),
      { step: 'stop', why },
    ],
    ['is said of a run that applied it, too', {}, { step: 'go', why: [] }],
    ['is nothing where no key is stale', idle({ keys: [], ifApplied: null }), null],
    ['is nothing where there is no plan', { plan: null }, null],
  ])('%s', (_, fields, ifApplied) => {
    expect(recordOf(fields).ifApplied).toEqual(ifApplied)
  })
})

describe('the counts', () => {
  it('are of every key of the suspects, and of the keys that the report shows in use', () => {
    expect(recordOf().counts).toEqual({
      users: 60,
      suspects: 1,
      activeKeys: 75,
      stale: 2,
      kept: 71,
      deactivated: 2,
      reactivated: 0,
      skipped: 0,
      failed: 0,
      leftForNextRun: 0,
    })
  })
})

describe('a planned key', () => {
  it('has exactly one outcome, with its reason and time', () => {
    const { keys } = recordOf({ histories: [outcome(A), outcome(B, { outcome: 'skipped', reason: 'in use' })] })
    expect(keys.map((key) => [key.outcome, key.outcomeReason, key.at])).toEqual([
      ['deactivated', null, ago(0)],
      ['skipped', 'in use', ago(0)],
      [null, null, null],
    ])
  })
  it('without an outcome has failed: no outcome', () => {
    const { keys } = recordOf({ histories: [{ accessKeyId: A, intent: null, outcome: null }, outcome(B)] })
    expect(keys[0]).toMatchObject({
      outcome: 'failed',
      outcomeReason: outcomeReasonText({ why: 'no-outcome' }),
      at: null,
    })
  })
  it('that an interrupted run never touched was skipped', () => {
    const { keys } = recordOf({
      error: { Error: INTERRUPTED, Cause: '' },
      histories: [{ accessKeyId: A, intent: null, outcome: null }, outcome(B)],
    })
    expect(keys[0]).toMatchObject({
      outcome: 'skipped',
      outcomeReason: outcomeReasonText({ why: 'interrupted', when: 'before' }),
      at: null,
    })
  })
  it('that an interrupted run was about to touch has failed: nobody knows', () => {
    const intent = {
      runId: 'run-1',
      user: 'bot',
      accessKeyId: A,
      action: 'deactivate',
      at: ago(0),
      attempt: '',
    } as const
    const { keys } = recordOf({
      error: { Error: INTERRUPTED, Cause: '' },
      histories: [{ accessKeyId: A, intent, outcome: null }, outcome(B)],
    })
    expect(keys[0]).toMatchObject({ outcome: 'failed', outcomeReason: outcomeReasonText({ why: 'no-outcome' }) })
  })
  it('that was left out was skipped, by whom', () => {
    const { keys, counts } = recordOf(asked({ leftOut: [B] }))
    expect(keys.map((key) => [key.outcome, key.outcomeReason])).toEqual([
      ['deactivated', null],
      ['skipped', outcomeReasonText({ why: 'left-out', by: 'ann' })],
      [null, null],
    ])
    expect(counts).toMatchObject({ deactivated: 1, skipped: 1 })
  })
  it('beyond the ceiling is left for the next run', () => {
    const { keys } = recordOf({ ...idle({ keys: [] }) })
    expect(keys[0]).toMatchObject({
      ...{ verdict: 'stale', outcome: null, outcomeReason: LEFT_FOR_NEXT_RUN, leftForNextRun: true },
    })
    expect(keys[2]).toMatchObject({ verdict: 'kept', outcomeReason: null, leftForNextRun: false })
  })
  it('that the plan holds is not left for the next run, and one beside it is', () => {
    const keys = planOf().keys.slice(0, 1)
    const { keys: recorded } = recordOf({ plan: { plan: planOf({ keys, next: 'approval' }), sha256: 'cafe' } })
    expect(recorded.map((key) => key.outcomeReason)).toEqual([null, LEFT_FOR_NEXT_RUN, null])
    expect(recorded.map((key) => key.leftForNextRun)).toEqual([false, true, false])
  })
  it('that waits for a person is not left for the next run', () => {
    const { keys } = recordOf(idle({ next: 'approval' }))
    expect(keys[0]).toMatchObject({ verdict: 'stale', outcome: null, outcomeReason: null })
  })
})

describe('an undo', () => {
  const undo = {
    runId: 'run-2',
    run: 'run-1',
    plan: null,
    createdAt: ago(0),
    keys: [{ ...verdict(A), accessKeyId: A, user: 'bot' }] as never,
  }
  const undone = { plan: null, report: null, verdicts: [], undo }

  it('lists the keys that it was to reactivate, as the plan had them', () => {
    const record = recordOf({ ...undone, histories: [outcome(A, { outcome: 'reactivated' })] })
    expect(record).toMatchObject({ status: 'reactivated', plan: null, counts: { reactivated: 1, kept: 0 } })
    expect(record.keys).toMatchObject([
      { accessKeyId: A, reason: expect.stringContaining('2026-02-23'), outcome: 'reactivated' },
    ])
  })
  it('has nothing to do where nothing was to be reactivated', () => {
    expect(
      recordOf({
        ...undone,
        histories: [outcome(A, { outcome: 'skipped', reason: outcomeReasonText({ why: 'already-active' }) })],
      }).status,
    ).toBe('nothing to do')
  })
  it('fails where a key was not reactivated', () => {
    expect(endOf(recordOf({ ...undone, histories: [outcome(A, { outcome: 'failed', reason: 'x' })] }))).toMatchObject({
      failed: true,
      cause: factsIn(1, A, 'bot', 'x'),
    })
  })
})
