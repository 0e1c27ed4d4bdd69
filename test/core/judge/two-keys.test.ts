import { describe, expect, it } from '@jest/globals'
import { ago, keyOf, NEVER_USED, slotOf, usedAt, userOf, verdictOf } from '../../support/facts.ts'

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
