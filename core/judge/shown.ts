// A user's keys now beside the slots that the report showed of them.

import type { KeyFacts, ReportSlot, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'

export const activeKeys = (facts: UserFacts): KeyFacts[] => facts.keys.filter((key) => key.status === 'Active')

/** A slot whose state we do not know counts as active. */
export const activeSlots = (facts: UserFacts): ReportSlot[] =>
  facts.report.slots.filter((slot) => slot.active !== false)

/** Dates of active slots that are no key's creation. Whether a reactivation moves that date is not known. */
export function strangeRotations(facts: UserFacts): string[] {
  const creations = new Set(facts.keys.map((key) => millisecondsOf(key.createdAt)))
  return activeSlots(facts)
    .flatMap((slot) => slot.lastRotatedAt ?? [])
    .filter((at) => !creations.has(millisecondsOf(at)))
}
