// The run that somebody names: whether its id can be one, and whether the store has it.
import { isRunId } from '../core/model/ids.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'
import { RunNotFound, UsageError } from '../local/errors.ts'

/** All that a run wrote begins with this. @throws UsageError when `runId` cannot be a run's */
export function runPrefix(runId: string): string {
  if (isRunId(runId)) return runKey(runId, '')
  throw new UsageError(
    `Run id refused: expected 1 to 80 letters, digits, ".", "_" and "-", received ${JSON.stringify(runId)}`,
  )
}

/** @throws RunNotFound when the store has nothing of the run, UsageError when this cannot be a run's id */
export async function refuseUnknownRun(store: RunStore, runId: string): Promise<void> {
  if ((await store.list(runPrefix(runId))).length === 0)
    throw new RunNotFound(`No such run: expected one that stands in ${store.location}, received ${runId}`)
}
