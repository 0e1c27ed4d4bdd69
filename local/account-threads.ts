// The threads of an organization run, each of which carries out runs in accounts (account-thread.ts). A run in a thread is an
// execution like any other: it has a description and a result, and it can be stopped.
import nodeModule from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { plain } from '../core/texts/plain.ts'
import type { Execution, ExecutionDescription, ExecutionResult, LocalMachine } from '../engine/step-functions.ts'
import type { FromThread, ThreadData, ToThread } from './account-thread.ts'
import { ACCOUNT_MACHINE, accountOf, type OpenAccountRun } from './organization-run.ts'
import { type AccountProgress, type OrganizationProgress, progressIn } from './progress.ts'
import { type RunsThread, spreadOver } from './spread.ts'

/** In a package, the thread's file is beside the command's. */
const THREAD_FILE = new URL(
  import.meta.url.endsWith('.ts') ? 'account-thread.ts' : 'account-thread.js',
  import.meta.url,
)

/** Each thread keeps some 45 MB, and two documents with a line for each account. */
const MOST_THREADS = 4

export interface AccountThreads {
  /** Starts runs in this thread and in others. @param here starts one in this thread */
  spread(here: LocalMachine): LocalMachine
  /** Begins a thread, in which runs are started. */
  another(): RunsThread
  /** Ends the threads. Runs that are open are stopped first. */
  close(): Promise<void>
}

export interface ThreadsOptions {
  data: ThreadData
  /** The locations of the other stores of this machine that may know keys of the account. */
  otherStores: (account: string) => string[]
  progress: Pick<OrganizationProgress, 'of' | 'suspectChecked' | 'planned' | 'print'>
  /** Writes the record of a run whose thread has ended before it. Its functions return no more. */
  recordLost: (run: OpenAccountRun, why: string) => Promise<void>
  /** Threads, the one of the organization run included; by default one for each processor core. */
  most?: number
}

export function makeAccountThreads(options: ThreadsOptions): AccountThreads {
  const { most = Math.min(MOST_THREADS, availableParallelism()) } = options
  const threads: Thread[] = []
  const idle: Thread[] = []
  function begin(): Thread {
    const thread = beginThread(options)
    threads.push(thread)
    return thread
  }
  const another = () => idle.pop() ?? begin()
  return {
    another,
    spread(here) {
      // It loads its code while the accounts are listed.
      if (most > 1) idle.push(begin())
      return spreadOver(here, another, most)
    },
    close: async () => void (await Promise.all(threads.map(({ close }) => close()))),
  }
}

interface Thread extends RunsThread {
  close: () => Promise<void>
}

/** A run that the thread has not yet stopped. */
interface ThreadRun {
  description: ExecutionDescription
  result: PromiseWithResolvers<ExecutionResult>
  stopped: PromiseWithResolvers<void>
  progress: AccountProgress
}

function beginThread(options: ThreadsOptions): Thread {
  const runs = new Map<string, ThreadRun>()
  const tell = (message: ToThread): void => worker?.postMessage(message)
  let isClosing = false
  let why: string | null = null
  const end = (error: unknown) => {
    // After an error Node reports the exit too.
    if (why !== null || isClosing) return
    const reason = reasonOf(error)
    why = `The thread of this run ended: ${reason}`
    options.progress.print(plain(`keysweep: A thread for runs in accounts ended: ${reason}. ${OTHERS_GO_ON}`))
    for (const run of runs.values()) void lose(run, why, options)
    runs.clear()
  }
  const worker = workerWith(options.data, end)
  worker?.on('message', (message: FromThread) => {
    const run = runs.get(message.run)
    if (run !== undefined) heard(run, message)
    if ('stopped' in message) runs.delete(message.run)
  })

  return {
    start({ name, input }) {
      const run = newRun(name, input, progressIn(options.progress, accountOf(name)))
      if (why !== null) void lose(run, why, options)
      else {
        runs.set(name, run)
        tell({ start: name, input, others: options.otherStores(accountOf(name)) })
      }
      return executionOf(run, () => {
        if (runs.get(name) === run) tell({ stop: name })
      })
    },
    hasEnded: () => why !== null,
    async close() {
      const open = [...runs]
      for (const [name] of open) tell({ stop: name })
      await Promise.all(open.map(([, { stopped }]) => stopped.promise))
      isClosing = true
      await worker?.terminate()
    },
  }
}

/** Without the dot that some errors of Node end with. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')

const OTHERS_GO_ON = 'Runs that were open in it are interrupted, and all others go on in other threads.'

/** null: the thread cannot start, and has ended. @param onEnd called with the reason, perhaps more than once */
function workerWith(data: ThreadData, onEnd: (error: unknown) => void): Worker | null {
  try {
    const worker = new Worker(THREAD_FILE, { workerData: data, env: threadEnv() })
    worker.on('error', onEnd)
    worker.on('exit', (code) => onEnd(`exit code ${code}`))
    return worker
  } catch (error) {
    // Node refuses, such as under --permission without --allow-worker, or the system has no thread left.
    onEnd(error)
    return null
  }
}

const newRun = (name: string, input: unknown, progress: AccountProgress): ThreadRun => ({
  description: newDescription(name, input),
  result: Promise.withResolvers(),
  stopped: Promise.withResolvers(),
  progress,
})

const executionOf = (run: ThreadRun, stop: () => void): Execution => ({
  result: run.result.promise,
  describe: () => run.description,
  async stop() {
    stop()
    await run.stopped.promise
  },
  sendTaskSuccess: noTokens,
  sendTaskFailure: noTokens,
})

const noTokens = (): never => {
  throw new TypeError('A run in an account waits for no answer')
}

/** A thread that ends takes its runs with it. What each began has an intent in the run store, as after a crash. */
async function lose(run: ThreadRun, why: string, { recordLost }: Pick<ThreadsOptions, 'recordLost'>): Promise<void> {
  const { name, startDate } = run.description
  try {
    await recordLost({ account: accountOf(name), runId: name, startedAt: startDate.toISOString() }, why)
    run.description = { ...run.description, status: 'FAILED', stopDate: new Date() }
    run.result.resolve({ status: 'FAILED', error: 'ThreadEnded', cause: why })
  } catch (error) {
    run.result.reject(error)
  } finally {
    run.stopped.resolve()
  }
}

function heard(run: ThreadRun, message: FromThread): void {
  if ('event' in message) run.progress.show(message.event)
  else if ('checked' in message) run.progress.suspectChecked(message.checked, message.total)
  else if ('planned' in message) run.progress.planned(message.planned)
  else if ('result' in message) {
    run.description = message.description
    run.result.resolve(message.result)
  } else if ('fault' in message) run.result.reject(message.fault)
  else run.stopped.resolve()
}

/** The ARN of an execution is its machine's, with a name: StartExecution (API reference). */
const newDescription = (name: string, input: unknown): ExecutionDescription => ({
  executionArn: `${ACCOUNT_MACHINE.replace(':stateMachine:', ':execution:')}:${name}`,
  stateMachineArn: ACCOUNT_MACHINE,
  name,
  status: 'RUNNING',
  startDate: new Date(),
  stopDate: null,
  input,
})

/** A thread keeps compiled code where its process does, and Node says it to a thread by this variable alone. */
function threadEnv(): NodeJS.ProcessEnv {
  const folder = nodeModule.getCompileCacheDir?.()
  return { ...process.env, ...(folder !== undefined && { NODE_COMPILE_CACHE: dirname(folder) }) }
}
