// The run store that a command works with, and the ids of the runs in it.

import { openStore } from '../../io/store/open-store.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { runPrefix } from '../../views/find-run.ts'
import type { Terminal } from '../render/terminal.ts'

/** Where runs are kept: the option, KEYSWEEP_STORE, or .keysweep here. @throws SettingsRefused | UsageError for what is no place */
export const chosenStore = (options: { store?: string }, { env }: Terminal): RunStore =>
  openStore(namedStore(options) ?? (env.KEYSWEEP_STORE || '.keysweep'))

/**
 * The place that --store names. An empty name is a variable of somebody's script that was not set, and would be taken for
 * the working directory.
 * @throws UsageError
 */
export function namedStore({ store }: { store?: string }): string | undefined {
  if (store === undefined || store.trim() !== '') return store
  throw new UsageError(
    `Option --store refused: expected a directory or s3://bucket/prefix, received ${JSON.stringify(store)}`,
  )
}

/** @throws UsageError when this cannot be a run's id, or has been one */
export async function refuseUsedId(store: RunStore, runId: string): Promise<void> {
  const used = await store.list(runPrefix(runId))
  if (used.length > 0)
    throw new UsageError(
      `Run id refused: a run's id is used once, received ${runId}, which stands in ${store.location} already`,
    )
}
