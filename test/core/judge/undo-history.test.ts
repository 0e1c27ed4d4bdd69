import { describe, expect, it } from '@jest/globals'
import { type KeyTrace, notForUndoOf, reactivation } from '../../../core/judge/key-history.ts'
import type { UndoRefusal } from '../../../core/model/undo-refusal.ts'
import { ago, NOW } from '../../support/facts.ts'

const KEY = { user: 'bot', accessKeyId: 'AKIAIDLEIDLEIDLEIDLE' }

const trace = (runId: string, daysAgo: number, fields: Partial<KeyTrace> = {}): KeyTrace => ({
  runId,
  intent: { ...KEY, runId, action: 'deactivate', at: ago(daysAgo), attempt: '' },
  outcome: null,
  sent: true,
  reactivationSeenAt: null,
  ...fields,
})
const back = (runId: string, daysAgo: number): KeyTrace => {
  const { intent, ...rest } = trace(runId, daysAgo)
  return {
    ...rest,
    intent: intent && { ...intent, action: 'reactivate' },
    outcome: { ...KEY, runId, outcome: 'reactivated', reason: null, sent: true, at: ago(daysAgo) },
  }
}
const seen = (daysAgo: number): KeyTrace => ({
  ...trace('run-seen', 0),
  intent: null,
  sent: false,
  reactivationSeenAt: ago(daysAgo),
})

describe('an undo of run-1 leaves a key as it is', () => {
  it.each<[string, KeyTrace[], UndoRefusal | null]>([
    ['never where run-1 took it last', [trace('run-1', 10), trace('run-0', 20)], null],
    ['where no run took it', [], { why: 'not-deactivated' }],
    ['where run-1 certainly sent nothing', [trace('run-1', 10, { sent: false })], { why: 'not-deactivated' }],
    ['where a later run brought it back', [back('run-2', 5), trace('run-1', 10)], { why: 'reactivated', by: 'run-2' }],
    [
      'where a later run took it again',
      [trace('run-2', 5), trace('run-1', 10)],
      { why: 'deactivated-again', by: 'run-2' },
    ],
    ['where it was seen Active since', [trace('run-1', 10), seen(5)], { why: 'reactivated', by: null }],
    ['not where it was seen Active only before', [trace('run-1', 10), seen(15)], null],
  ])('%s', (_, traces, refusal) => {
    expect(notForUndoOf('run-1', traces)).toEqual(refusal)
  })
})

describe('which run took a key last', () => {
  it('uses the time of the intent, whatever the order in which the runs are read', () => {
    const traces = [trace('run-2', 5), back('run-1', 10)]
    expect(notForUndoOf('run-2', traces)).toBeNull()
    expect(notForUndoOf('run-2', traces.toReversed())).toBeNull()
  })
  it('is not known from a trace whose intent is missing', () => {
    expect(notForUndoOf('run-1', [trace('run-1', 10), trace('run-2', 5, { intent: null })])).toBeNull()
  })
})

it('a key seen Active in the very millisecond in which it was taken is back', () => {
  expect(reactivation([trace('run-1', 10), seen(10)], NOW)).toEqual({ at: ago(10), toNote: false })
})
