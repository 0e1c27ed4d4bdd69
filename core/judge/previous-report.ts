// The report of an earlier run, held against today's: a slot that was inactive there and is active now was reactivated since,
// no matter by whom. The report has no key ids, so what cannot be told is taken for reactivated: it keeps a key.
import type { KeyFacts, ReactivatedSlots, ReportRow, ReportSlot, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { PlannedKey } from '../model/verdict.ts'

/** A report, and when IAM made it. */
export interface DatedReport {
  generatedAt: string
  rows: ReportRow[]
}

type Slots = Pick<ReportRow, 'slots'>

/** The slots of a user that were reactivated since the earlier report; null: none. */
export function reactivatedSlots(now: Slots, before: Slots, beforeAt: string): ReactivatedSlots | null {
  // It is not known whether a reactivation moves the date: a new one may be that of a key whose date is missing now.
  const missing = before.slots.find(
    ({ active, lastRotatedAt }) => active === false && lastRotatedAt !== null && !withDate(now, lastRotatedAt).length,
  )
  const slots = now.slots.flatMap((slot) => {
    if (slot.active === false) return []
    const earlier = inactiveBefore(slot, before) ?? (at(slot.lastRotatedAt) > at(beforeAt) ? missing : undefined)
    return earlier ? [{ wasRotatedAt: earlier.lastRotatedAt, isRotatedAt: slot.lastRotatedAt }] : []
  })
  return slots.length === 0 ? null : { since: beforeAt, slots }
}

/** The inactive slot of the same date or number. A key may get another number if its user makes a key, or deletes one. */
function inactiveBefore({ slot, lastRotatedAt }: ReportSlot, before: Slots): ReportSlot | undefined {
  const sameDate = withDate(before, lastRotatedAt)
  if (sameDate.length > 0 && sameDate.every(({ active }) => active === true)) return undefined
  const sameNumber = before.slots.find((one) => one.slot === slot && one.active === false)
  return sameNumber ?? (sameDate.every(({ active }) => active === false) ? sameDate[0] : undefined)
}

const withDate = ({ slots }: Slots, date: string | null): ReportSlot[] =>
  date === null ? [] : slots.filter((one) => one.lastRotatedAt === date)

/**
 * Whether the report shows no use of such a slot since then: only the reactivation itself keeps its key, so it must be noted
 * now. A slot that had no key has a new one.
 */
export const isUnusedSince = (reactivated: ReactivatedSlots | undefined, { slots }: Slots): boolean =>
  reactivated !== undefined &&
  slots.some(
    ({ lastRotatedAt, lastUsedAt }) =>
      reactivated.slots.some((one) => one.wasRotatedAt !== null && one.isRotatedAt === lastRotatedAt) &&
      (millisecondsOf(lastUsedAt) ?? 0) <= (millisecondsOf(reactivated.since) ?? Number.POSITIVE_INFINITY),
  )

/**
 * The key of a stored plan, held against the report of a newer run. Its slot was active when it was planned. If that report
 * shows it inactive, and the key is Active at the write, it was reactivated since.
 */
export function heldAgainstNewer(planned: PlannedKey, newer: DatedReport): PlannedKey {
  const { user, createdAt, report } = planned
  const row = newer.rows.find((one) => one.user === user)
  if (row === undefined || !(at(newer.generatedAt) > at(report.generatedAt))) return planned
  // The other slot says nothing of this key, unless it is not known which one is its own.
  const own = report.slots.filter(({ lastRotatedAt }) => at(lastRotatedAt) === at(createdAt))
  const reactivated = reactivatedSlots({ slots: own.length > 0 ? own : report.slots }, row, newer.generatedAt)
  return reactivated === null ? planned : { ...planned, report: { ...report, reactivated } }
}

const at = (instant: string | null): number => millisecondsOf(instant) ?? Number.NaN

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
