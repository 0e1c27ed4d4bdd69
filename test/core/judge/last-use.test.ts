// A line of the record tells whether a key was never used or that nobody knows, whatever else its reason says.
import { describe, expect, it } from '@jest/globals'
import { judgeUser } from '../../../core/judge/judge-user.ts'
import type { KeyFacts, UserFacts } from '../../../core/model/facts.ts'
import { verdictText } from '../../../core/texts/verdict-text.ts'
import { CALLER, keyOf, NEVER_USED, NOW, policyOf, slotOf, userOf } from '../../support/facts.ts'

/** What the reason says after the verdict. */
function addedTo(key: KeyFacts, facts: Partial<UserFacts> = {}): string {
  const [verdict] = judgeUser({ ...userOf([key]), ...facts }, policyOf(), CALLER, NOW).verdicts
  if (verdict === undefined) throw new Error('expected a verdict, received none')
  const text = verdictText(verdict)
  expect(verdict.reason.slice(0, text.length)).toBe(text)
  return verdict.reason.slice(text.length)
}

const never = keyOf({ lastUsed: NEVER_USED })
const unknown = keyOf({ lastUsed: { known: false } })
/** As a key says it whose row has nothing to do with its use. */
const saysNever = () => addedTo({ ...never, status: 'Inactive' })
const saysUnknown = () => addedTo({ ...unknown, status: 'Inactive' })

it('that a key was never used and that nobody knows are different words', () => {
  expect(saysNever()).toMatch(/^; \p{L}+ \p{L}+/u)
  expect(saysUnknown()).toMatch(/^; \p{L}+ \p{L}+/u)
  expect(saysNever()).not.toBe(saysUnknown())
})

describe('a key that was never used', () => {
  it.each(['owner unknown', 'never used by hand', 'last use unknown'])(
    'says so beside an exemption that says "%s"',
    (why) => {
      expect(addedTo(never, { tags: { 'keysweep-exempt': why } })).toBe(saysNever())
    },
  )
  it('says so beside a tag that cannot be read', () => {
    expect(addedTo(never, { tags: { 'keysweep-exempt-until': 'unknown' } })).toBe(saysNever())
  })
  it('says so beside a doubt about another fact', () => {
    expect(addedTo({ ...never, createdAt: null })).toBe(saysNever())
  })
  it('says so once where that is why it is stale', () => {
    expect(addedTo(never)).toBe('')
  })
  it('says so where it is stale since another day', () => {
    const { report } = userOf([never])
    const slots = [slotOf(never, 1, { lastRotatedAt: '2025-10-01T00:00:00Z' })]
    expect(addedTo(never, { report: { ...report, slots } })).toBe(saysNever())
  })
})

describe('a key whose last use is not known', () => {
  it('says so once where that is the doubt', () => {
    expect(addedTo(unknown)).toBe('')
  })
  it('says so beside a doubt about another fact', () => {
    expect(addedTo({ ...unknown, createdAt: null })).toBe(saysUnknown())
  })
})

it('a key that was used says nothing of it', () => {
  expect(addedTo(keyOf(), { tags: { 'keysweep-exempt': 'unknown' } })).toBe('')
})
