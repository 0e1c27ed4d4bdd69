import { describe, expect, it } from '@jest/globals'
import { VERDICT_TABLE } from '../../../core/judge/verdict.ts'
import type { KeyFacts } from '../../../core/model/facts.ts'
import type { Policy } from '../../../core/model/policy.ts'
import {
  ago,
  CALLER,
  type Given,
  keyOf,
  NEVER_USED,
  NOW,
  policyOf,
  slotOf,
  usedAt,
  userOf,
  verdictOf,
} from '../../support/facts.ts'

const reasonOf = (given: Given): string => verdictOf(given).reason

describe('a key at the edge of its unused term', () => {
  const cases: [string, number, number, string][] = [
    ['one millisecond short of 90 days', 90, -1, 'kept'],
    ['exactly 90 days', 90, 0, 'stale'],
    ['one millisecond over 90 days', 90, 1, 'stale'],
  ]
  it.each(cases)('last used %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(days, milliseconds)) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('never used and created %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ createdAt: ago(days, milliseconds), lastUsed: NEVER_USED }) }).verdict).toBe(
      verdict,
    )
  })
  it.each(cases)('brought back %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ reactivatedAt: ago(days, milliseconds) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('with a strange last_rotated in the report %s ago', (_, days, milliseconds, verdict) => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastRotatedAt: ago(days, milliseconds) })]
    expect(verdictOf({ key, facts }).verdict).toBe(verdict)
  })
})

describe('the reason of a stale key', () => {
  it('names the day of the last use', () => {
    expect(verdictOf({})).toMatchObject({ verdict: 'stale', rule: 'unused', reason: 'unused since 2026-02-23' })
  })
  it('names the day of the creation where it was never used', () => {
    expect(reasonOf({ key: keyOf({ lastUsed: NEVER_USED }) })).toBe('never used, created 2025-08-07')
  })
  it('does not say "never used" of a key that was used before it was brought back', () => {
    expect(reasonOf({ key: keyOf({ reactivatedAt: ago(100) }) })).toBe('unused since 2026-06-03')
  })
  it('says since when the last thing happened, for "longest idle first"', () => {
    expect(verdictOf({})).toMatchObject({ idleSince: ago(200) })
  })
})

describe('a key is kept', () => {
  it.each(['Inactive', 'Expired', 'Quarantined'])('when its status is %s', (status) => {
    expect(reasonOf({ key: keyOf({ status }) })).toBe(`not active: ${status}`)
  })

  it.each([
    ['it has no creation date', { createdAt: null }, 'unknown: creation date missing'],
    ['its creation date cannot be read', { createdAt: 'long ago' }, 'unknown: creation date missing'],
    [
      'it was created in the future',
      { createdAt: ago(-1), lastUsed: NEVER_USED },
      'unknown: creation date in the future',
    ],
    ['its last use was not learned', { lastUsed: { known: false } }, 'unknown: last use'],
    ['its last use cannot be read', { lastUsed: usedAt('not_supported') }, 'unknown: last use is not a date'],
    ['its last use lies in the future', { lastUsed: usedAt(ago(0, -1)) }, 'unknown: last use in the future'],
    [
      'it was used 15 minutes and more before it was created',
      { lastUsed: usedAt(ago(400, 900_001)) },
      'unknown: last used before it was created',
    ],
    ['our own intent cannot be read', { reactivatedAt: '?' }, 'unknown: date of our own intent is not a date'],
    ['our own intent lies in the future', { reactivatedAt: ago(-1) }, 'unknown: our own intent in the future'],
  ] as [string, Partial<KeyFacts>, string][])('when %s', (_, fields, reason) => {
    const key = keyOf(fields)
    const facts = userOf([key])
    facts.report.slots = []
    expect(verdictOf({ key, facts })).toMatchObject({ verdict: 'kept', reason })
  })

  it('when the report shows a later use than IAM does now', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastUsedAt: ago(150) })]
    expect(reasonOf({ key, facts })).toBe('unknown: the report shows a later use than IAM does now')
  })

  it('when its user has more Active keys than the report showed', () => {
    const key = keyOf()
    const facts = userOf([
      key,
      keyOf({ accessKeyId: 'AKIANEWNEWNEWNEWNEW1', createdAt: ago(0, 60_000), lastUsed: NEVER_USED }),
    ])
    facts.report = { ...facts.report, activeKeys: 1 }
    expect(reasonOf({ key, facts })).toBe('changed since the report')
  })

  it.each<[string, unknown]>([
    ['is missing', undefined],
    ['is nothing', null],
    ['is a word', 'ninety'],
    ['is not a number', Number.NaN],
    ['is zero', 0],
  ])('when it is in use and the unused term %s', (_, unusedDays) => {
    // As a policy would be that another version stored.
    const policy = { ...policyOf(), unusedDays } as Policy
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(0.01)) }), policy }).verdict).toBe('kept')
  })

  it('when this run signs with it', () => {
    expect(reasonOf({ caller: { ...CALLER, accessKeyId: keyOf().accessKeyId } })).toBe('own')
  })
  it('when this run runs as its user, with another key', () => {
    expect(reasonOf({ caller: { ...CALLER, userName: 'Backup-Bot' } })).toBe('own')
  })

  it('while in use, with the day on which it would become stale', () => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(80)) }) })).toEqual({
      verdict: 'kept',
      row: 'in-use',
      values: { since: ago(80).replace('.000', ''), reactivated: false },
      rule: null,
      reason: 'in use',
      idleSince: null,
      staleOn: '2026-09-21',
    })
  })
})

describe('the Active keys are compared with those that the report showed', () => {
  const away = { status: 'Inactive', lastUsed: { known: false } } as const
  const idle = keyOf()
  const other = keyOf({ accessKeyId: 'AKIAOTHEROTHEROTHER1', createdAt: ago(300), lastUsed: NEVER_USED })
  const made = keyOf({ accessKeyId: 'AKIAMADEMADEMADEMADE', createdAt: ago(0, 60_000), lastUsed: NEVER_USED })
  const off = (key: KeyFacts) => ({ ...key, ...away })
  it.each<[string, { shown: KeyFacts[]; now: KeyFacts[]; changed: boolean }]>([
    ['the same key', { shown: [idle], now: [idle], changed: false }],
    ['the same two keys', { shown: [idle, other], now: [idle, other], changed: false }],
    ['the same keys in the other order', { shown: [other, idle], now: [idle, other], changed: false }],
    ['one of them alone', { shown: [idle, other], now: [idle, off(other)], changed: false }],
    ['one of them, the other deleted', { shown: [idle, other], now: [idle], changed: false }],
    ['the key that was Inactive', { shown: [off(idle), other], now: [idle, off(other)], changed: true }],
    ['the key that was Inactive as well', { shown: [off(idle), other], now: [idle, other], changed: true }],
    ['the key that was Inactive, the other deleted', { shown: [off(idle), other], now: [idle], changed: true }],
    ['a key made since as well', { shown: [idle], now: [idle, made], changed: true }],
    ['a key in the place of one given up', { shown: [idle, other], now: [idle, off(other), made], changed: true }],
    ['a key where there was none', { shown: [], now: [idle], changed: true }],
  ])('%s', (_, { shown, now, changed }) => {
    const facts = { ...userOf(now), report: userOf(shown).report }
    expect(reasonOf({ key: idle, facts }) === 'changed since the report').toBe(changed)
  })
})

describe('a strange last_rotated in an active slot', () => {
  it("counts for all the user's keys, for it may be any key's re-activation", () => {
    const [first, second] = [keyOf(), keyOf({ accessKeyId: 'AKIASECONDSECONDSEC1', createdAt: ago(300) })]
    const facts = userOf([first, second])
    facts.report.slots = [slotOf(first, 1), slotOf(second, 2, { lastRotatedAt: ago(3) })]
    expect([verdictOf({ key: first, facts }), verdictOf({ key: second, facts })]).toMatchObject([
      { verdict: 'kept', staleOn: '2026-12-07' },
      { verdict: 'kept', staleOn: '2026-12-07' },
    ])
  })
  it('does not count in an inactive slot', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key), slotOf(keyOf({ status: 'Inactive' }), 2, { lastRotatedAt: ago(3) })]
    expect(verdictOf({ key, facts }).verdict).toBe('stale')
  })
})

it('the rows are tried in the order of the design, and the last always fits', () => {
  expect(VERDICT_TABLE.map(({ row }) => row)).toEqual([
    'not-active',
    'unknown',
    'changed',
    'exempt',
    'own',
    'unused',
    'rotation',
    'in-use',
  ])
  const key = keyOf()
  expect(
    VERDICT_TABLE.at(-1)?.fits({ facts: userOf([key]), key, policy: policyOf(), caller: CALLER, now: NOW }),
  ).not.toBeNull()
})
