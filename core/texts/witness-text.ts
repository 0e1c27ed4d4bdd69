// The second witness in words: whether CloudTrail's event history was read, and which other keysweep it names.
import type { NoWitness, OtherSweeper, Witness } from '../model/key-events.ts'
import { keysOf } from './counts.ts'

const WHY_TEXTS: Record<NoWitness, string> = {
  denied: "the permission to read CloudTrail's event history is missing",
  unavailable: "CloudTrail's event history could not be read",
  'too-many': "CloudTrail's event history has too many events",
  unreadable: 'events could not be read',
  'not-read': "CloudTrail's event history was not read",
}

/** "no second witness: ...", with the error that was received. */
export const noWitnessText = ({ why, detail }: Witness & { complete: false }): string =>
  `no second witness: ${WHY_TEXTS[why]}${detail === null ? '' : ` (${detail})`}`

/** The same of a plan; null: the event history was read, or an earlier version made the plan. */
export const noWitnessOf = ({ witness }: { witness: Witness | null }): string | null =>
  witness === null || witness.complete ? null : noWitnessText(witness)

/** "keysweep 0.2.0 with store s3://… changed 3 keys, last at …". */
export const otherSweeperText = ({ version, store, accessKeyIds, lastAt }: OtherSweeper): string =>
  `keysweep ${version} with store ${store} changed ${keysOf(accessKeyIds.length)} of this account, last at ${lastAt}. Use one keysweep for each account.`
