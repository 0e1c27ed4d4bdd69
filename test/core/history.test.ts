import { describe, expect, it } from '@jest/globals'
import { broughtBack, type KeyTrace } from '../../core/history.ts'
import { readTries } from '../../core/tries.ts'
import { ago, NOW } from '../support/facts.ts'

const trace = (
  daysAgo: number,
  fields: Partial<{ action: 'deactivate' | 'reactivate'; sent: boolean | null; seenAt: string | null }> = {},
): KeyTrace => {
  const { action = 'deactivate', sent = true, seenAt = null } = fields
  const key = { runId: `run-${daysAgo}`, user: 'u', accessKeyId: 'AKIAIDLEIDLEIDLEIDLE' }
  const at = ago(daysAgo)
  return {
    runId: key.runId,
    intent: { ...key, action, at },
    outcome: sent === null ? null : { ...key, outcome: sent ? 'deactivated' : 'failed', reason: null, sent, at },
    seenAt,
  }
}
const seen = (daysAgo: number): KeyTrace => ({
  runId: `seen-${daysAgo}`,
  intent: null,
  outcome: null,
  seenAt: ago(daysAgo),
})

describe('an Active key', () => {
  it('that we never took was not brought back', () => {
    expect(broughtBack([], NOW)).toEqual({ at: null, note: false })
  })
  it('that we took was brought back by the time we first see it, and that is noted', () => {
    expect(broughtBack([trace(100)], NOW)).toEqual({ at: NOW.toISOString(), note: true })
  })
  it('keeps the day on which it was first seen', () => {
    expect(broughtBack([trace(100), seen(5), seen(30)], NOW)).toEqual({ at: ago(30), note: false })
  })
  it('that was taken again after it was seen counts from the next time', () => {
    expect(broughtBack([trace(300), seen(250), trace(100)], NOW)).toEqual({ at: NOW.toISOString(), note: true })
  })
  it('that we brought back ourselves counts from then', () => {
    expect(broughtBack([trace(100), trace(10, { action: 'reactivate' })], NOW)).toEqual({ at: ago(10), note: false })
  })
  it('whose update certainly was not sent was never taken: the next run takes it', () => {
    expect(broughtBack([trace(1, { sent: false })], NOW)).toEqual({ at: null, note: false })
  })
  it('whose run broke off before an outcome may have been taken', () => {
    expect(broughtBack([trace(1, { sent: null })], NOW)).toMatchObject({ note: true })
  })
})

it.each([
  [[], 0, false],
  [['outcome', 'seen'], 0, false],
  [['intent'], 1, true],
  [['intent', 'refused-1'], 1, false],
  [['intent', 'intent-2', 'refused-1'], 2, true],
  [['intent', 'intent-2', 'refused-2'], 2, true],
  [['intent', 'intent-2', 'refused-1', 'refused-2'], 2, false],
])('from %j: %d tries, sent %s', (names, tries, sent) => {
  expect(readTries(names)).toEqual({ tries, sent })
})
