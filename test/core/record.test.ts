import { describe, expect, it } from '@jest/globals'
import type { KeyOutcome, KeyVerdict, StoredDecision } from '../../core/model.ts'
import type { Plan } from '../../core/plan.ts'
import { endOf, INTERRUPTED, makeRecord, messageOf, type RecordParts } from '../../core/record.ts'
import { ago, policyOf } from '../support/facts.ts'

const A = 'AKIAAAAAAAAAAAAAAAAA'
const B = 'AKIABBBBBBBBBBBBBBBB'

const verdict = (accessKeyId: string, fields: Partial<KeyVerdict> = {}): KeyVerdict => ({
  user: 'bot',
  accessKeyId,
  createdAt: ago(400),
  lastUsedAt: ago(200),
  lastUsedService: 's3',
  lastUsedRegion: 'eu-west-1',
  verdict: 'stale',
  rule: 'unused',
  reason: 'unused since 2026-02-23',
  idleSince: ago(200),
  staleOn: null,
  owner: 'ann',
  ...fields,
})
const planOf = (fields: Partial<Plan> = {}): Plan => ({
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'over-cap',
  createdAt: ago(0),
  keys: [A, B].map((accessKeyId) => ({ accessKeyId, user: 'bot' })) as Plan['keys'],
  leftForNextRun: 0,
  overCaps: [],
  approvalReasons: [],
  next: 'deactivate',
  ...fields,
})
const outcome = (accessKeyId: string, fields: Partial<KeyOutcome> = {}) => ({
  accessKeyId,
  intent: null,
  outcome: {
    runId: 'run-1',
    user: 'bot',
    accessKeyId,
    outcome: 'deactivated',
    reason: null,
    sent: true,
    at: ago(0),
    ...fields,
  } as KeyOutcome,
})
const partsOf = (fields: Partial<RecordParts> = {}): RecordParts => ({
  runId: 'run-1',
  startedAt: ago(0, 60_000),
  endedAt: ago(0),
  input: { mode: 'apply', policy: policyOf(), caller: { account: '111122223333' } },
  report: { generatedAt: ago(0, 120_000), sha256: 'f00d', users: 60, suspects: 1, activeKeys: 75, activeKeysInUse: 70 },
  verdicts: [verdict(A), verdict(B), verdict('AKIACCCCCCCCCCCCCCCC', { verdict: 'kept', reason: 'in use' })],
  plan: { plan: planOf(), sha256: 'cafe' },
  decision: null,
  undo: null,
  histories: [outcome(A), outcome(B)],
  error: null,
  ...fields,
})
const decisionOf = (fields: Partial<StoredDecision> = {}): StoredDecision => ({
  runId: 'run-1',
  plan: 'cafe',
  answer: 'approve',
  by: 'ann',
  userId: 'AROAXXXX:ann',
  at: ago(0),
  reason: null,
  leftOut: [],
  ...fields,
})
const asked = (decision: Partial<StoredDecision>) => ({
  plan: { plan: planOf({ next: 'approval' }), sha256: 'cafe' },
  decision: decisionOf(decision),
})
const recordOf = (fields: Partial<RecordParts> = {}) => makeRecord(partsOf(fields))
const idle = (fields: Partial<Plan>) => ({
  plan: { plan: planOf({ next: 'record', ...fields }), sha256: 'cafe' },
  histories: [],
})

describe('the status', () => {
  it.each([
    ['deactivated', {}],
    ['some keys failed', { histories: [outcome(A), outcome(B, { outcome: 'failed' })] }],
    ['some keys failed', { histories: [outcome(A), { accessKeyId: B, intent: null, outcome: null }] }],
    ['nothing to do', { histories: [outcome(A, { outcome: 'skipped' }), outcome(B, { outcome: 'skipped' })] }],
    ['nothing to do', idle({ keys: [] })],
    ['planned', idle({ mode: 'plan' })],
    ['over cap', idle({ approval: 'never', overCaps: ['3 stale keys, maxKeys allows 2'] })],
    ['approval needed', idle({ approval: 'never' })],
    ['approval needed', idle({ approval: 'over-cap', overCaps: ['3 stale keys, maxKeys allows 2'] })],
    ['deactivated', { histories: [outcome(A), outcome(B, { outcome: 'skipped' })] }],
    ['refused', { error: { Error: 'StoreUnavailable', Cause: 'x' } }],
    ['planned', { plan: { plan: planOf({ mode: 'plan', next: 'deactivate' }), sha256: 'cafe' } }],
    ['approval needed', { ...idle({}), plan: { plan: planOf({ next: 'approval' }), sha256: 'cafe' } }],
    ['refused', { plan: null, error: { Error: 'ReportRefused', Cause: 'x' } }],
    ['refused', { plan: null }],
    ['another run is open', { plan: null, error: { Error: 'AnotherRunOpen', Cause: 'x' } }],
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
    expect(keys[0]).toMatchObject({ outcome: 'failed', outcomeReason: 'no outcome', at: null })
  })
  it('that an interrupted run never touched was skipped', () => {
    const { keys } = recordOf({
      error: { Error: INTERRUPTED, Cause: '' },
      histories: [{ accessKeyId: A, intent: null, outcome: null }, outcome(B)],
    })
    expect(keys[0]).toMatchObject({
      outcome: 'skipped',
      outcomeReason: 'interrupted before it was touched',
      at: null,
    })
  })
  it('that an interrupted run was about to touch has failed: nobody knows', () => {
    const intent = { runId: 'run-1', user: 'bot', accessKeyId: A, action: 'deactivate', at: ago(0) } as const
    const { keys } = recordOf({
      error: { Error: INTERRUPTED, Cause: '' },
      histories: [{ accessKeyId: A, intent, outcome: null }, outcome(B)],
    })
    expect(keys[0]).toMatchObject({ outcome: 'failed', outcomeReason: 'no outcome' })
  })
  it('that was left out was skipped, by whom', () => {
    const { keys, counts } = recordOf(asked({ leftOut: [B] }))
    expect(keys.map((key) => [key.outcome, key.outcomeReason])).toEqual([
      ['deactivated', null],
      ['skipped', 'left out by ann'],
      [null, null],
    ])
    expect(counts).toMatchObject({ deactivated: 1, skipped: 1 })
  })
  it('beyond the ceiling is left for the next run', () => {
    const { keys } = recordOf({ ...idle({ keys: [] }) })
    expect(keys[0]).toMatchObject({ verdict: 'stale', outcome: null, outcomeReason: 'left for the next run' })
    expect(keys[2]).toMatchObject({ verdict: 'kept', outcomeReason: null })
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
    createdAt: ago(0),
    keys: [{ ...verdict(A), accessKeyId: A, user: 'bot' }] as never,
  }
  const undone = { plan: null, report: null, verdicts: [], undo }

  it('lists the keys that it was to bring back, as the plan had them', () => {
    const record = recordOf({ ...undone, histories: [outcome(A, { outcome: 'reactivated' })] })
    expect(record).toMatchObject({ status: 'reactivated', plan: null, counts: { reactivated: 1, kept: 0 } })
    expect(record.keys).toMatchObject([{ accessKeyId: A, reason: 'unused since 2026-02-23', outcome: 'reactivated' }])
  })
  it('has nothing to do where nothing was to be brought back', () => {
    expect(
      recordOf({ ...undone, histories: [outcome(A, { outcome: 'skipped', reason: 'active already' })] }).status,
    ).toBe('nothing to do')
  })
  it('fails where a key was not brought back', () => {
    expect(endOf(recordOf({ ...undone, histories: [outcome(A, { outcome: 'failed', reason: 'x' })] }))).toMatchObject({
      failed: true,
      cause: `1 of 1 keys failed: ${A} of bot: x`,
    })
  })
})

describe('the record', () => {
  it('says of report, policy, plan and decision what holds for the run', () => {
    const decision = decisionOf({ leftOut: [B], reason: 'in two weeks' })
    expect(recordOf({ ...asked({ leftOut: [B], reason: 'in two weeks' }) })).toMatchObject({
      account: '111122223333',
      mode: 'apply',
      report: { generatedAt: ago(0, 120_000), sha256: 'f00d', users: 60 },
      policy: policyOf(),
      plan: { sha256: 'cafe', keys: 2 },
      decision: { answer: 'approve', by: 'ann', at: decision.at, reason: 'in two weeks', leftOut: [B] },
    })
  })
  it('of a run that was refused before it knew anything says so', () => {
    const parts = { input: null, report: null, verdicts: [], plan: null, histories: [] }
    expect(recordOf({ ...parts, error: { Error: 'InputRefused', Cause: 'x' } })).toMatchObject({
      account: null,
      mode: null,
      report: null,
      policy: null,
      plan: null,
      decision: null,
      counts: { users: 0, suspects: 0, activeKeys: 0, kept: 0, leftForNextRun: 0 },
      status: 'refused',
    })
  })
  it('counts what is left for the next run, and no keys in use where there is no report', () => {
    const left = recordOf({ plan: { plan: planOf({ leftForNextRun: 7 }), sha256: 'cafe' }, report: null })
    expect(left.counts).toMatchObject({ leftForNextRun: 7, kept: 1 })
  })
  it('does not count keys in use before there is a plan', () => {
    expect(recordOf({ plan: null }).counts.kept).toBe(1)
  })
  it('counts the keys that failed', () => {
    expect(recordOf({ histories: [outcome(A), outcome(B, { outcome: 'failed' })] }).counts.failed).toBe(1)
  })
  it('lists no outcome of a key that was not handed on', () => {
    const { keys } = recordOf({ ...idle({ mode: 'plan' }), histories: [outcome(A)] })
    expect(keys.map((key) => key.outcome)).toEqual([null, null, null])
  })
  it('of a root key, which has no id, tells no outcome', () => {
    const root = verdict(A, { accessKeyId: null, verdict: 'kept', reason: 'root' })
    expect(recordOf({ verdicts: [root], histories: [] }).keys).toMatchObject([
      { accessKeyId: null, outcome: null, outcomeReason: null, at: null },
    ])
  })
})

describe('how the execution ends', () => {
  it('done, after all went well', () => {
    expect(endOf(recordOf())).toEqual({ failed: false, error: '', cause: '' })
  })
  it('failed, naming the keys, when some failed', () => {
    expect(
      endOf(recordOf({ histories: [outcome(A), outcome(B, { outcome: 'failed', reason: 'IamDenied: no' })] })),
    ).toEqual({
      failed: true,
      error: 'SomeKeysFailed',
      cause: `1 of 2 keys failed: ${B} of bot: IamDenied: no`,
    })
  })
  it('failed, with the error that broke it off', () => {
    const error = {
      Error: 'ReportRefused',
      Cause: JSON.stringify({ errorType: 'ReportRefused', errorMessage: 'too old' }),
    }
    expect(endOf(recordOf({ plan: null, error }))).toEqual({ failed: true, error: 'ReportRefused', cause: 'too old' })
  })
  it('failed, when nobody answered in time', () => {
    const expired = { ...idle({ next: 'approval' }), decision: decisionOf({ answer: 'expired', by: null }) }
    expect(endOf(recordOf(expired))).toEqual({
      failed: true,
      error: 'ApprovalExpired',
      cause: 'No answer within the term; no answer is no.',
    })
  })
  it('failed, when somebody interrupted it', () => {
    expect(endOf(recordOf({ error: { Error: INTERRUPTED, Cause: 'by hand' } }))).toEqual({
      failed: true,
      error: 'Interrupted',
      cause: 'by hand',
    })
  })
  it('failed, naming the first five of many keys', () => {
    const ids = Array.from({ length: 7 }, (_, index) => `AKIA${String(index).padStart(16, '0')}`)
    const many = planOf({ keys: ids.map((accessKeyId) => ({ accessKeyId, user: 'bot' })) as Plan['keys'] })
    const record = recordOf({
      verdicts: ids.map((id) => verdict(id)),
      plan: { plan: many, sha256: 'cafe' },
      histories: ids.map((id) => outcome(id, { outcome: 'failed', reason: 'no' })),
    })
    const named = ids.slice(0, 5).map((id) => `${id} of bot: no`)
    expect(endOf(record).cause).toBe(`7 of 7 keys failed: ${named.join('; ')}`)
  })
})

it.each([
  [{ Error: 'X', Cause: '{"errorType":"X","errorMessage":"said"}' }, 'said'],
  [{ Error: 'States.Timeout', Cause: '' }, 'States.Timeout'],
  [{ Error: 'X', Cause: 'plain' }, 'plain'],
  [{ Error: 'X', Cause: '{"other":1}' }, '{"other":1}'],
])('of %j the message is %j', (error, message) => {
  expect(messageOf(error)).toBe(message)
})
