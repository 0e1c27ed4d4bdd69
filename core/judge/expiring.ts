// Keys in use that will be stale soon: what people hear about while there is still time.

import type { RecordedKey, RunRecord } from '../model/documents/record.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'

export type ExpiringKey = RecordedKey & { accessKeyId: string; staleOn: string }

/** Whether a key that becomes stale on `staleOn` (YYYY-MM-DD, or null) does so within `warnDays` of an instant. */
export const expiresWithin = (staleOn: string | null, warnDays: number, milliseconds: number): boolean =>
  staleOn !== null && staleOn <= dayOf(milliseconds + warnDays * MILLISECONDS_PER_DAY)

/** The keys in use that become stale within the policy's warnDays of the run's end, the first to become so first. */
export function expiringKeys({ keys, policy, endedAt }: Pick<RunRecord, 'keys' | 'policy' | 'endedAt'>): ExpiringKey[] {
  const end = millisecondsOf(endedAt) ?? 0
  return keys
    .filter(
      (key): key is ExpiringKey => key.accessKeyId !== null && expiresWithin(key.staleOn, policy?.warnDays ?? 0, end),
    )
    .toSorted((a, b) => a.staleOn.localeCompare(b.staleOn) || a.accessKeyId.localeCompare(b.accessKeyId))
}
