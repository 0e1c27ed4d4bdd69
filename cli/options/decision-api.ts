// Which decision API a command uses: the deployed one, or those of the runs that wait on this machine.

import { UsageError } from '../../local/errors.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import { type DecisionApi, deployedApi, isApiGateway } from '../../views/decision-client.ts'
import { runPrefix } from '../../views/find-run.ts'
import { localApis } from '../../views/waiting-apis.ts'
import type { Terminal } from '../render/terminal.ts'
import { storesToRead } from './store.ts'

/**
 * The decision APIs to ask: all on this machine, or only that of the run. --api and KEYSWEEP_API name the deployed one, and
 * --store names this machine.
 * @throws UsageError, RunNotFound, NotCounted if the run has ended, CannotAsk if it does not wait on this machine
 */
export async function chosenApis(
  runId: string | undefined,
  options: { store?: string; api?: string },
  terminal: Terminal,
): Promise<DecisionApi[]> {
  if (options.api !== undefined && options.store !== undefined)
    throw new UsageError('--api and --store exclude each other. Use one of them.')
  if (runId !== undefined) runPrefix(runId)
  const address = options.api ?? ((options.store === undefined && terminal.env.KEYSWEEP_API) || undefined)
  if (address !== undefined) return [namedApi(address, terminal)]
  return localApis(
    storesToRead(options, terminal).map((store) => ({ store, stateDir: stateDirOf(store, terminal.env) })),
    runId,
  )
}

/** Requests are signed for any host: a wrong one is named before it gets them. */
function namedApi(address: string, { stderr }: Terminal): DecisionApi {
  const api = deployedApi(address)
  if (!isApiGateway(api.address))
    stderr.write(
      `Warning: ${new URL(api.address).host} is not an address of API Gateway (execute-api). Requests signed with your credentials go there.\n`,
    )
  return api
}
