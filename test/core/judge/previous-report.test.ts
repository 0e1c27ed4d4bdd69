// The report of an earlier run, held against today's.
import { describe, expect, it } from '@jest/globals'
import {
  heldAgainstNewer,
  isUnusedSince,
  reactivatedSlots,
  wasReactivated,
} from '../../../core/judge/previous-report.ts'
import type { KeyFacts, ReactivatedSlots, ReportRow, ReportSlot } from '../../../core/model/facts.ts'
import { ago, keyOf, slotOf, userOf } from '../../support/facts.ts'
import { plannedKeyOf } from '../../support/waiting.ts'

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

  it('of another number is the same one if it has the same date: a key may move up if the other one is deleted', () => {
    const second = slotOf(KEY, 2, { active: false })
    const other = slotOf(keyOf({ createdAt: ago(350) }), 1)
    const moved = { since: ago(1), slots: [{ wasRotatedAt: KEY.createdAt, isRotatedAt: KEY.createdAt }] }
    expect(reactivatedSlots(rowOf(slot(true)), rowOf(other, second), ago(1))).toEqual(moved)
    const another = slotOf(KEY, 2, { lastRotatedAt: ago(300) })
    expect(reactivatedSlots(rowOf(another), rowOf(slot(false)), ago(1))).toBeNull()
    const undated = [
      slot(true, { lastRotatedAt: null }),
      slotOf(KEY, 2, { active: false, lastRotatedAt: null }),
    ] as const
    expect(reactivatedSlots(rowOf(undated[0]), rowOf(other, undated[1]), ago(1))).toBeNull()
  })
  it.each<[string, ReportSlot[], ReportSlot[], boolean]>([
    ['was empty then', [slot(true)], [slotOf(KEY, 2, { active: false, lastRotatedAt: null })], false],
    ['had an inactive key then', [slot(true)], [slotOf(keyOf({ createdAt: ago(350) }), 2, { active: false })], false],
    ['had an inactive key of the same date then', [slot(true)], [slotOf(KEY, 2, { active: false })], true],
    [
      'was empty, and the key’s state was unknown',
      [slot(null)],
      [slotOf(KEY, 2, { active: false, lastRotatedAt: null })],
      true,
    ],
  ])('that %s: a key that was active in the other slot has moved', (_, moved, number, reactivated) => {
    const [one] = moved
    const now = rowOf(slotOf(KEY, 2))
    expect(reactivatedSlots(now, rowOf(one as ReportSlot, ...number), ago(1)) !== null).toBe(reactivated)
  })
  it('with a new date may be that of a key whose date is missing now, in whatever slot: a reactivation may move it', () => {
    const active = keyOf({ createdAt: ago(350) })
    const was = rowOf(slotOf(active, 1), slotOf(KEY, 2, { active: false }))
    const moved = slotOf(KEY, 1, { lastRotatedAt: ago(1) })
    const found = (now: ReportSlot, since = ago(2)) => reactivatedSlots(rowOf(now, slotOf(active, 2)), was, since)
    expect(found(moved)).toEqual({ since: ago(2), slots: [{ wasRotatedAt: KEY.createdAt, isRotatedAt: ago(1) }] })
    expect(found(moved, ago(0))).toBeNull()
    expect(reactivatedSlots(rowOf(moved, slotOf(KEY, 2, { active: false })), was, ago(2))).toBeNull()
    expect(reactivatedSlots(rowOf(moved), rowOf(slotOf(active, 1), slotOf(KEY, 2)), ago(2))).toBeNull()
  })
  it('beside an active one of the same date is not taken for it', () => {
    const second = slotOf(KEY, 2, { active: false })
    expect(reactivatedSlots(rowOf(slot(true), second), rowOf(slot(true), second), ago(1))).toBeNull()
  })
})

describe('a reactivated slot', () => {
  const since = ago(20)
  const marked = { since, slots: [{ wasRotatedAt: KEY.createdAt, isRotatedAt: KEY.createdAt }] }
  it.each([
    ['that was never used', null, true],
    ['that was used before the earlier report', ago(21), true],
    ['that was used at its moment', ago(20), true],
    ['that was used since', ago(20, -1), false],
  ])('%s', (_, lastUsedAt, unused) => {
    expect(isUnusedSince(marked, rowOf(slot(true, { lastUsedAt })))).toBe(unused)
  })
  it('that had no key has a new one', () => {
    const made = { since, slots: [{ wasRotatedAt: null, isRotatedAt: KEY.createdAt }] }
    expect(isUnusedSince(made, rowOf(slot(true, { lastUsedAt: null })))).toBe(false)
  })
  it('is missing if no slot or another one was reactivated', () => {
    expect(isUnusedSince(undefined, rowOf(slot(true)))).toBe(false)
    expect(isUnusedSince(marked, rowOf(slotOf(keyOf({ createdAt: ago(350) }), 1)))).toBe(false)
  })
  it('of an earlier report without a date was not used since', () => {
    expect(isUnusedSince({ ...marked, since: 'noon' }, rowOf(slot(true, { lastUsedAt: ago(0) })))).toBe(true)
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

describe('the key of a stored plan', () => {
  const OTHER = keyOf({ createdAt: ago(350) })
  const planned = (...slots: ReportSlot[]) =>
    plannedKeyOf(1, {
      user: 'backup-bot',
      createdAt: KEY.createdAt ?? '',
      report: { generatedAt: ago(3), activeKeys: slots.length, slots, userCreatedAt: null },
    })
  const newer = (slots: ReportSlot[], generatedAt = ago(1)) => ({ generatedAt, rows: [rowOf(...slots)] })
  const other = (active: boolean, fields: Partial<ReportSlot> = {}) => slotOf(OTHER, 2, { active, ...fields })
  const own = { wasRotatedAt: KEY.createdAt, isRotatedAt: KEY.createdAt }

  it.each<[string, ReportSlot[], ReportSlot[], string, ReactivatedSlots['slots'] | null]>([
    ['inactive in a newer report was reactivated', [slot(true)], [slot(false)], ago(1), [own]],
    ['active in a newer report was not', [slot(true)], [slot(true)], ago(1), null],
    ['inactive in a report that is not newer was not', [slot(true)], [slot(false)], ago(3), null],
    ['inactive in a report of unknown date was not', [slot(true)], [slot(false)], 'soon', null],
    ['is not its user’s other key', [slot(true), other(true)], [slot(true), other(false)], ago(1), null],
    [
      'is not its user’s other key that was deleted',
      [slot(true), other(true)],
      [slot(true), other(false, { lastRotatedAt: null })],
      ago(1),
      null,
    ],
    [
      'whose slot is not known may be any of them',
      [slot(true, { lastRotatedAt: ago(200) }), other(true)],
      [slot(true, { lastRotatedAt: ago(200) }), other(false)],
      ago(1),
      [{ wasRotatedAt: OTHER.createdAt, isRotatedAt: OTHER.createdAt }],
    ],
  ])('%s', (_, then, now, generatedAt, slots) => {
    const key = planned(...then)
    const held = heldAgainstNewer(key, newer(now, generatedAt))
    if (slots === null) expect(held).toBe(key)
    else expect(held).toEqual({ ...key, report: { ...key.report, reactivated: { since: generatedAt, slots } } })
  })

  it('stays as it is if the newer report does not have its user', () => {
    const key = planned(slot(true))
    expect(heldAgainstNewer(key, { generatedAt: ago(1), rows: [] })).toBe(key)
    expect(heldAgainstNewer({ ...key, user: 'another' }, newer([slot(false)]))).toMatchObject({ report: key.report })
  })
})
