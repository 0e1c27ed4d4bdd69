// Follows a run of the deployed machine by its history, until its end or until Ctrl-C, which leaves it running.
import type { HistoryEvent, Machine } from '../../io/states/machine.ts'
import { MachineRefused } from '../../io/states/machine-errors.ts'
import { answerLineThere } from '../render/answer-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { makeHistoryReader } from './history-events.ts'
import { makeProgress } from './progress.ts'
import { pause, untilSignal } from './until-signal.ts'

/** How long to wait before the next look: soon after something happened, then ever more rarely. */
const FIRST_PAUSE_MILLISECONDS = 500
const LONGEST_PAUSE_MILLISECONDS = 5000

/** A run that was just started is not in every corner of Step Functions yet. */
const LOOKS_FOR_A_NEW_RUN = 10

const END = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/

export interface FollowMachineOptions {
  machine: Machine
  runId: string
  terminal: Terminal
  /** It was started a moment ago, by us. */
  isNew?: boolean
}

/** @returns false where it was left running. @throws what the machine throws. */
export async function followMachine({ machine, runId, terminal, isNew }: FollowMachineOptions): Promise<boolean> {
  const progress = makeProgress(terminal)
  const read = makeHistoryReader({
    show: progress.show,
    waits: () => {
      progress.print('  Waits for the answer of a person who may ask the decision API:')
      progress.print(`    ${answerLineThere(runId, terminal.env.KEYSWEEP_API)}`)
    },
  })
  const leaving = untilSignal()
  try {
    for await (const events of newEvents(machine, runId, isNew === true, leaving.signal)) {
      for (const event of events) read(event)
      if (events.some(({ type }) => END.test(type))) return true
    }
    return false
  } finally {
    progress.close()
    leaving.off()
  }
}

/** What has happened since the last look, look by look; ends when the signal is aborted. */
async function* newEvents(
  machine: Machine,
  runId: string,
  isNew: boolean,
  signal: AbortSignal,
): AsyncGenerator<HistoryEvent[]> {
  let last = 0
  let milliseconds = FIRST_PAUSE_MILLISECONDS
  for (let look = 1; !signal.aborted; look += 1) {
    const events = await machine.eventsAfter(runId, last).catch((error: unknown) => {
      const notYet = isNew && look < LOOKS_FOR_A_NEW_RUN && error instanceof MachineRefused
      if (notYet && error.because === 'ExecutionDoesNotExist') return []
      throw error
    })
    last = events.at(-1)?.id ?? last
    milliseconds =
      events.length > 0 ? FIRST_PAUSE_MILLISECONDS : Math.min(milliseconds * 1.5, LONGEST_PAUSE_MILLISECONDS)
    yield events
    await pause(milliseconds, signal)
  }
}
