// The report of an earlier run, held against today's: a slot that was inactive there and is active now was reactivated since,
// no matter by whom. The report has no key ids, so what cannot be told is taken for reactivated: it keeps a key.
import type { KeyFacts, ReactivatedSlots, ReportRow, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'

/** The slots of a user that were reactivated since the earlier report; null: none. */
export function reactivatedSlots(now: ReportRow, before: ReportRow, beforeAt: string): ReactivatedSlots | null {
  const slots = now.slots.flatMap((slot) => {
    const earlier = before.slots.find((one) => one.slot === slot.slot)
    return earlier?.active === false && slot.active !== false
      ? [{ wasRotatedAt: earlier.lastRotatedAt, isRotatedAt: slot.lastRotatedAt }]
      : []
  })
  return slots.length === 0 ? null : { since: beforeAt, slots }
}

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
