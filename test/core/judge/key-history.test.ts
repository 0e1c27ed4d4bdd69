import { describe, expect, it } from '@jest/globals'
import { type KeyTrace, notForUndoOf, reactivation } from '../../../core/judge/key-history.ts'
import type { UndoRefusal } from '../../../core/model/undo-refusal.ts'
import { attemptsFrom } from '../../../core/run/attempts.ts'
import { ago, NOW } from '../../support/facts.ts'

const DONE = { deactivate: 'deactivated', reactivate: 'reactivated' } as const

const trace = (
  daysAgo: number,
  fields: Partial<{
    action: 'deactivate' | 'reactivate'
    /** null: the run broke off before an outcome. */
    sent: boolean | null
    reactivationSeenAt: string | null
    /** How long the update took. */
    milliseconds: number
  }> = {},
): KeyTrace => {
  const { action = 'deactivate', sent = true, reactivationSeenAt = null, milliseconds = 0 } = fields
  const key = { runId: `run-${daysAgo}`, user: 'u', accessKeyId: 'AKIAIDLEIDLEIDLEIDLE' }
  const at = ago(daysAgo, -milliseconds)
  return {
    runId: key.runId,
    intent: { ...key, action, at: ago(daysAgo), attempt: '' },
    outcome: sent === null ? null : { ...key, outcome: sent ? DONE[action] : 'failed', reason: null, sent, at },
    sent: sent !== false,
    reactivationSeenAt,
  }
}
/** A run that saw the key Active so many days ago, and so many milliseconds later than that. */
const seen = (daysAgo: number, milliseconds = 0): KeyTrace => ({
  runId: `seen-${daysAgo}`,
  intent: null,
  outcome: null,
  sent: false,
  reactivationSeenAt: ago(daysAgo, -milliseconds),
})

/** Its update was sent, and nobody saw it take effect. */
const unconfirmed = (sent: KeyTrace): KeyTrace => ({
  ...sent,
  outcome: sent.outcome && { ...sent.outcome, outcome: 'failed', reason: 'sent, not confirmed', sent: true },
})

describe('an Active key', () => {
  it('that we never took was not reactivated', () => {
    expect(reactivation([], NOW)).toEqual({ at: null, toNote: false })
  })
  it('that we took was reactivated by the time we first see it, and that is noted', () => {
    expect(reactivation([trace(100)], NOW)).toEqual({ at: NOW.toISOString(), toNote: true })
  })
  it('counts from the last time it was seen: a run notes it again only if a report showed it inactive in between', () => {
    expect(reactivation([trace(100), seen(5), seen(30)], NOW)).toEqual({ at: ago(5), toNote: false })
  })
  it('that we reactivated ourselves, and that was seen to have been reactivated once more, counts from then', () => {
    const traces = [trace(100), trace(95, { action: 'reactivate' }), seen(5)]
    expect(reactivation(traces, NOW)).toEqual({ at: ago(5), toNote: false })
  })
  it('that was taken again after it was seen counts from the next time', () => {
    expect(reactivation([trace(300), seen(250), trace(100)], NOW)).toEqual({ at: NOW.toISOString(), toNote: true })
  })
  it('that was seen Active while our update was under way was not back yet: it counts from the next time', () => {
    const traces = [trace(91, { milliseconds: 8000 }), seen(91, 2000)]
    expect(reactivation(traces, NOW)).toEqual({ at: NOW.toISOString(), toNote: true })
  })
  it('that we reactivated ourselves counts from then', () => {
    expect(reactivation([trace(100), trace(10, { action: 'reactivate' })], NOW)).toEqual({ at: ago(10), toNote: false })
  })
  it('that an undo may have reactivated, which never saw it, counts from the first time it is seen', () => {
    const unsure = trace(10, { action: 'reactivate', sent: null })
    expect(reactivation([trace(100), unsure], NOW)).toEqual({ at: NOW.toISOString(), toNote: true })
    expect(reactivation([trace(100), unsure, seen(5)], NOW)).toEqual({ at: ago(5), toNote: false })
  })
  it('that an earlier report showed inactive was reactivated by now, whatever the runs say, and that is noted', () => {
    const now = { at: NOW.toISOString(), toNote: true }
    expect(reactivation([], NOW, true)).toEqual(now)
    expect(reactivation([trace(100), seen(5)], NOW, true)).toEqual(now)
    expect(reactivation([], NOW, false)).toEqual({ at: null, toNote: false })
  })
  it('that no run took counts from the last time it was seen to have been reactivated', () => {
    const last = { at: ago(5), toNote: false }
    expect(reactivation([seen(30), seen(5), seen(60)], NOW)).toEqual(last)
    expect(reactivation([seen(5), seen(60), seen(30), trace(1, { sent: false })], NOW)).toEqual(last)
  })
  it('whose update certainly was not sent was never taken: the next run takes it', () => {
    expect(reactivation([trace(1, { sent: false })], NOW)).toEqual({ at: null, toNote: false })
  })
  it('whose run was interrupted before an outcome may have been deactivated', () => {
    expect(reactivation([trace(1, { sent: null })], NOW)).toMatchObject({ toNote: true })
  })
})

describe('an undo of run-100, which finds the key Inactive,', () => {
  const taken = trace(100)
  it.each<[string, KeyTrace[], UndoRefusal | null]>([
    ['leaves a key that no run took', [trace(100, { sent: false })], { why: 'not-deactivated' }],
    ['brings back a key that this run took last', [taken], null],
    ['brings back a key whose run broke off before an outcome', [trace(100, { sent: null })], null],
    ['leaves a key that a later run took again', [taken, trace(50)], { why: 'deactivated-again', by: 'run-50' }],
    ['brings it back though a later run was refused it', [taken, trace(50, { sent: false })], null],
    ['leaves a key that was seen Active since', [taken, seen(50)], { why: 'reactivated', by: null }],
    [
      'leaves a key that another undo brought back',
      [taken, trace(50, { action: 'reactivate' })],
      { why: 'reactivated', by: 'run-50' },
    ],
    [
      'brings it back where another undo broke off: perhaps its update never reached IAM',
      [taken, trace(50, { action: 'reactivate', sent: null })],
      null,
    ],
    [
      'brings it back where another undo sent an update and never saw it Active',
      [taken, unconfirmed(trace(50, { action: 'reactivate' }))],
      null,
    ],
    [
      'leaves a key that a broken-off undo brought back after all, and a run saw Active',
      [taken, trace(50, { action: 'reactivate', sent: null }), seen(40)],
      { why: 'reactivated', by: null },
    ],
  ])('%s', (_, traces, refusal) => {
    expect(notForUndoOf('run-100', traces)).toEqual(refusal)
  })
})

describe("what a run has tried is read off its objects' names", () => {
  it.each([
    [[], { count: 0, sent: false, hasOutcome: false, closed: false }],
    [['seen'], { count: 0, sent: false, hasOutcome: false, closed: false }],
    [['outcome', 'seen'], { count: 0, sent: false, hasOutcome: true, closed: true }],
    [['intent'], { count: 1, sent: true, hasOutcome: false, closed: false }],
    [['intent', 'outcome'], { count: 1, sent: true, hasOutcome: true, closed: true }],
    [['intent', 'undone'], { count: 1, sent: true, hasOutcome: false, closed: true }],
    [['undone'], { count: 0, sent: false, hasOutcome: false, closed: true }],
    [['intent', 'refused-1'], { count: 1, sent: false, hasOutcome: false, closed: false }],
    [['intent', 'intent-2', 'refused-1'], { count: 2, sent: true, hasOutcome: false, closed: false }],
    [['intent', 'intent-2', 'refused-2'], { count: 2, sent: true, hasOutcome: false, closed: false }],
    [['intent', 'intent-2', 'refused-1', 'refused-2'], { count: 2, sent: false, hasOutcome: false, closed: false }],
  ])('%j: %j', (names, attempts) => {
    expect(attemptsFrom(names)).toEqual(attempts)
  })
})
