// Follows a run of the deployed machine by its history, until it ends. Ctrl-C stops following, not the run.
import type { HistoryEvent, Machine } from '../../io/states/machine.ts'
import { MachineRefused } from '../../io/states/machine-errors.ts'
import type { OrganizationProgress, Progress } from '../../local/progress.ts'
import { answerLineThere } from '../render/answer-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { makeHistoryReader } from './history-events.ts'
import { makeOrganizationProgress } from './organization-progress.ts'
import { makeProgress } from './progress.ts'
import { pause, untilSignal } from './until-signal.ts'

/** The pause between two polls: short after new events, then longer and longer. */
const FIRST_PAUSE_MILLISECONDS = 500
const LONGEST_PAUSE_MILLISECONDS = 5000

/** Polls until a new run must be known: Step Functions is eventually consistent. */
const POLLS_FOR_A_NEW_RUN = 10

const END = /^Execution(Succeeded|Failed|Aborted|TimedOut)$/

export interface FollowMachineOptions {
  machine: Machine
  runId: string
  terminal: Terminal
  /** This command has just started it. */
  isNew?: boolean
  /** It is the machine for organizations, whose Maps are over accounts. */
  isOrganization?: boolean
}

/** @returns false if the run is still running. @throws what the machine throws. */
export async function followMachine(options: FollowMachineOptions): Promise<boolean> {
  const { machine, runId, terminal, isNew } = options
  const progress = options.isOrganization ? overAccounts(makeOrganizationProgress(terminal)) : makeProgress(terminal)
  const read = makeHistoryReader({
    show: progress.show,
    waits: () => {
      const line = answerLineThere(runId, terminal.env.KEYSWEEP_API)
      if (line === null) return progress.print('  Waiting for approval.')
      progress.print('  Waiting for approval. To answer, with access to the decision API:')
      progress.print(`    ${line}`)
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

/** Of a Map over accounts the history says how many there are, and not how each ended. */
const overAccounts = (progress: OrganizationProgress): Pick<Progress, 'show' | 'print' | 'close'> => ({
  ...progress,
  show: (event) => progress.show(event.type === 'MapStarted' ? { ...event, type: 'MapRunStarted' } : event),
})

/** The new events of each poll; ends when the signal is aborted. */
async function* newEvents(
  machine: Machine,
  runId: string,
  isNew: boolean,
  signal: AbortSignal,
): AsyncGenerator<HistoryEvent[]> {
  let last = 0
  let milliseconds = FIRST_PAUSE_MILLISECONDS
  for (let poll = 1; !signal.aborted; poll += 1) {
    const events = await machine.eventsAfter(runId, last).catch((error: unknown) => {
      const notYet = isNew && poll < POLLS_FOR_A_NEW_RUN && error instanceof MachineRefused
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
