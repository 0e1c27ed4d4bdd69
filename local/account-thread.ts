// A thread of its own for runs in accounts. It is started by account-threads.ts, and shares nothing with the thread of the
// organization run but the run store, the settings and who calls.
import { parentPort, workerData } from 'node:worker_threads'
import type { Caller } from '../core/model/facts.ts'
import type { Settings } from '../core/model/settings.ts'
import type { EngineEvent, Execution, ExecutionDescription, ExecutionResult } from '../engine/step-functions.ts'
import { openStore } from '../io/store/open-store.ts'
import { accountPorts, startAccountRun } from './account-run.ts'
import type { AccountProgress } from './progress.ts'
import type { Env } from './state-dir.ts'
import type { AwsAccess } from './who-calls.ts'

/** What a thread is given at its start. */
export interface ThreadData {
  /** The location of the run store, and the account that must own it if it is a bucket. */
  store: string
  storeOwner: string
  settings: Settings
  caller: Caller
  access?: AwsAccess
  env: Env
}

export type ToThread = StartInThread | { stop: string }

interface StartInThread {
  /** The id of the run. */
  start: string
  input: unknown
  /** The locations of the other stores that may know keys of the account. */
  others: string[]
}

/** What a thread says of one of its runs. */
export type FromThread = { run: string } & (
  | { event: EngineEvent }
  | { checked: number; total: number }
  | { planned: number }
  /** `description` is that of the ended run. */
  | { result: ExecutionResult; description: ExecutionDescription }
  /** A fault of ours: the run has no result. */
  | { fault: unknown }
  /** Every function that the run called has returned. */
  | { stopped: true }
)

const { store, storeOwner, ...shared } = workerData as ThreadData
const port = parentPort
if (port === null) throw new TypeError('account-thread.ts is started as a thread')

/** The SDK warns once in each thread, such as of a profile beside keys. The thread of the organization run has done so. */
console.warn = () => {}

const portsWith = accountPorts({ ...shared, store: openStore(store, async () => storeOwner) })
const executions = new Map<string, Execution>()
const say = (message: FromThread): void => port.postMessage(message)

port.on('message', (message: ToThread) => {
  if ('stop' in message) void stop(message.stop)
  else start(message)
})

function start({ start: run, input, others }: StartInThread): void {
  const execution = startAccountRun({
    ports: portsWith(others.map((other) => openStore(other))),
    runId: run,
    input,
    progress: progressOf(run),
  })
  executions.set(run, execution)
  execution.result.then(
    (result) => say({ run, result, description: execution.describe() }),
    (fault) => say({ run, fault }),
  )
}

async function stop(run: string): Promise<void> {
  await executions.get(run)?.stop()
  executions.delete(run)
  say({ run, stopped: true })
}

const progressOf = (run: string): AccountProgress => ({
  show: (event) => say({ run, event }),
  suspectChecked: (checked, total) => say({ run, checked, total }),
  planned: (planned) => say({ run, planned }),
})
