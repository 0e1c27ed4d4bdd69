// What CloudTrail's events change in a verdict: they keep a key, and never take one.
import { describe, expect, it } from '@jest/globals'
import type { KeyFacts } from '../../../core/model/facts.ts'
import { dayOf } from '../../../core/model/instants.ts'
import { ago, DAY, iamTime, keyOf, NOW, policyOf, usedAt, userOf, verdictOf } from '../../support/facts.ts'

const ALICE = 'arn:aws:iam::111122223333:user/alice'
const setActive = (at: string, fields: Partial<KeyFacts> = {}) =>
  keyOf({ events: { activated: { at, by: ALICE }, problem: null }, ...fields })

describe('a key that somebody set Active', () => {
  it.each([
    ['one millisecond less than 90 days ago', ago(90, -1), 'kept'],
    ['90 days ago', ago(90), 'stale'],
    ['a minute ago', ago(0, 60_000), 'kept'],
  ])('%s', (_, at, verdict) => {
    expect(verdictOf({ key: setActive(at) }).verdict).toBe(verdict)
  })

  it('is kept as in use, with who and when, and the day on which its term ends', () => {
    expect(verdictOf({ key: setActive(ago(3)) })).toMatchObject({
      row: 'in-use',
      values: { since: iamTime(ago(3)), reactivated: true, by: ALICE },
      staleOn: dayOf(NOW.getTime() + 87 * DAY),
      reason: expect.stringMatching(/2026-09-08 by arn:aws:iam::111122223333:user\/alice$/),
    })
  })

  it('and took up again is in use by its use', () => {
    expect(verdictOf({ key: setActive(ago(9), { lastUsed: usedAt(ago(2)) }) })).toMatchObject({
      row: 'in-use',
      values: { since: iamTime(ago(2)), reactivated: false },
    })
  })

  it('is dated by our own history where that is newer, and who did it is still named', () => {
    expect(verdictOf({ key: setActive(ago(9), { reactivatedAt: ago(8) }) }).values).toEqual({
      since: iamTime(ago(8)),
      reactivated: true,
      by: ALICE,
    })
  })

  it('and is taken again a term later: the values say since when it is idle, and who reactivated it', () => {
    expect(verdictOf({ key: setActive(ago(95)) })).toMatchObject({
      row: 'unused',
      idleSince: ago(95),
      values: { since: iamTime(ago(200)), neverUsed: false, reactivation: { at: iamTime(ago(95)), by: ALICE } },
      reason: expect.stringMatching(/2026-02-23.*2026-06-08.*alice/),
    })
  })

  it('before its last use is unused since that use alone', () => {
    const { values } = verdictOf({ key: setActive(ago(300), { lastUsed: usedAt(ago(200)) }) })
    expect(values).toEqual({ since: iamTime(ago(200)), neverUsed: false })
  })

  it.each([
    ['a date that is none', 'noon', 'reactivated-no-date'],
    ['a date in the future', ago(-1), 'reactivated-in-future'],
  ])('is in doubt with %s', (_, at, doubt) => {
    expect(verdictOf({ key: setActive(at) })).toMatchObject({ row: 'unknown', values: { doubt, received: at } })
  })
})

it('an event that could not be read is a doubt', () => {
  const key = keyOf({ events: { activated: null, problem: 'no date' } })
  expect(verdictOf({ key })).toMatchObject({
    row: 'unknown',
    values: { doubt: 'key-event-unreadable', received: 'no date' },
  })
})

describe('the rotation rule', () => {
  const policy = policyOf({ rotationDays: 90 })
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(300), lastUsed: usedAt(ago(1)) })

  it('does not take what somebody set Active within the term', () => {
    const old = setActive(ago(3), { lastUsed: usedAt(ago(1)) })
    expect(verdictOf({ key: old, facts: userOf([old, newer]), policy }).row).toBe('in-use')
    const longAgo = setActive(ago(90), { lastUsed: usedAt(ago(1)) })
    expect(verdictOf({ key: longAgo, facts: userOf([longAgo, newer]), policy }).row).toBe('rotation')
  })

  it('does not take a key beside another one that is in use by an event alone', () => {
    const old = keyOf({ lastUsed: usedAt(ago(1)) })
    const other = setActive(ago(3), { accessKeyId: newer.accessKeyId, createdAt: ago(300) })
    expect(verdictOf({ key: old, facts: userOf([old, other]), policy }).row).toBe('in-use')
  })
})
