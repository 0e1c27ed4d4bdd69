// Stops a run of this process cleanly: on Ctrl-C, and when `keysweep stop` asks for it.
import type { Execution } from '../engine/step-functions.ts'
import type { Progress } from './progress.ts'
import type { Question } from './question.ts'
import { onSignals } from './signals.ts'
import { onStopRequest } from './stop-request.ts'

const SIGNALLED =
  'Stopping: what has started is finished, then the record is written. Press Ctrl-C again to end at once.'
const STOP_REQUESTED =
  'Stopping, because keysweep stop was called: what has started is finished, then the record is written.'

/** Printed once. Most calls are answered by then: a person who still waits needs to know for what. */
const REMINDER =
  'Still stopping: AWS has not answered all calls that were under way. Each ends at its time limit. Press Ctrl-C again to end at once.'
const REMINDER_MILLISECONDS = 10_000

interface Stoppable {
  execution: Pick<Execution, 'stop'>
  question: Pick<Question, 'close'>
  progress: Pick<Progress, 'print' | 'close'>
  stateDir: string
  runId: string
}

/**
 * After a signal, or a request of `keysweep stop`, no new state starts and no answer is accepted. A signal after the first one
 * ends the process at once: what was sent has an intent in the store, and `show` rebuilds the record.
 */
export function stopWhenAsked({ execution, question, progress: { print, close }, stateDir, runId }: Stoppable) {
  let stopping: Promise<unknown> | null = null
  let reminder: NodeJS.Timeout | undefined
  const stop = (line: string) => {
    if (stopping !== null) return
    // First, because it gives the terminal back to the run.
    stopping = Promise.all([execution.stop(), question.close()])
    print(line)
    reminder = setTimeout(() => print(REMINDER), REMINDER_MILLISECONDS)
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
      clearTimeout(reminder)
      forget()
      if (stopping === null) off()
    },
  }
}
