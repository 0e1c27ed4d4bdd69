// The report of an earlier run, held against today's.
import { describe, expect, it } from '@jest/globals'
import { reactivatedSlots, wasReactivated } from '../../../core/judge/previous-report.ts'
import type { KeyFacts, ReactivatedSlots, ReportRow, ReportSlot } from '../../../core/model/facts.ts'
import { ago, keyOf, slotOf, userOf } from '../../support/facts.ts'

const KEY = keyOf()
const rowOf = (...slots: ReportSlot[]): ReportRow => ({
  user: 'backup-bot',
  arn: 'arn:aws:iam::111122223333:user/backup-bot',
  root: false,
  userCreatedAt: ago(500),
  slots,
  moreCredentials: false,
})
const slot = (active: boolean | null, fields: Partial<ReportSlot> = {}) => slotOf(KEY, 1, { active, ...fields })

describe('a slot', () => {
  it.each<[string, boolean | null, boolean | null, boolean]>([
    ['inactive then and active now was reactivated', false, true, true],
    ['inactive then and of unknown state now was reactivated', false, null, true],
    ['active then and now was not', true, true, false],
    ['of unknown state then was not', null, true, false],
    ['inactive then and now was not', false, false, false],
  ])('%s', (_, then, now, reactivated) => {
    const found = reactivatedSlots(rowOf(slot(now)), rowOf(slot(then)), ago(1))
    expect(found !== null).toBe(reactivated)
    if (reactivated)
      expect(found).toEqual({ since: ago(1), slots: [{ wasRotatedAt: KEY.createdAt, isRotatedAt: KEY.createdAt }] })
  })

  it('is held against the same slot', () => {
    const second = slotOf(KEY, 2, { active: true })
    expect(reactivatedSlots(rowOf(second), rowOf(slot(false)), ago(1))).toBeNull()
  })
})

describe('the key', () => {
  const marked = (keys: KeyFacts[], slots: ReactivatedSlots['slots'], since = ago(1)) => {
    const facts = userOf(keys)
    return { ...facts, report: { ...facts.report, reactivated: { since, slots } } }
  }
  const slots = [{ wasRotatedAt: KEY.createdAt, isRotatedAt: KEY.createdAt }]
  const other = keyOf({ accessKeyId: 'AKIAOTHEROTHEROTHER1', createdAt: ago(350) })

  it('of such a slot was reactivated, and no other', () => {
    const facts = marked([KEY, other], slots)
    expect(facts.keys.map((key) => wasReactivated(key, facts))).toEqual([true, false])
  })
  it('that was made since the earlier report is a new one in that slot', () => {
    const made = keyOf({ createdAt: ago(0, 60_000) })
    const facts = marked([made], [{ wasRotatedAt: ago(400), isRotatedAt: made.createdAt }])
    expect(wasReactivated(made, facts)).toBe(false)
  })
  it.each([
    ['at the moment of the earlier report is an old one', ago(1), true],
    ['a millisecond later is a new one', ago(1, -1), false],
  ])('that was made %s', (_, createdAt, reactivated) => {
    const made = keyOf({ createdAt })
    expect(wasReactivated(made, marked([made], [{ wasRotatedAt: createdAt, isRotatedAt: null }]))).toBe(reactivated)
  })
  it('is one of several slots that were reactivated', () => {
    const facts = marked([KEY, other], [...slots, { wasRotatedAt: other.createdAt, isRotatedAt: ago(0) }])
    expect(facts.keys.map((key) => wasReactivated(key, facts))).toEqual([true, true])
  })
  it('without a date is old, and fits no slot, also none without dates', () => {
    const undated = keyOf({ accessKeyId: 'AKIAUNDATEDUNDATED12', createdAt: null })
    const facts = marked([KEY, undated], [{ wasRotatedAt: KEY.createdAt, isRotatedAt: null }])
    expect(facts.keys.map((key) => wasReactivated(key, facts))).toEqual([true, false])
    expect(wasReactivated(undated, marked([undated], [{ wasRotatedAt: null, isRotatedAt: null }]))).toBe(true)
  })
  it('may be any older one where no key fits the slot', () => {
    const made = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(0, 60_000) })
    const facts = marked([KEY, other, made], [{ wasRotatedAt: ago(3), isRotatedAt: null }])
    expect(facts.keys.map((key) => wasReactivated(key, facts))).toEqual([true, true, false])
  })
  it('of a user without such a slot was not', () => {
    expect(wasReactivated(KEY, userOf([KEY]))).toBe(false)
  })
  it('of an earlier report without a date is old', () => {
    expect(wasReactivated(KEY, marked([KEY], slots, 'noon'))).toBe(true)
  })
})
