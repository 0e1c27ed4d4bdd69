// The decision APIs of the runs that wait on this machine.

import type { RunStore } from '../io/store/run-store.ts'
import { CannotAsk, NotCounted } from '../local/errors.ts'
import { openRuns } from '../local/open-run.ts'
import { type DecisionApi, localApi } from './decision-client.ts'
import { readRecord } from './runs.ts'

/**
 * The APIs of this store's runs that wait; for a run, the one that has it.
 * @throws RunNotFound, NotCounted for a run that is over, CannotAsk for one that waits elsewhere, and what the run store throws
 */
export async function localApis(store: RunStore, stateDir: string, runId: string | undefined): Promise<DecisionApi[]> {
  const open = await openRuns(stateDir)
  const wanted = open.filter((run) => runId === undefined || run.runId === runId)
  const apis = (await Promise.all(wanted.map(localApi).map(async (api) => ((await answers(api)) ? api : [])))).flat()
  if (runId === undefined || apis.length > 0) return apis
  const { record, rebuilt } = await readRecord(store, runId)
  const { status, endedAt } = record
  if (!rebuilt) throw new NotCounted(`Run ${runId} is over: it ended as "${status}" at ${endedAt}`, { runId, status })
  throw new CannotAsk(
    `Run ${runId} cannot be asked: expected one that waits on this machine, received one that does not wait yet, was broken off, or waits elsewhere`,
  )
}

/** A run that was killed leaves its note behind, and nobody at its address, or somebody else. A fault is told by who asks. */
async function answers(api: DecisionApi): Promise<boolean> {
  try {
    const { status } = await api.ask('GET', `/runs/${api.only}`)
    return status === 200 || status >= 500
  } catch (error) {
    if (error instanceof CannotAsk) return false
    throw error
  }
}
