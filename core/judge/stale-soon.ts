// Keys in use that will be stale soon: what people hear about while there is still time.

import type { RecordedKey, RunRecord } from '../model/documents/record.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'

export type SoonStaleKey = RecordedKey & { accessKeyId: string; staleOn: string }

/** Whether a key that becomes stale on `staleOn` (YYYY-MM-DD, or null) does so within `warnDays` of an instant. */
export const isSoon = (staleOn: string | null, warnDays: number, milliseconds: number): boolean =>
  staleOn !== null && staleOn <= dayOf(milliseconds + warnDays * MILLISECONDS_PER_DAY)

/** The keys in use that become stale within the policy's warnDays of the run's end, the first to become so first. */
export function soonStale({ keys, policy, endedAt }: Pick<RunRecord, 'keys' | 'policy' | 'endedAt'>): SoonStaleKey[] {
  const ended = millisecondsOf(endedAt) ?? 0
  return keys
    .filter((key): key is SoonStaleKey => key.accessKeyId !== null && isSoon(key.staleOn, policy?.warnDays ?? 0, ended))
    .toSorted((a, b) => a.staleOn.localeCompare(b.staleOn) || a.accessKeyId.localeCompare(b.accessKeyId))
}
