import { describe, expect, it } from '@jest/globals'
import { STATUSES } from '../../../core/model/closed-sets.ts'
import type { Plan } from '../../../core/model/documents/plan.ts'
import { endOf, INTERRUPTED, messageOf } from '../../../core/run/execution-end.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, policyOf } from '../../support/facts.ts'
import { A, asked, B, decisionOf, idle, outcome, planOf, recordOf, verdict } from '../../support/record-parts.ts'

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
  it('counts what is left for the next run, and no keys in use if there is no report', () => {
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
  it('is by the status of the run', () => {
    const failed = STATUSES.filter((status) => endOf({ ...recordOf(), status }).failed)
    expect(failed).toEqual(['some keys failed', 'expired', 'refused', 'interrupted'])
  })
  it('done, after all went well', () => {
    expect(endOf(recordOf())).toEqual({ failed: false, error: '', cause: '' })
  })
  it('failed, naming the keys, when some failed', () => {
    expect(
      endOf(recordOf({ histories: [outcome(A), outcome(B, { outcome: 'failed', reason: 'IamDenied: no' })] })),
    ).toEqual({
      failed: true,
      error: 'SomeKeysFailed',
      cause: factsIn(1, 2, B, 'bot', 'IamDenied: no'),
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
      cause: expect.stringMatching(/\p{L} \p{L}/u),
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
    expect(endOf(record).cause).toEqual(factsIn(7, named.join('; ')))
    expect(endOf(record).cause).not.toContain(ids[5])
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
