// What a run store's runs say of it, before a run on this machine writes to it: whose it is, and whether it knows the account.
import pMap from 'p-map'
import type { RunInput } from '../core/model/documents/input.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { machineArnOf } from '../io/aws/arn.ts'
import { type RunStore, runsIn } from '../io/store/run-store.ts'
import { isDemoStore } from '../local/demo-store.ts'
import { UsageError } from '../local/errors.ts'
import { documents, read } from '../steps/run-documents.ts'

const READS_AT_ONCE = 20

/** Only a deployed machine's functions write to its store, so its newest runs show it. */
const MOST_RUNS_OF_MACHINE = 100

/**
 * Reads the runs' inputs, newest first. A damaged input says nothing.
 * @returns whether the store has a run on the account
 * @throws UsageError for a store that is for reading here: a deployed machine's, or the demo's. And what the run store throws.
 */
export async function refuseToWrite(store: RunStore, account: string): Promise<{ knowsAccount: boolean }> {
  await refuseDemoStore(store)
  const runIds = runsIn(await store.list('runs/')).toReversed()
  let knowsAccount = false
  for (let at = 0; at < runIds.length && !(knowsAccount && at >= MOST_RUNS_OF_MACHINE); at += READS_AT_ONCE) {
    const inputs = await pMap(runIds.slice(at, at + READS_AT_ONCE), (runId) => inputOf(store, runId))
    for (const input of inputs) if (input !== null) refuseDeployed(store, input)
    knowsAccount ||= inputs.some((input) => input?.account === account)
  }
  return { knowsAccount }
}

async function refuseDemoStore(store: RunStore): Promise<void> {
  if (store.location.startsWith('s3://') || !(await isDemoStore(store))) return
  throw new UsageError(
    `Run store ${store.location} is for reading: each demo empties it. Choose another store with --store.`,
  )
}

function refuseDeployed({ location }: RunStore, input: RunInput): void {
  const machine = machineOf(input)
  if (machine === null) return
  throw new UsageError(
    `Run store ${location} is for reading here: only the functions of the deployed machine write to it. Start the run there, with --machine ${machine}, or choose another store with --store.`,
  )
}

/** An execution of a run on one machine has this account. */
const NO_ACCOUNT = '000000000000'

/** The ARN of the deployed machine that started the run; null for a run on one machine. */
export function machineOf({ executionId }: Pick<RunInput, 'executionId'>): string | null {
  const [, , service, , account] = executionId.split(':')
  return service === 'states' && account !== NO_ACCOUNT ? machineArnOf(executionId) : null
}

async function inputOf(store: RunStore, runId: string): Promise<RunInput | null> {
  try {
    return await read(store, documents.input(runId))
  } catch (error) {
    if (error instanceof StoreDamaged) return null
    throw error
  }
}
