// Stops the runs that are open on this machine: each by a request to its own process, which ends as after Ctrl-C.
import pMap from 'p-map'
import type { RunStore } from '../../io/store/run-store.ts'
import { lockHolder, UNNAMED } from '../../local/run-lock.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import { forgetStop, requestStop } from '../../local/stop-request.ts'
import { isFoundHere } from '../../local/stores-here.ts'
import { readRecord, type StoredRecord } from '../../views/runs.ts'
import type { StopOptions } from '../commands/stop.ts'
import type { StopResult } from '../commands/stop-action.ts'
import { undoOf } from '../render/next-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { pause, untilSignal } from './until-signal.ts'

export interface OpenHere {
  store: RunStore
  stateDir: string
  runId: string
}

/** A process has no run id in its lock for a moment. */
const LOOKS_FOR_A_NAME = 10
const LOOK_MILLISECONDS = 200

/** A run ends after its calls to IAM, with their retries, and after it has read back what they did. */
const LONGEST_STOP_MILLISECONDS = 120_000

/** The runs that hold the locks of these stores. @throws what the run stores throw */
export async function openHere(stores: RunStore[], { env }: Terminal): Promise<OpenHere[]> {
  const open = await pMap(stores, async (store) => {
    const stateDir = stateDirOf(store, env)
    const runId = await namedHolder(stateDir)
    return runId === null ? [] : { store, stateDir, runId }
  })
  return open.flat()
}

async function namedHolder(stateDir: string): Promise<string | null> {
  for (let look = 1; ; look += 1) {
    const holder = await lockHolder(stateDir)
    if (holder !== UNNAMED || look === LOOKS_FOR_A_NAME) return holder
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
}

/** Asks each run to stop, and waits until its process has written the record. */
export async function stopOpen(
  open: OpenHere[],
  options: StopOptions,
  terminal: Terminal,
  longestMilliseconds = LONGEST_STOP_MILLISECONDS,
): Promise<StopResult> {
  const leaving = untilSignal()
  const until = AbortSignal.any([leaving.signal, AbortSignal.timeout(longestMilliseconds)])
  const ends = await pMap(open, (run) => stopOne(run, until, terminal))
  leaving.off()
  return {
    ...{ machine: null, schedules: [], undos: [] },
    runs: ends.map(({ run, stored }) => stoppedRun(run, stored, options, terminal)),
    records: ends.flatMap(({ stored }) => stored ?? []),
    faults: ends.flatMap(({ run, stored }) => (stored === null ? stillOpen(run) : [])),
    interrupted: leaving.signal.aborted,
  }
}

async function stopOne(run: OpenHere, until: AbortSignal, { stderr }: Terminal) {
  const { stateDir, runId, store } = run
  if (runId === UNNAMED) return { run, stored: null }
  await requestStop(stateDir, runId)
  stderr.write(`Stopping run ${runId}. What it has sent is finished first.\n`)
  while (!until.aborted && (await lockHolder(stateDir)) === runId) await pause(LOOK_MILLISECONDS, until)
  const isOpen = (await lockHolder(stateDir)) === runId
  await forgetStop(stateDir)
  return { run, stored: isOpen ? null : await readRecord(store, runId) }
}

const stillOpen = ({ runId, store }: OpenHere): string =>
  `Run ${runId} of ${store.location} did not stop. It may belong to an earlier version of keysweep, or hang. Press Ctrl-C where it runs, or end its process.`

function stoppedRun(
  { runId, store }: OpenHere,
  stored: StoredRecord | null,
  { profile, region }: StopOptions,
  { env }: Terminal,
): StopResult['runs'][number] {
  const where = isFoundHere(store.location, env) ? undefined : store.location
  return {
    ...{ runId, store: store.location, settled: stored !== null },
    status: stored?.record.status ?? null,
    counts: stored?.record.counts ?? null,
    undo: stored === null ? null : undoOf(stored.record, { store: where, profile, region }),
  }
}
