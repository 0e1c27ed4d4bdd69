// The run store of a command, and checks of run ids in it.

import { openStore } from '../../io/store/open-store.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { runPrefix } from '../../views/find-run.ts'
import type { Terminal } from '../render/terminal.ts'

/** The run store: --store, KEYSWEEP_STORE, or .keysweep here. @throws SettingsRefused | UsageError for an invalid location */
export const chosenStore = (options: { store?: string }, { env }: Terminal): RunStore =>
  openStore(namedStore(options) ?? (env.KEYSWEEP_STORE || '.keysweep'))

/**
 * The location given with --store. An empty one is refused: it comes from an unset variable in a script, and would mean the
 * working directory.
 * @throws UsageError
 */
export function namedStore({ store }: { store?: string }): string | undefined {
  if (store === undefined || store.trim() !== '') return store
  throw new UsageError(`Invalid --store ${JSON.stringify(store)}: must be a directory or s3://bucket/prefix.`)
}

/** @throws UsageError if this is not a valid run id, or a run of this store has it */
export async function refuseUsedId(store: RunStore, runId: string): Promise<void> {
  const used = await store.list(runPrefix(runId))
  if (used.length > 0)
    throw new UsageError(`Run "${runId}" already exists in ${store.location}. Choose another id with --run-id.`)
}
