// The report of an earlier run, held against today's: a slot that was inactive there and is active now was reactivated since,
// no matter by whom. The report has no key ids, so what cannot be told is taken for reactivated: it keeps a key.
import type { KeyFacts, ReactivatedSlots, ReportRow, ReportSlot, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'

/** The slots of a user that were reactivated since the earlier report; null: none. */
export function reactivatedSlots(now: ReportRow, before: ReportRow, beforeAt: string): ReactivatedSlots | null {
  const slots = now.slots.flatMap((slot) => {
    const earlier = slot.active === false ? undefined : inactiveBefore(slot, before)
    return earlier ? [{ wasRotatedAt: earlier.lastRotatedAt, isRotatedAt: slot.lastRotatedAt }] : []
  })
  return slots.length === 0 ? null : { since: beforeAt, slots }
}

/** The inactive slot of the same number. Or, because a key may move up if the other one is deleted, one of the same date. */
function inactiveBefore({ slot, lastRotatedAt }: ReportSlot, { slots }: ReportRow): ReportSlot | undefined {
  const sameNumber = slots.find((one) => one.slot === slot)
  if (sameNumber?.active === false) return sameNumber
  const sameDate = lastRotatedAt === null ? [] : slots.filter((one) => one.lastRotatedAt === lastRotatedAt)
  return sameDate.every((one) => one.active === false) ? sameDate[0] : undefined
}

/**
 * Whether the report shows no use of such a slot since then: only the reactivation itself keeps its key, so it must be noted
 * now. A slot that had no key has a new one.
 */
export const isUnusedSince = (
  reactivated: ReactivatedSlots | undefined,
  { slots }: Pick<ReportRow, 'slots'>,
): boolean =>
  reactivated !== undefined &&
  slots.some(
    ({ lastRotatedAt, lastUsedAt }) =>
      reactivated.slots.some((one) => one.wasRotatedAt !== null && one.isRotatedAt === lastRotatedAt) &&
      (millisecondsOf(lastUsedAt) ?? 0) <= (millisecondsOf(reactivated.since) ?? Number.POSITIVE_INFINITY),
  )

/**
 * Whether the key may be one of those slots. A key's creation is its slot's `last_rotated`: then or now, for it is not known
 * whether a reactivation moves that date. A key that was made after the earlier report is a new one. If no key of the user
 * fits a slot, every older one may be it.
 */
export function wasReactivated(key: KeyFacts, { keys, report: { reactivated } }: UserFacts): boolean {
  if (!reactivated) return false
  const since = millisecondsOf(reactivated.since) ?? Number.POSITIVE_INFINITY
  const created = ({ createdAt }: KeyFacts) => millisecondsOf(createdAt)
  const isOld = (one: KeyFacts) => (created(one) ?? 0) <= since
  return reactivated.slots.some(({ wasRotatedAt, isRotatedAt }) => {
    const dates = [wasRotatedAt, isRotatedAt].map(millisecondsOf)
    const fitting = keys.filter((one) => dates.includes(created(one) ?? Number.NaN))
    return isOld(key) && (fitting.length === 0 || fitting.includes(key))
  })
}
