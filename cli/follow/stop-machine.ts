// Stops a deployed machine: disables the schedules that start it, stops its open runs, and waits until what they sent has
// settled. It takes the ARN of any machine of keysweep.
import pMap from 'p-map'
import * as z from 'zod'
import { regionOf } from '../../io/aws/arn.ts'
import { makeOpenRuns } from '../../io/states/executions.ts'
import { makeMachine } from '../../io/states/machine.ts'
import { makeSchedules, type Schedules, type StartingSchedule } from '../../io/states/schedules.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { RunNotFound } from '../../local/errors.ts'
import { readRecord, type StoredRecord } from '../../views/runs.ts'
import type { StopOptions } from '../commands/stop.ts'
import type { StopResult } from '../commands/stop-action.ts'
import { isExpected } from '../failure.ts'
import { undoCommand, undoOf } from '../render/next-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { untilSettled } from './settle-machine.ts'
import { untilSignal } from './until-signal.ts'

export interface StopThere {
  machine: string
  /** The machine's run store; null: it was not named. */
  store: RunStore | null
  options: StopOptions
  terminal: Terminal
  /** How long a function that was called may go on; tests pass less. */
  settleMilliseconds?: number
}

/** What AWS or the run store refuses is among the faults, and does not keep the rest from being stopped. */
export async function stopMachine(there: StopThere): Promise<StopResult> {
  const { machine, terminal } = there
  const faults: string[] = []
  const fault = (error: unknown) => {
    if (!isExpected(error)) throw error
    faults.push(error.message)
  }
  // First, so that no run starts after the open ones were listed.
  const schedules = await disableSchedules(makeSchedules(machine), fault)
  const { stopped, undos } = await stopRuns(machine, fault)
  const leaving = untilSignal()
  const say = (line: string) => terminal.stderr.write(`${line}\n`)
  const waiting = { ...there, stoppedAt: Date.now(), signal: leaving.signal, say }
  const ends = await pMap(stopped, async (runId) => {
    const settled = await untilSettled(waiting, runId).catch((error) => notKnown(error, fault))
    return endOf(there, runId, settled, fault)
  })
  leaving.off()
  return {
    ...{ machine, schedules, undos, faults },
    runs: ends.map(({ run }) => run),
    records: ends.flatMap(({ stored }) => stored ?? []),
    organizations: [],
    interrupted: leaving.signal.aborted,
  }
}

/** It may have changed keys, and may still do so. */
function notKnown(error: unknown, fault: Fault) {
  fault(error)
  return { settled: false, sent: true }
}

type Fault = (error: unknown) => void

async function disableSchedules(schedules: Schedules, fault: Fault): Promise<StopResult['schedules']> {
  const starting = await schedules.starting().catch((error): StartingSchedule[] => {
    fault(error)
    return []
  })
  const done = await pMap(starting, async (schedule) => {
    const { name, group, state: was } = schedule
    if (was === 'ENABLED') {
      const isDisabled = await schedules.disable(schedule).then(() => true, fault)
      if (!isDisabled) return []
    }
    return { name, group, was }
  })
  return done.flat()
}

/** One may have started while the schedule was still enabled. */
const LISTINGS = 2

async function stopRuns(machine: string, fault: Fault): Promise<{ stopped: string[]; undos: string[] }> {
  const { describe, stop } = makeMachine(machine)
  const openRuns = makeOpenRuns({ region: regionOf(machine) })
  const [stopped, undos] = [new Set<string>(), new Set<string>()]
  for (let listing = 1; listing <= LISTINGS; listing += 1) {
    const listed = await openRuns(machine).catch(fault)
    const open = (listed ?? []).filter((runId) => !stopped.has(runId) && !undos.has(runId))
    await pMap(
      open,
      async (runId) => {
        if (isUndo((await describe(runId)).input)) return void undos.add(runId)
        await stop(runId)
        stopped.add(runId)
      },
      { concurrency: 5, stopOnError: false },
    ).catch(({ errors }: AggregateError) => errors.forEach(fault))
  }
  return { stopped: [...stopped], undos: [...undos] }
}

const undoInput = z.object({ undo: z.object({}) })

/** Step Functions starts no execution with an input that is not JSON. */
const isUndo = (input: string | null): boolean => input !== null && undoInput.safeParse(JSON.parse(input)).success

interface StoppedRun {
  run: StopResult['runs'][number]
  stored: StoredRecord | null
}

async function endOf(
  { machine, store, options: { profile, region } }: StopThere,
  runId: string,
  { settled, sent }: { settled: boolean; sent: boolean },
  fault: Fault,
): Promise<StoppedRun> {
  const stored = store && (await readRecord(store, runId).catch((error) => nullIfUnreadable(error, fault)))
  const next = { machine, store: store?.location, profile, region }
  return {
    run: {
      ...{ runId, store: store?.location ?? null, state: 'stopped', settled },
      status: stored?.record.status ?? null,
      counts: stored?.record.counts ?? null,
      // Without its record, what a run changed is not known.
      undo: stored !== null ? undoOf(stored.record, next) : sent ? undoCommand(runId, next) : null,
    },
    stored,
  }
}

/** Without a fault if the run ended before it stored anything, or if the named store is not the machine's. */
function nullIfUnreadable(error: unknown, fault: Fault): null {
  if (!(error instanceof RunNotFound)) fault(error)
  return null
}
