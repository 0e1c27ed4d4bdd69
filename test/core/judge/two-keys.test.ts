import { describe, expect, it } from '@jest/globals'
import { ago, iamTime, keyOf, NEVER_USED, slotOf, usedAt, userOf, verdictOf } from '../../support/facts.ts'

describe('the second of two keys', () => {
  it('is judged by itself: the idle one goes, the used one stays', () => {
    const idle = keyOf()
    const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', lastUsed: usedAt(ago(2)) })
    const facts = userOf([used, idle])
    expect(verdictOf({ key: idle, facts }).verdict).toBe('stale')
    expect(verdictOf({ key: used, facts }).verdict).toBe('kept')
  })
  it('is still stale after this run deactivated the first, whose use is in the report', () => {
    const second = keyOf({ accessKeyId: 'AKIASECONDSECONDSEC1', lastUsed: usedAt(ago(300)) })
    const facts = userOf([keyOf({ status: 'Inactive', lastUsed: { known: false } }), second])
    facts.report = { ...facts.report, activeKeys: 2, slots: [slotOf(keyOf(), 1), slotOf(second, 2)] }
    expect(verdictOf({ key: second, facts }).verdict).toBe('stale')
  })
  it('made in the same second as the first is not taken for it', () => {
    const idle = keyOf({ createdAt: ago(120), lastUsed: NEVER_USED })
    const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', createdAt: ago(120), lastUsed: usedAt(ago(1)) })
    const facts = userOf([idle, used])
    expect([verdictOf({ key: idle, facts }).verdict, verdictOf({ key: used, facts }).verdict]).toEqual([
      'stale',
      'kept',
    ])
  })
})

describe('a key whose own slot of the report shows a later use than IAM does now', () => {
  // The other key was used later still, so that the newest use of the user is no contradiction.
  const created = ago(300)
  const stale = keyOf({ createdAt: created, lastUsed: usedAt(ago(200)) })
  const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', lastUsed: usedAt(ago(1)) })
  const shown = (keys: (typeof stale)[], lastUsedAt: string, activeKeys = 2) => {
    const facts = userOf(keys)
    facts.report = {
      ...facts.report,
      activeKeys,
      slots: [slotOf(used, 1), slotOf(stale, 2, { lastUsedAt })],
    }
    return facts
  }
  it.each([
    ['used', stale],
    ['never used', { ...stale, lastUsed: NEVER_USED }],
  ])('is in doubt: now it is %s', (_, key) => {
    expect(verdictOf({ key, facts: shown([used, key], ago(5)) })).toMatchObject({
      row: 'unknown',
      values: { doubt: 'report-used-later', received: iamTime(ago(5)) },
    })
  })
  it('is in doubt also if another key is no longer Active', () => {
    const gone = { ...used, status: 'Inactive', lastUsed: { known: false } } as const
    expect(verdictOf({ key: stale, facts: shown([gone, stale], ago(5)) }).row).toBe('unknown')
  })
  it('is not, if the use may be that of another key made in the same second', () => {
    const twin = { ...used, createdAt: created }
    expect(verdictOf({ key: stale, facts: shown([twin, stale], ago(1)) }).verdict).toBe('stale')
    const gone = { ...twin, status: 'Inactive', lastUsed: { known: false } } as const
    expect(verdictOf({ key: stale, facts: shown([gone, stale], ago(5)) }).verdict).toBe('stale')
  })
  it('is not, if the report shows the same use', () => {
    expect(verdictOf({ key: stale, facts: shown([used, stale], ago(200)) }).verdict).toBe('stale')
  })
})
