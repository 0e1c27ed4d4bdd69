// Runs the state machine on this machine, shows its progress, stops it cleanly on Ctrl-C, and reads its record.
import { randomBytes } from 'node:crypto'
import type { RunRecord } from '../core/model/documents/record.ts'
import { messageOf } from '../core/run/execution-end.ts'
import { plain } from '../core/texts/plain.ts'
import type { EngineEvent, Execution, ExecutionOptions } from '../engine/step-functions.ts'
import type { AskPort } from '../steps/ports.ts'
import { documents } from '../steps/run-documents.ts'
import { writeInterruptedRecord } from './interrupt.ts'
import { newRunId, startLocalRun, wakeIn } from './local-run.ts'
import type { CommandPorts } from './ports.ts'
import type { Progress } from './progress.ts'
import { type AskHere, hasLeft, makeQuestion, type Question } from './question.ts'
import { type CaughtFault, isFirstCause, readEnd } from './run-end.ts'
import { isRunOver, makeRunLock, type RunLock } from './run-lock.ts'
import { type Env, stateDirOf } from './state-dir.ts'
import { stopWhenAsked } from './stop-when-asked.ts'

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
    return await readEnd({
      store: ports.store,
      ref: documents.record(options.runId),
      runId: options.runId,
      result,
      firstFault: firstFault(),
    })
  } finally {
    // After a fault of ours, functions may be under way. The lock is held until the last of them has returned.
    if (execution.describe().status === 'RUNNING') await execution.stop()
    progress.close()
    await question.close()
    lock.release()
    stopped.off()
  }
}

function start(
  { ports, runId, input = {}, env, progress, answerCommand, askHere, delay, limit }: FollowOptions,
  lock: RunLock,
): { execution: Execution; question: Question; firstFault: () => CaughtFault | null } {
  let fault: CaughtFault | null = null
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
      if (hasLeft(event, 'Ask for approval')) question.stopAskingHere()
      if (event.type === 'StateCaught' && isFirstCause(event)) fault ??= event
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
