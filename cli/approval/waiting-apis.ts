// Which decision API a command asks: the deployed one, or those of the runs of this store that wait on this machine.

import { CannotAsk, NotCounted, UsageError } from '../../local/errors.ts'
import { openRuns } from '../../local/open-run.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import { runPrefix } from '../../views/find-run.ts'
import { readRecord } from '../../views/runs.ts'
import { chosenStore } from '../options/store.ts'
import type { Terminal } from '../render/terminal.ts'
import { type DecisionApi, deployedApi, localApi } from './decision-client.ts'

export interface Chosen {
  store?: string
  api?: string
}

/**
 * The APIs to ask; for a run, the one that has it. --api and KEYSWEEP_API name the deployed one, --store means this machine.
 * @throws UsageError for a run that is not there, NotCounted for one that is over, CannotAsk for one that waits elsewhere
 */
export async function waitingApis(
  runId: string | undefined,
  options: Chosen,
  terminal: Terminal,
): Promise<DecisionApi[]> {
  if (options.api !== undefined && options.store !== undefined)
    throw new UsageError('Options refused: expected one of --api and --store, received both')
  if (runId !== undefined) runPrefix(runId)
  const address = options.api ?? (options.store === undefined ? terminal.env.KEYSWEEP_API : undefined)
  if (address) return [deployedApi(address)]
  const store = chosenStore(options, terminal)
  const open = await openRuns(stateDirOf(store, terminal.env))
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
