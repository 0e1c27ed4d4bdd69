import { describe, expect, it } from '@jest/globals'
import { expiresWithin, expiringKeys } from '../../../core/judge/expiring.ts'
import type { RecordedKey } from '../../../core/model/documents/record.ts'
import { policyOf } from '../../support/facts.ts'
import { IN_USE } from '../../support/rows.ts'

const AT = '2026-09-11T12:00:00Z'

const keyOf = (fields: Partial<RecordedKey>) =>
  ({
    user: 'bot',
    accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
    createdAt: null,
    lastUsedAt: null,
    lastUsedService: null,
    verdict: 'kept',
    reason: 'in use',
    staleOn: null,
    owner: null,
    outcome: null,
    outcomeReason: null,
    at: null,
    ...IN_USE,
    ...fields,
  }) as RecordedKey

describe('a key in use', () => {
  it.each([
    ['2026-09-11', 14, true],
    ['2026-09-24', 14, true],
    ['2026-09-25', 14, true],
    ['2026-09-26', 14, false],
    ['2026-09-11', 0, true],
    ['2026-09-12', 0, false],
    [null, 14, false],
  ])('that becomes stale on %s is pointed out %s days before: %s', (staleOn, warnDays, expected) => {
    expect(expiresWithin(staleOn, warnDays, Date.parse(AT))).toBe(expected)
  })
})

describe('the keys that are stale soon', () => {
  const soonOf = (keys: RecordedKey[], policy = policyOf({ warnDays: 14 })) =>
    expiringKeys({ keys, policy, endedAt: AT }).map((key) => key.accessKeyId)

  it('come in the order of their days', () => {
    const [a, b, c] = ['AKIAAAAAAAAAAAAAAAAA', 'AKIABBBBBBBBBBBBBBBB', 'AKIACCCCCCCCCCCCCCCC'] as const
    const keys = [
      keyOf({ accessKeyId: c, staleOn: '2026-09-20' }),
      keyOf({ accessKeyId: b, staleOn: '2026-09-20' }),
      keyOf({ accessKeyId: a, staleOn: '2026-09-21' }),
    ]
    expect(soonOf(keys)).toEqual([b, c, a])
  })
  it('are none without an id', () => {
    expect(soonOf([keyOf({ accessKeyId: null, staleOn: '2026-09-20' })])).toEqual([])
  })
  it('are none if there is no policy, apart from those of the same day', () => {
    expect(expiringKeys({ keys: [keyOf({ staleOn: '2026-09-12' })], policy: null, endedAt: AT })).toEqual([])
  })
})
