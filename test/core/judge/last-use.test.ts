// A line of the record tells whether a key was never used or that nobody knows, whatever else its reason says.
import { describe, expect, it } from '@jest/globals'
import { judgeUser } from '../../../core/judge/judge-user.ts'
import type { KeyFacts, UserFacts } from '../../../core/model/facts.ts'
import { CALLER, keyOf, NEVER_USED, NOW, policyOf, userOf } from '../../support/facts.ts'

const reasonOf = (key: KeyFacts, facts: Partial<UserFacts> = {}): string | undefined =>
  judgeUser({ ...userOf([key]), ...facts }, policyOf(), CALLER, NOW).verdicts[0]?.reason

const never = keyOf({ lastUsed: NEVER_USED })

describe('a key that was never used', () => {
  it.each(['owner unknown', 'never used by hand', 'last use unknown'])(
    'says so beside an exemption that says "%s"',
    (why) => {
      expect(reasonOf(never, { tags: { 'keysweep-exempt': why } })).toBe(`exempt: ${why}; never used`)
    },
  )
  it('says so beside a tag that cannot be read', () => {
    expect(reasonOf(never, { tags: { 'keysweep-exempt-until': 'unknown' } })).toMatch(/^unknown: tag .*; never used$/)
  })
  it('says so beside a doubt about another fact', () => {
    expect(reasonOf({ ...never, createdAt: null })).toBe('unknown: creation date missing; never used')
  })
  it('says so once where that is why it is stale', () => {
    expect(reasonOf(never)).toBe('never used, created 2025-08-07')
  })
  it('says so where it is stale since another day', () => {
    const reactivatedAt = '2025-10-01T00:00:00Z'
    expect(reasonOf({ ...never, reactivatedAt })).toBe('unused since 2025-10-01; never used')
  })
})

describe('a key whose last use is not known', () => {
  const unknown = keyOf({ lastUsed: { known: false } })
  it.each([
    [{}, 'unknown: last use'],
    [{ status: 'Inactive' }, 'not active: Inactive; last use unknown'],
    [{ createdAt: null }, 'unknown: creation date missing; last use unknown'],
  ])('%j says so once', (facts, reason) => {
    expect(reasonOf({ ...unknown, ...facts })).toBe(reason)
  })
})

it('a key that was used says nothing of it', () => {
  expect(reasonOf(keyOf(), { tags: { 'keysweep-exempt': 'unknown' } })).toBe('exempt: unknown')
})
