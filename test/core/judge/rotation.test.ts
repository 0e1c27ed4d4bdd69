import { describe, expect, it } from '@jest/globals'
import type { Policy } from '../../../core/model/policy.ts'
import { ago, iamTime, keyOf, NEVER_USED, policyOf, slotOf, usedAt, userOf, verdictOf } from '../../support/facts.ts'

describe('a key at the edge of its rotation term', () => {
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })
  it.each([
    ['one millisecond short of 180 days', -1, 'kept'],
    ['exactly 180 days', 0, 'stale'],
    ['one millisecond over 180 days', 1, 'stale'],
  ])('created %s ago and used yesterday', (_, milliseconds, verdict) => {
    const key = keyOf({ createdAt: ago(180, milliseconds), lastUsed: usedAt(ago(1)) })
    const policy = policyOf({ rotationDays: 180 })
    expect(verdictOf({ key, facts: userOf([key, newer]), policy }).verdict).toBe(verdict)
  })
})

describe('the rotation rule', () => {
  const policy = policyOf({ rotationDays: 90 })
  const old = keyOf({ createdAt: ago(300), lastUsed: usedAt(ago(1)) })
  const older = keyOf({ accessKeyId: 'AKIAOLDEROLDEROLDER1', createdAt: ago(350), lastUsed: usedAt(ago(1)) })

  it('is off unless it is set', () => {
    expect(verdictOf({ key: older, facts: userOf([older, old]) }).verdict).toBe('kept')
  })
  it('takes a key in use that another key in use has followed', () => {
    expect(verdictOf({ key: older, facts: userOf([older, old]), policy })).toMatchObject({
      rule: 'rotation',
      values: { createdAt: iamTime(ago(350)) },
      reason: expect.stringContaining('2025-09-26'),
    })
  })
  it("never takes a user's only Active key", () => {
    expect(verdictOf({ key: old, facts: userOf([old]), policy }).row).toBe('in-use')
  })
  it('never takes both of two old keys', () => {
    expect(verdictOf({ key: old, facts: userOf([older, old]), policy }).verdict).toBe('kept')
  })
  it('leaves exactly one of two old keys made in the same second', () => {
    const twin = keyOf({ ...old, accessKeyId: 'AKIATWINTWINTWINTWIN' })
    const facts = userOf([old, twin])
    expect([old, twin].filter((key) => verdictOf({ key, facts, policy }).verdict === 'stale')).toHaveLength(1)
  })
  it('does not count on another key that is itself unused for the term', () => {
    const idle = keyOf({ accessKeyId: 'AKIAIDLERIDLERIDLER1', createdAt: ago(200), lastUsed: usedAt(ago(150)) })
    expect(verdictOf({ key: old, facts: userOf([old, idle]), policy }).verdict).toBe('kept')
  })
  it('does not count on another key whose facts are in doubt', () => {
    const strange = keyOf({ accessKeyId: 'AKIASTRANGESTRANGE12', createdAt: ago(-5), lastUsed: NEVER_USED })
    expect(verdictOf({ key: old, facts: userOf([old, strange]), policy }).verdict).toBe('kept')
  })
  it('does not count on a key that is not Active', () => {
    const inactive = keyOf({
      accessKeyId: 'AKIAINACTIVEINACTIV1',
      createdAt: ago(10),
      status: 'Inactive',
      lastUsed: { known: false },
    })
    expect(verdictOf({ key: old, facts: userOf([old, inactive]), policy }).verdict).toBe('kept')
  })
  it.each<[string, unknown]>([
    ['is missing', undefined],
    ['is a word', 'ninety'],
    ['is not a number', Number.NaN],
    ['is zero', 0],
  ])('takes nothing where its term %s', (_, rotationDays) => {
    // As a policy would be that another version stored.
    const policy = { ...policyOf(), rotationDays } as Policy
    expect(verdictOf({ key: older, facts: userOf([older, old]), policy }).verdict).toBe('kept')
  })
})

describe('a reactivation that only the run store knows', () => {
  const policy = policyOf({ rotationDays: 90 })
  const inUse = usedAt(ago(1))
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(300), lastUsed: inUse })

  it.each([
    ['a day ago keeps an old key in use', ago(1), 'in-use'],
    ['one millisecond less than 90 days ago keeps it too', ago(90, -1), 'in-use'],
    ['90 days ago does not', ago(90), 'rotation'],
  ])('%s', (_, reactivatedAt, row) => {
    const old = keyOf({ lastUsed: inUse, reactivatedAt })
    expect(verdictOf({ key: old, facts: userOf([old, newer]), policy }).row).toBe(row)
  })
  it('makes no other key one in use: the old key is the only one that anybody uses', () => {
    const old = keyOf({ lastUsed: inUse })
    const back = { ...newer, lastUsed: usedAt(ago(200)), reactivatedAt: ago(3) }
    expect(verdictOf({ key: old, facts: userOf([old, back]), policy }).row).toBe('in-use')
  })
  it('nor does a date of the report that may be one', () => {
    const old = keyOf({ lastUsed: inUse })
    const idle = { ...newer, lastUsed: usedAt(ago(200)) }
    const facts = userOf([old, idle])
    facts.report = { ...facts.report, slots: [slotOf(old, 1), slotOf(idle, 2, { lastRotatedAt: ago(3) })] }
    expect(verdictOf({ key: old, facts, policy }).row).toBe('in-use')
  })
})
