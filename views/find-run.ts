// Checks the id of a run, and whether the run store has the run.
import { isRunId, isStoredRunId, RUN_ID_IN_WORDS, STORED_RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'
import { RunNotFound, UsageError } from '../local/errors.ts'

/** The prefix of a run's documents. @throws UsageError for an invalid run id */
export function runPrefix(runId: string): string {
  if (isStoredRunId(runId)) return runKey(runId, '')
  throw new UsageError(`Invalid run id ${JSON.stringify(runId)}: must have ${STORED_RUN_ID_IN_WORDS}.`)
}

/** @throws UsageError for an id that a new run must not have */
export function refuseOddId(runId: string): void {
  if (!isRunId(runId)) throw new UsageError(`Invalid run id ${JSON.stringify(runId)}: must have ${RUN_ID_IN_WORDS}.`)
}

/** @throws RunNotFound if the store has no document of the run, UsageError for an invalid run id */
export async function refuseUnknownRun(store: RunStore, runId: string): Promise<void> {
  if ((await store.list(runPrefix(runId))).length === 0)
    throw new RunNotFound(`Run "${runId}" not found in ${store.location}.`)
}

/** Whether one of the stores has the run. */
export async function isRun(stores: RunStore[], runId: string): Promise<boolean> {
  if (!isStoredRunId(runId)) return false
  const found = await Promise.all(stores.map((store) => store.list(runPrefix(runId))))
  return found.some((keys) => keys.length > 0)
}

/**
 * The store that has the run. A single store is not searched: who reads it says that the run is missing.
 * @throws RunNotFound, UsageError for an invalid run id and for a run that several stores have
 */
export async function storeWith(stores: RunStore[], runId: string): Promise<RunStore> {
  const prefix = runPrefix(runId)
  if (stores.length === 1) return stores[0] as RunStore
  const has = await Promise.all(stores.map(async (store) => (await store.list(prefix)).length > 0))
  const [found, ...more] = stores.filter((_, index) => has[index])
  const places = stores.map(({ location }) => location)
  if (found === undefined)
    throw new RunNotFound(
      `Run "${runId}" not found in ${places.join(', ') || 'any run store of this machine'}. Name its run store with --store.`,
    )
  if (more.length === 0) return found
  const several = [found, ...more].map(({ location }) => location).join(', ')
  throw new UsageError(`Run "${runId}" is in several run stores: ${several}. Name one with --store.`)
}
