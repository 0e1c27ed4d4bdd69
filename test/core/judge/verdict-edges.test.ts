// The edges of the verdict's rows: at the very instant, with a fact more or less, and with a report that is strange.
import { describe, expect, it } from '@jest/globals'
import { VERDICT_TABLE } from '../../../core/judge/verdict.ts'
import type { KeyFacts, ReportSlot } from '../../../core/model/facts.ts'
import type { Policy } from '../../../core/model/policy.ts'
import {
  ago,
  CALLER,
  DAY,
  type Given,
  iamTime,
  keyOf,
  NEVER_USED,
  NOW,
  policyOf,
  slotOf,
  usedAt,
  userOf,
  verdictOf,
} from '../../support/facts.ts'

const shownAs = (key: KeyFacts, ...slots: ReportSlot[]): Given => {
  const facts = userOf([key])
  facts.report.slots = slots
  return { key, facts }
}

describe('what happens in this very millisecond is not in the future', () => {
  it.each<[string, Partial<KeyFacts>]>([
    ['a creation', { createdAt: ago(0), lastUsed: NEVER_USED }],
    ['a last use', { lastUsed: usedAt(ago(0)) }],
    ['a return', { reactivatedAt: ago(0) }],
  ])('%s', (_, fields) => {
    expect(verdictOf({ key: keyOf(fields) }).row).toBe('in-use')
  })
  it.each([
    [0, { row: 'in-use' }],
    [-1, { row: 'unknown', values: { doubt: 'report-date-in-future' } }],
  ])('a date of the report, %d ms: %j', (milliseconds, row) => {
    const key = keyOf()
    expect(verdictOf(shownAs(key, slotOf(key, 1, { lastRotatedAt: ago(0, milliseconds) })))).toMatchObject(row)
  })
})

it.each([
  [900_000, 'stale'],
  [900_001, 'kept'],
])(
  'a use %d ms before the creation is %s: IAM notes the first use to a quarter of an hour',
  (milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(400, milliseconds)) }) }).verdict).toBe(verdict)
  },
)

describe('a key may be created in the same second as', () => {
  const at = (createdAt: string, userCreatedAt: string) => {
    const key = keyOf({ createdAt, lastUsed: usedAt(ago(200)) })
    const facts = userOf([key], { createdAt: userCreatedAt })
    facts.report.userCreatedAt = userCreatedAt
    return verdictOf({ key, facts }).verdict
  }
  it('its user', () => expect(at(ago(400), ago(400))).toBe('stale'))
  it('IAM', () => expect(at('2010-09-01T00:00:00Z', '2010-09-01T00:00:00Z')).toBe('stale'))
})

it('a key of which nobody told when its user was created is judged: an earlier version stored no such date', () => {
  const facts = userOf([keyOf()], { createdAt: null })
  facts.report.userCreatedAt = null
  expect(verdictOf({ facts }).verdict).toBe('stale')
})

it('a slot without a date does not match a key without one', () => {
  const key = keyOf()
  const facts = userOf([key])
  const broken = keyOf({ accessKeyId: 'AKIABROKENBROKENBRO1', createdAt: null, status: 'Active' })
  facts.keys = [key, broken]
  facts.report.activeKeys = 2
  facts.report.slots = [slotOf(key), slotOf(broken, 2, { active: false, lastRotatedAt: null })]
  expect(verdictOf({ key, facts })).toMatchObject({ verdict: 'kept', row: 'unknown' })
})

it('an active slot without a date accounts for no key', () => {
  const key = keyOf()
  expect(verdictOf(shownAs(key, slotOf(key, 1, { lastRotatedAt: null })))).toMatchObject({
    verdict: 'kept',
    row: 'unknown',
  })
})

it('an unused term of a single day is a term', () => {
  const policy = policyOf({ unusedDays: 1 })
  expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(1)) }), policy }).verdict).toBe('stale')
})

describe('a stale key that was never used', () => {
  it('is never used also if it was reactivated since', () => {
    const key = keyOf({ lastUsed: NEVER_USED, reactivatedAt: ago(100) })
    const reactivation = { at: iamTime(ago(100)), by: null }
    expect(verdictOf({ key }).values).toEqual({ since: iamTime(ago(400)), neverUsed: true, reactivation })
  })
  it('is unused since a date of the report that is no creation', () => {
    const key = keyOf({ lastUsed: NEVER_USED })
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastRotatedAt: ago(100) })]
    expect(verdictOf({ key, facts }).values).toEqual({ since: iamTime(ago(100)), neverUsed: false })
  })
  it('is another than one that was used in the second in which it was made', () => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(400)) }) }).values).toEqual({
      since: iamTime(ago(400)),
      neverUsed: false,
    })
  })
})

describe('a key in use that a rotation term holds for', () => {
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })
  const dayOf = (key: KeyFacts, others: KeyFacts[], policy: Policy) =>
    verdictOf({ key, facts: userOf([key, ...others]), policy }).staleOn
  const on = (days: number) => new Date(NOW.getTime() + days * DAY).toISOString().slice(0, 10)
  const key = keyOf({ createdAt: ago(100), lastUsed: usedAt(ago(1)) })

  it.each<[string, KeyFacts[], Partial<Policy>, string]>([
    ['becomes stale by its age, where that is sooner', [newer], { rotationDays: 120 }, on(20)],
    ['becomes stale by its idleness, where that is sooner', [newer], { rotationDays: 300 }, on(89)],
    ['becomes stale by its idleness alone, where it is the only one', [], { rotationDays: 120 }, on(89)],
    ['becomes stale by its idleness alone, where the rule is off', [newer], {}, on(89)],
  ])('%s', (_, others, policy, expected) => {
    expect(dayOf(key, others, policyOf(policy))).toBe(expected)
  })
  it('and is past it, becomes stale by its idleness: the day of its age is over', () => {
    expect(dayOf(key, [], policyOf({ rotationDays: 50 }))).toBe(on(89))
  })
  it('does not count on a key whose own term ends in this very millisecond', () => {
    const ending = keyOf({ accessKeyId: 'AKIAENDINGENDINGEND1', createdAt: ago(95), lastUsed: usedAt(ago(90)) })
    const policy = policyOf({ rotationDays: 100 })
    expect(verdictOf({ key, facts: userOf([key, ending]), policy }).verdict).toBe('kept')
  })
  it('of two made in the same second the lesser id goes', () => {
    const twin = keyOf({ ...key, accessKeyId: 'AKIAZZZZZZZZZZZZZZZZ' })
    const facts = userOf([twin, key])
    const policy = policyOf({ rotationDays: 50 })
    expect([twin, key].map((one) => verdictOf({ key: one, facts, policy }).verdict)).toEqual(['kept', 'stale'])
  })
})

it('a key that was reactivated says since when', () => {
  expect(verdictOf({ key: keyOf({ reactivatedAt: ago(3) }) })).toMatchObject({
    row: 'in-use',
    values: { since: iamTime(ago(3)), reactivated: true },
    reason: expect.stringContaining('2026-09-08'),
  })
})

describe('a row fits by itself', () => {
  const fitsOf = (row: string, { key = keyOf(), facts = userOf([key]), policy = policyOf() }: Given) =>
    VERDICT_TABLE.find((one) => one.row === row)?.fits({ facts, key, policy, caller: CALLER, now: NOW })
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })

  it.each<[string, Given, string, string]>([
    ['other Active keys', { facts: { ...userOf([keyOf()]), report: userOf([]).report } }, 'changed', 'unknown'],
    ['an undated slot', shownAs(keyOf(), slotOf(keyOf(), 1, { lastRotatedAt: null })), 'unknown', 'changed'],
  ])('where the report shows %s', (_, given, row, other) => {
    expect(fitsOf(row, given)).toMatchObject({ verdict: 'kept', row })
    expect(fitsOf(other, given)).toBeNull()
  })
  it('the one of the rotation term to no key without a date of its creation', () => {
    const key = keyOf({ createdAt: null, lastUsed: usedAt(ago(1)) })
    const policy = policyOf({ rotationDays: 90 })
    expect(fitsOf('rotation', { key, facts: userOf([key, newer]), policy })).toBeNull()
    const dated = keyOf({ lastUsed: usedAt(ago(1)) })
    expect(fitsOf('rotation', { key: dated, facts: userOf([dated, newer]), policy })).toMatchObject({ row: 'rotation' })
  })
})

describe('a reactivation', () => {
  const events = { activated: null, problem: null }
  it('that is the newest event is shown with its time, and without a name if none is known', () => {
    const key = keyOf({ reactivatedAt: ago(3), events })
    expect(verdictOf({ key }).values).toEqual({ since: iamTime(ago(3)), reactivated: true })
  })
  it('is none where CloudTrail shows none', () => {
    const key = keyOf({ events })
    expect(verdictOf({ key }).values).toEqual({ since: iamTime(ago(200)), neverUsed: false })
  })
  it('in the same millisecond as the last use is not later than it', () => {
    const key = keyOf({ reactivatedAt: ago(200) })
    expect(verdictOf({ key }).values).toEqual({ since: iamTime(ago(200)), neverUsed: false })
  })
  it.each([
    ['was over before', 120],
    ['ends now', 150],
  ])('keeps a key whose rotation term %s, and that day is not the one on which it becomes stale', (_, age) => {
    const key = keyOf({
      createdAt: ago(150),
      lastUsed: usedAt(ago(1)),
      events: { activated: { at: ago(3), by: 'ann' }, problem: null },
    })
    const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })
    const verdict = verdictOf({ key, facts: userOf([key, newer]), policy: policyOf({ rotationDays: age }) })
    expect(verdict).toMatchObject({ row: 'in-use', staleOn: ago(-89).slice(0, 10) })
  })
})
