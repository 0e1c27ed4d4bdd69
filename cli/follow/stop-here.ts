// Stops the runs that are open on this machine: each by a request to its own process, which ends as after Ctrl-C.
import pMap from 'p-map'
import type { RunStore } from '../../io/store/run-store.ts'
import { lockHolder, UNNAMED } from '../../local/run-lock.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import { forgetStop, requestStop } from '../../local/stop-request.ts'
import { isFoundHere } from '../../local/stores-here.ts'
import { readOrganizationRecord, type StoredOrganizationRecord } from '../../views/organization-record.ts'
import { hasOrganizationRun } from '../../views/organizations.ts'
import { readRecord, type StoredRecord } from '../../views/runs.ts'
import type { StopOptions } from '../commands/stop.ts'
import type { StopResult } from '../commands/stop-action.ts'
import { isExpected } from '../failure.ts'
import { undoCommand, undoOf } from '../render/next-line.ts'
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

/** The runs that hold the locks of these stores. A lock that cannot be read is among the faults, and hides no other run. */
export async function openHere(stores: RunStore[], { env }: Terminal): Promise<{ open: OpenHere[]; faults: string[] }> {
  const faults: string[] = []
  const open = await pMap(stores, async (store) => {
    const stateDir = stateDirOf(store, env)
    const runId = await namedHolder(stateDir).catch((error) => noteFault(error, faults))
    return runId === null ? [] : { store, stateDir, runId }
  })
  return { open: open.flat(), faults }
}

function noteFault(error: unknown, faults: string[]): null {
  if (!isExpected(error)) throw error
  faults.push(error.message)
  return null
}

async function namedHolder(stateDir: string): Promise<string | null> {
  for (let look = 1; ; look += 1) {
    const holder = await lockHolder(stateDir)
    if (holder !== UNNAMED || look === LOOKS_FOR_A_NAME) return holder
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
}

/** Asks each run to stop, and waits until its process has written the record. What one store refuses is among the faults. */
export async function stopOpen(
  open: OpenHere[],
  options: StopOptions,
  terminal: Terminal,
  longestMilliseconds = LONGEST_STOP_MILLISECONDS,
): Promise<StopResult> {
  const leaving = untilSignal()
  const until = AbortSignal.any([leaving.signal, AbortSignal.timeout(longestMilliseconds)])
  const ends = await pMap(open, async (run) => {
    const faults: string[] = []
    const end = await stopOne(run, until, terminal, faults).catch((error) => {
      noteFault(error, faults)
      return { ...NO_RECORD, isOpen: true }
    })
    return { run, faults, ...end }
  })
  leaving.off()
  return {
    ...{ machine: null, schedules: [], undos: [] },
    runs: ends.map(({ run, ...end }) => stoppedRun(run, end, options, terminal)),
    records: ends.flatMap(({ stored }) => stored ?? []),
    organizations: ends.flatMap(({ run: { store }, organization }) =>
      organization === null ? [] : { store, record: organization.record },
    ),
    faults: ends.flatMap(({ run, isOpen, faults }) => [...faults, ...(isOpen ? [stillOpen(run)] : [])]),
    interrupted: leaving.signal.aborted,
  }
}

interface End {
  isOpen: boolean
  /** null: the run is open, it is an organization run, or its record cannot be read. */
  stored: StoredRecord | null
  organization: StoredOrganizationRecord | null
}

const NO_RECORD = { stored: null, organization: null }

/** @throws StoreRefused */
async function stopOne(run: OpenHere, until: AbortSignal, { stderr }: Terminal, faults: string[]): Promise<End> {
  const { stateDir, runId, store } = run
  if (runId === UNNAMED) return { ...NO_RECORD, isOpen: true }
  await requestStop(stateDir, runId)
  stderr.write(`Stopping run ${runId}. What it has sent is finished first.\n`)
  while (!until.aborted && (await lockHolder(stateDir)) === runId) await pause(LOOK_MILLISECONDS, until)
  const isOpen = (await lockHolder(stateDir)) === runId
  await forgetStop(stateDir)
  const record = isOpen ? null : await recordOf(store, runId).catch((error) => noteFault(error, faults))
  return { isOpen, ...(record ?? NO_RECORD) }
}

/** @throws RunNotFound, and what the run store throws */
async function recordOf(store: RunStore, runId: string): Promise<Pick<End, 'stored' | 'organization'>> {
  if (await hasOrganizationRun(store, runId))
    return { ...NO_RECORD, organization: await readOrganizationRecord(store, runId) }
  return { ...NO_RECORD, stored: await readRecord(store, runId) }
}

const stillOpen = ({ runId, store }: OpenHere): string =>
  `Run ${runId} of ${store.location} did not stop. It may belong to an earlier version of keysweep, or hang. Press Ctrl-C where it runs, or end its process.`

function stoppedRun(
  { runId, store }: OpenHere,
  { isOpen, stored, organization }: End,
  { profile, region }: StopOptions,
  { env }: Terminal,
): StopResult['runs'][number] {
  const where = isFoundHere(store.location, env) ? undefined : store.location
  const next = { store: where, profile, region }
  const shared = { runId, store: store.location, settled: !isOpen }
  if (organization !== null) {
    const { status, counts, undo: undone } = organization.record
    const changed = undone === null && counts.deactivated + counts.failed > 0
    return { ...shared, status, counts: null, undo: changed ? undoCommand(runId, next) : null }
  }
  return {
    ...shared,
    status: stored?.record.status ?? null,
    counts: stored?.record.counts ?? null,
    // Without its record, what a run changed is not known.
    undo: stored !== null ? undoOf(stored.record, next) : isOpen ? null : undoCommand(runId, next),
  }
}
