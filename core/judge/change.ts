// The user's Active keys beside those that the report showed.

import type { KeyFacts, ReportSlot, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { FactDoubt, KeptRow, ValuesOf } from '../model/verdict.ts'
import { activeKeys, activeSlots, strangeRotations } from './shown.ts'

type Change = Extract<KeptRow, { row: 'changed' | 'unknown' }>

const changed = (values: ValuesOf<'changed'>): Change => ({ row: 'changed', values })
const doubtful = (doubt: FactDoubt, received: string): Change => ({ row: 'unknown', values: { doubt, received } })

/**
 * `changed`: more Active keys than the report showed, or other ones. An Active key that the report showed inactive was
 * reactivated since; one that it did not show was made since, unless a strange date in an active slot accounts for it.
 * `unknown`: a date is missing, so that this cannot be told. null: the report shows these keys.
 */
export function change(facts: UserFacts): Change | null {
  const active = activeKeys(facts)
  const reported = facts.report.activeKeys
  if (active.length > reported) return changed({ change: 'more-active', reported, active: active.length })
  const shown = datesOf(activeSlots(facts))
  const others = active.filter((key) => !shown.has(createdAt(key)))
  const inactive = datesOf(facts.report.slots.filter((slot) => slot.active === false))
  const back = others.find((key) => inactive.has(createdAt(key)))
  // A key without a date may have been in a slot without a date.
  if (back !== undefined) return withDate(back, 'was-inactive')
  const [other] = others
  if (other === undefined || strangeRotations(facts).length > 0) return null
  const undated = activeSlots(facts).find((slot) => millisecondsOf(slot.lastRotatedAt) === null)
  if (undated === undefined || createdAt(other) === null) return withDate(other, 'not-shown')
  return doubtful('report-unreadable', dateColumnOf(undated))
}

const createdAt = (key: KeyFacts): number | null => millisecondsOf(key.createdAt)
const datesOf = (slots: ReportSlot[]) => new Set(slots.map((slot) => millisecondsOf(slot.lastRotatedAt)))

const withDate = (key: KeyFacts, change: 'was-inactive' | 'not-shown'): Change =>
  createdAt(key) === null
    ? doubtful('other-key-undated', key.accessKeyId)
    : changed({ change, accessKeyId: key.accessKeyId })

/** `access_key_1_last_rotated "not_supported"` */
function dateColumnOf({ slot, unknown }: ReportSlot): string {
  const column = `access_key_${slot}_last_rotated`
  return unknown.find((value) => value.startsWith(`${column} `)) ?? `${column} "N/A"`
}
