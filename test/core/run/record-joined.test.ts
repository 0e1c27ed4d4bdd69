// What of each part reaches the record: of the input, of the plan that was taken, of an error, of each key.
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { isUndo, makeRecord, type RecordParts } from '../../../core/run/record.ts'
import { LEFT_FOR_NEXT_RUN, outcomeReasonText } from '../../../core/texts/outcome-text.ts'
import { ago } from '../../support/facts.ts'
import { A, asked, B, decisionOf, outcome, partsOf, planOf, recordOf, verdict } from '../../support/record-parts.ts'
import { IN_USE, UNUSED } from '../../support/rows.ts'
import { plannedKeyOf } from '../../support/waiting.ts'

const NONE = { users: [], paths: [] }
const GHOSTS = { users: ['ghost'], paths: ['/gone/'] }
const UNDO = { runId: 'run-1', run: 'run-0', plan: null, createdAt: ago(0), keys: [plannedKeyOf(1)] }
const source = { run: 'run-0', sha256: 'f00d', unmatchedExemptions: GHOSTS }

describe('of the input the record has', () => {
  const { input } = partsOf()
  it.each<[string, Partial<NonNullable<RecordParts['input']>>]>([
    ['which run it was to undo', { undo: { run: 'run-0', keys: [A] } }],
    ['whose plan it was to carry out', { apply: { run: 'run-0', plan: 'cafe' } }],
    ['that it was neither', { undo: null, apply: null }],
  ])('%s', (_, fields) => {
    expect(recordOf({ input: input && { ...input, ...fields } })).toMatchObject(fields)
  })
})

describe('exemptions that match nobody', () => {
  const { report } = partsOf()
  it.each<[string, Partial<RecordParts>, RunRecord['unmatchedExemptions']]>([
    ["are those of the run's report", { report: report && { ...report, unmatchedExemptions: GHOSTS } }, GHOSTS],
    [
      'are those of a plan that was taken',
      { report: null, plan: { plan: planOf({ source }), sha256: 'cafe' } },
      GHOSTS,
    ],
    ['are none where the plan is its own and there is no report', { report: null }, NONE],
    ['are none where the run came to nothing', { report: null, plan: null }, NONE],
  ])('%s', (_, fields, expected) => {
    expect(recordOf(fields).unmatchedExemptions).toEqual(expected)
  })
})

describe('the keys of a run', () => {
  it('that takes a stored plan are those of the plan, stale, whatever else was judged', () => {
    const keys = [plannedKeyOf(1), plannedKeyOf(2)]
    const plan = { plan: planOf({ source, keys }), sha256: 'cafe' }
    expect(recordOf({ plan, histories: [] }).keys).toMatchObject(
      keys.map(({ accessKeyId, user, reason }) => ({
        ...{ accessKeyId, user, reason },
        ...{ verdict: 'stale', staleOn: null, leftForNextRun: false },
      })),
    )
  })
  it('say which row decided, and by which values', () => {
    const { keys } = recordOf({ verdicts: [verdict(A), verdict(B, { verdict: 'kept', reason: 'in use' })] })
    expect(keys).toMatchObject([UNUSED, IN_USE])
  })
  it('say which exemption has ended, and say nothing of it if none has', () => {
    const exemptionEnded = { until: '2026-01-01', text: null }
    const { keys } = recordOf({ verdicts: [verdict(A, { exemptionEnded }), verdict(B)] })
    expect(keys[0]).toMatchObject({ exemptionEnded })
    expect(keys[1]).not.toHaveProperty('exemptionEnded')
  })
  it('that a person left out are not also left for the next run', () => {
    const [first] = planOf().keys
    const plan = { plan: planOf({ next: 'approval', keys: first === undefined ? [] : [first] }), sha256: 'cafe' }
    const { keys } = recordOf({ plan, decision: decisionOf({ leftOut: [B] }) })
    expect(keys[1]).toMatchObject({
      accessKeyId: B,
      outcome: 'skipped',
      outcomeReason: outcomeReasonText({ why: 'left-out', by: 'ann' }),
      at: ago(0),
      leftForNextRun: false,
    })
  })
  it('that a person left out of a plan that was rejected have no outcome', () => {
    const { keys } = recordOf({ ...asked({ answer: 'reject', leftOut: [B] }), histories: [] })
    expect(keys.map((key) => [key.outcome, key.outcomeReason])).toEqual(Array(3).fill([null, null]))
  })
  it('beyond the plan are left for the next run though the others have outcomes', () => {
    const verdicts = [verdict(A), verdict(B), verdict('AKIADDDDDDDDDDDDDDDD')]
    expect(recordOf({ verdicts }).keys[2]).toMatchObject({
      outcome: null,
      outcomeReason: LEFT_FOR_NEXT_RUN,
      at: null,
      leftForNextRun: true,
    })
  })
})

describe('without the second witness that the settings require', () => {
  const error = { Error: 'NoSecondWitness', Cause: 'denied' }
  const intent = {
    runId: 'run-1',
    user: 'bot',
    accessKeyId: B,
    action: 'deactivate',
    at: ago(0),
    attempt: 'a',
  } as const
  it('a key without an intent was skipped, one with an intent has failed', () => {
    const histories = [
      { accessKeyId: A, intent: null, outcome: null },
      { accessKeyId: B, intent, outcome: null },
    ]
    const { keys, status } = recordOf({ error, histories })
    expect(keys.map(({ outcome, outcomeReason, at }) => [outcome, outcomeReason, at])).toEqual([
      ['skipped', outcomeReasonText({ why: 'no-second-witness' }), null],
      ['failed', outcomeReasonText({ why: 'no-outcome' }), null],
      [null, null, null],
    ])
    expect(status).toBe('some keys failed')
  })
  it('the run is refused', () => {
    const histories = [A, B].map((accessKeyId) => ({ accessKeyId, intent: null, outcome: null }))
    expect(recordOf({ error, histories })).toMatchObject({
      status: 'refused',
      error: { name: 'NoSecondWitness', message: 'denied' },
      counts: { skipped: 2, failed: 0 },
    })
  })
  it('what was noted of a key holds', () => {
    expect(recordOf({ error }).counts).toMatchObject({ deactivated: 2, skipped: 0 })
  })
})

describe('the status', () => {
  const broken = { Error: 'StoreUnavailable', Cause: 'x' }
  const failed = [outcome(A), outcome(B, { outcome: 'failed' })]
  const interrupted = { Error: 'Interrupted', Cause: 'x' }
  it.each<[RunRecord['status'], string, Partial<RecordParts>]>([
    ['some keys failed', 'a run broke off after that', { error: broken, histories: failed }],
    ['refused', 'a run broke off after keys were changed', { error: broken }],
    ['interrupted', 'a run was stopped after a key failed', { error: interrupted, histories: failed }],
    ['nothing to do', 'an undo has no keys', { plan: null, undo: { ...UNDO, keys: [] }, histories: [] }],
    ['nothing to do', 'a run left its keys without outcomes', { histories: [] }],
  ])('is "%s" where %s', (status, _, fields) => {
    expect(recordOf(fields).status).toBe(status)
  })
})

describe('a record', () => {
  const record = makeRecord(partsOf())
  const { report, plan, keys } = record
  const undo = { run: 'run-0', keys: null }
  it.each<[string, Partial<RunRecord>, boolean]>([
    ['that names the run it undid', { undo, report, plan, keys }, true],
    ['that names it, with no keys and no report', { undo, report: null, plan: null, keys: [] }, true],
    ['of 0.1.0 with keys alone', { undo: null, report: null, plan: null, keys }, true],
    ['of 0.1.0 with nothing', { undo: null, report: null, plan: null, keys: [] }, false],
    ['with a report', { undo: null, report, plan: null, keys }, false],
    ['with a plan', { undo: null, report: null, plan, keys }, false],
    ['with report and plan', { undo: null, report, plan, keys }, false],
  ])('%s is that of an undo: %#', (_, fields, expected) => {
    expect(isUndo({ ...record, ...fields })).toBe(expected)
  })
})
