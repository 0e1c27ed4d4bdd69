// Runs the state machine on this machine, shows its progress, stops it cleanly on Ctrl-C, and reads its record.
import { randomBytes } from 'node:crypto'
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreRefused } from '../core/model/errors.ts'
import { messageOf } from '../core/run/record.ts'
import { plain } from '../core/texts/plain.ts'
import type { EngineEvent, Execution, ExecutionOptions, ExecutionResult } from '../engine/step-functions.ts'
import type { AskPort, Ports } from '../steps/ports.ts'
import { documents, readStored } from '../steps/run-documents.ts'
import { NoRecord } from './errors.ts'
import { writeInterruptedRecord } from './interrupt.ts'
import { newRunId, startLocalRun, wakeIn } from './local-run.ts'
import type { CommandPorts } from './ports.ts'
import type { Progress } from './progress.ts'
import { type AskHere, makeQuestion, type Question } from './question.ts'
import { isRunOver, makeRunLock, type RunLock } from './run-lock.ts'
import { onSignals } from './signals.ts'
import { type Env, stateDirOf } from './state-dir.ts'
import { onStopRequest } from './stop-request.ts'

export interface FinishedRun {
  record: RunRecord
  /** record.json as it is stored. */
  json: string
}

export interface FollowOptions extends Pick<ExecutionOptions, 'delay' | 'limit'>, Pick<AskPort, 'answerCommand'> {
  ports: CommandPorts
  runId: string
  /** The execution's input; default: a normal run. */
  input?: object
  /** Decides where this machine keeps the lock of a store that is a bucket. */
  env: Env
  progress: Progress
  /** Asks for approval on this terminal too. */
  askHere?: AskHere
  /** A lock that is already held; the run releases it. */
  lock?: RunLock
}

/** A new run id. */
export const nextRunId = (): string => newRunId(new Date(), randomBytes(3).toString('hex'))

/** Runs to the end, or to the first Ctrl-C. @throws NoRecord, and what the run store throws. */
export async function follow(options: FollowOptions): Promise<FinishedRun> {
  const { ports, progress } = options
  const stateDir = stateDirOf(ports.store, options.env)
  const lock = options.lock ?? makeRunLock(stateDir)
  const startedAt = ports.now().toISOString()
  const { execution, question, firstFault } = start(options, lock)
  const stopped = stopWhenAsked({ execution, question, progress, stateDir, runId: options.runId })
  try {
    const result = await execution.result
    await stopped.settled()
    if (result.status === 'ABORTED') await writeInterruptedRecord(ports, options.runId, startedAt)
    return await readRecord(ports, options.runId, result, firstFault())
  } finally {
    progress.close()
    await question.close()
    lock.release()
    stopped.off()
  }
}

function start(
  { ports, runId, input = {}, env, progress, answerCommand, askHere, delay, limit }: FollowOptions,
  lock: RunLock,
): { execution: Execution; question: Question; firstFault: () => Fault | null } {
  let fault: Fault | null = null
  const question = makeQuestion({
    ports: { store: ports.store, now: ports.now, wake: (token) => wakeIn(execution)(token) },
    stateDir: stateDirOf(ports.store, env),
    print: progress.print,
    askHere,
  })
  const execution: Execution = startLocalRun({
    ports: {
      ...ports,
      otherOpenRun: ({ runId }) => lock.takeFor(runId),
      isRunOver: isRunOver(ports.store, env),
      notify: question.notify,
      answerCommand,
      suspectChecked: progress.suspectChecked,
    },
    runId,
    input,
    onEvent: (event) => {
      if (event.type === 'StateEntered' && event.state === 'Read decision') question.stopAskingHere()
      if (event.type === 'StateCaught' && isOfStore(event)) fault ??= event
      progress.show(event)
      printWhyNotAsked(event, progress)
    },
    ...(delay && { delay }),
    ...(limit && { limit }),
  })
  return { execution, question, firstFault: () => fault }
}

/** The machine keeps no error of Ask for approval, so the record does not have it. */
function printWhyNotAsked(event: EngineEvent, { print }: Progress): void {
  if (event.type !== 'StateCaught' || event.state !== 'Ask for approval' || event.error === 'States.Timeout') return
  print(plain(`keysweep: ${messageOf({ Error: event.error, Cause: event.cause })}`))
}

type Fault = Pick<ExecutionResult & { status: 'FAILED' }, 'error' | 'cause'>

const isOfStore = ({ error }: Pick<Fault, 'error'>): boolean => error.startsWith('Store')

const SIGNALLED =
  'Stopping: what has started is finished, then the record is written. Press Ctrl-C again to end at once.'
const STOP_REQUESTED =
  'Stopping, because keysweep stop was called: what has started is finished, then the record is written.'

interface Stoppable {
  execution: Execution
  question: Question
  progress: Progress
  stateDir: string
  runId: string
}

/**
 * After a signal, or a request of `keysweep stop`, no new state starts and no answer is accepted. A signal after the first one
 * ends the process at once: what was sent has an intent in the store, and `show` rebuilds the record.
 */
function stopWhenAsked({ execution, question, progress: { print, close }, stateDir, runId }: Stoppable) {
  let stopping: Promise<unknown> | null = null
  const stop = (line: string) => {
    if (stopping !== null) return
    print(line)
    stopping = Promise.all([execution.stop(), question.close()])
  }
  const forget = onStopRequest(stateDir, runId, () => stop(STOP_REQUESTED))
  const endAtOnce = () => {
    close()
    print('Ended at once. The run has no record. To see what it did: keysweep show')
  }
  const off = onSignals(() => stop(SIGNALLED), endAtOnce)
  return {
    /** Resolves when a stop that was begun is complete. */
    settled: async () => void (await stopping),
    /** After a stop the handlers stay: one Ctrl-C must not interrupt the printing of the record. */
    off() {
      forget()
      if (stopping === null) off()
    },
  }
}

async function readRecord(
  { store }: Pick<Ports, 'store'>,
  runId: string,
  result: ExecutionResult,
  firstFault: Fault | null,
): Promise<FinishedRun> {
  const failure: Fault = result.status === 'FAILED' ? result : { error: 'NoRecord', cause: '' }
  // If the store failed the run, this read fails too.
  const read = () => readStored(store, documents.record(runId)).catch((error) => nullAfterFault(error, firstFault))
  // With RunIdTaken the stored record is another run's.
  const stored = failure.error === 'RunIdTaken' ? null : await read()
  if (stored !== null) return { record: stored.document, json: stored.text }
  // The first error is the cause; that the record could not be written follows from it.
  const { error, cause } = isOfStore(failure) ? (firstFault ?? failure) : failure
  throw new NoRecord(`Run ${runId} failed and has no record: ${messageOf({ Error: error, Cause: cause })}`, error)
}

function nullAfterFault(error: unknown, firstFault: Fault | null): null {
  if (error instanceof StoreRefused && firstFault !== null) return null
  throw error
}
