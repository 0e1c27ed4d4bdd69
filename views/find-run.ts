// Checks the id of a run, and whether the run store has the run.
import { isRunId, RUN_ID_IN_WORDS } from '../core/model/ids.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'
import { RunNotFound, UsageError } from '../local/errors.ts'

/** The prefix of a run's documents. @throws UsageError for an invalid run id */
export function runPrefix(runId: string): string {
  if (isRunId(runId)) return runKey(runId, '')
  throw new UsageError(`Invalid run id ${JSON.stringify(runId)}: must have ${RUN_ID_IN_WORDS}.`)
}

/** @throws RunNotFound if the store has no document of the run, UsageError for an invalid run id */
export async function refuseUnknownRun(store: RunStore, runId: string): Promise<void> {
  if ((await store.list(runPrefix(runId))).length === 0)
    throw new RunNotFound(`Run "${runId}" not found in ${store.location}.`)
}
