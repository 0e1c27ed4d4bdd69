// Which decision API a command asks: the deployed one, or those of the runs of this store that wait on this machine.

import { UsageError } from '../../local/errors.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import { type DecisionApi, deployedApi } from '../../views/decision-client.ts'
import { runPrefix } from '../../views/find-run.ts'
import { localApis } from '../../views/waiting-apis.ts'
import type { Terminal } from '../render/terminal.ts'
import { chosenStore } from './store.ts'

/**
 * The APIs to ask; for a run, the one that has it. --api and KEYSWEEP_API name the deployed one, --store means this machine.
 * @throws UsageError, RunNotFound, NotCounted for a run that is over, CannotAsk for one that waits elsewhere
 */
export async function chosenApis(
  runId: string | undefined,
  options: { store?: string; api?: string },
  terminal: Terminal,
): Promise<DecisionApi[]> {
  if (options.api !== undefined && options.store !== undefined)
    throw new UsageError('Options refused: expected one of --api and --store, received both')
  if (runId !== undefined) runPrefix(runId)
  const address = options.api ?? (options.store === undefined ? terminal.env.KEYSWEEP_API : undefined)
  if (address) return [deployedApi(address)]
  const store = chosenStore(options, terminal)
  return localApis(store, stateDirOf(store, terminal.env), runId)
}
