// Whether a run or an undo on this machine may write to a run store. Asked before anything is written or requested.

import type { RunStore } from '../io/store/run-store.ts'
import { isDemoStore } from '../local/demo-store.ts'
import { UsageError } from '../local/errors.ts'

/** @throws UsageError for a store that is for reading, and what the run store throws */
export async function refuseToWrite(store: RunStore): Promise<void> {
  const { location } = store
  if (!location.startsWith('s3://') && (await isDemoStore(store)))
    throw new UsageError(
      `Run store ${location} is for reading: each demo empties it. Choose another store with --store.`,
    )
}
