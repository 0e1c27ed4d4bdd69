// Stops the runs that are open on this machine: each by a request to its own process, which ends as after Ctrl-C.
import pMap from 'p-map'
import type { RunStore } from '../../io/store/run-store.ts'
import { lockHolder } from '../../local/run-lock.ts'
import { forgetStop, requestStop } from '../../local/stop-request.ts'
import { readOrganizationRecord, type StoredOrganizationRecord } from '../../views/organization-record.ts'
import { hasOrganizationRun } from '../../views/organizations.ts'
import { readRecord, type StoredRecord } from '../../views/runs.ts'
import type { StopOptions } from '../commands/stop.ts'
import type { StopResult } from '../commands/stop-action.ts'
import { storeOption } from '../options/store.ts'
import { undoCommand, undoOf, undoOfOrganization } from '../render/next-line.ts'
import type { Terminal } from '../render/terminal.ts'
import { noteFault, type OpenRun } from './open-here.ts'
import { pause, untilSignal } from './until-signal.ts'

const LOOK_MILLISECONDS = 200

/** A run ends after its calls to IAM, with their retries, and after it has read back what they did. */
const LONGEST_STOP_MILLISECONDS = 120_000

/** Asks each run to stop, and waits until its process has written the record. What one store refuses is among the faults. */
export async function stopOpen(
  open: OpenRun[],
  options: StopOptions,
  terminal: Terminal,
  longestMilliseconds = LONGEST_STOP_MILLISECONDS,
): Promise<StopResult> {
  const leaving = untilSignal()
  const wait = { leaving: leaving.signal, longestMilliseconds }
  const ends = await pMap(open, async (run) => {
    const faults: string[] = []
    const end = await stopOne(run, wait, terminal, faults).catch((error): End => {
      noteFault(error, faults)
      return { ...NO_RECORD, state: 'not known' }
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
    faults: ends.flatMap(({ faults }) => faults),
    interrupted: leaving.signal.aborted,
  }
}

interface Wait {
  /** Aborted by Ctrl-C. */
  leaving: AbortSignal
  longestMilliseconds: number
}

interface End {
  state: StopResult['runs'][number]['state']
  /** null: the run is open, it is an organization run, or its record cannot be read. */
  stored: StoredRecord | null
  organization: StoredOrganizationRecord | null
}

const NO_RECORD = { stored: null, organization: null }

/** @throws StoreRefused */
async function stopOne(
  run: OpenRun,
  { leaving, longestMilliseconds }: Wait,
  { stderr }: Terminal,
  faults: string[],
): Promise<End> {
  const { stateDir, runId, store } = run
  const until = AbortSignal.any([leaving, AbortSignal.timeout(longestMilliseconds)])
  await requestStop(stateDir, runId)
  stderr.write(`Stopping run ${runId}. What it has sent is finished first.\n`)
  while (!until.aborted && (await lockHolder(stateDir)) === runId) await pause(LOOK_MILLISECONDS, until)
  const isOpen = (await lockHolder(stateDir)) === runId
  // After Ctrl-C the request stays: the run may not have read it yet.
  if (isOpen && leaving.aborted) {
    faults.push(notEndedYet(run))
    return { ...NO_RECORD, state: 'open' }
  }
  await forgetStop(stateDir)
  if (isOpen) {
    faults.push(didNotStop(run, longestMilliseconds))
    return { ...NO_RECORD, state: 'open' }
  }
  const record = await recordOf(store, runId).catch((error) => noteFault(error, faults))
  return { ...(record ?? NO_RECORD), state: 'stopped' }
}

/** @throws RunNotFound, and what the run store throws */
async function recordOf(store: RunStore, runId: string): Promise<Pick<End, 'stored' | 'organization'>> {
  if (await hasOrganizationRun(store, runId))
    return { ...NO_RECORD, organization: await readOrganizationRecord(store, runId) }
  return { ...NO_RECORD, stored: await readRecord(store, runId) }
}

const didNotStop = ({ runId, store }: OpenRun, longestMilliseconds: number): string =>
  `Run ${runId} of ${store.location} did not stop within ${longestMilliseconds / 1000} s. It may belong to an earlier version of keysweep, or hang. Press Ctrl-C where it was started, or end its process.`

const notEndedYet = ({ runId, store }: OpenRun): string =>
  `Run ${runId} of ${store.location} is still open, because Ctrl-C ended the wait. It was asked to stop, and ends when what it has sent is finished. To see its end, call keysweep show ${runId}.`

function stoppedRun(
  { runId, store }: OpenRun,
  { state, stored, organization }: End,
  { profile, region }: StopOptions,
  terminal: Terminal,
): StopResult['runs'][number] {
  const next = { store: storeOption(store, terminal), profile, region }
  const shared = { runId, store: store.location, state, settled: state === 'stopped' }
  if (organization !== null) {
    const { record } = organization
    return { ...shared, status: record.status, counts: null, undo: undoOfOrganization(record, next) }
  }
  return {
    ...shared,
    status: stored?.record.status ?? null,
    counts: stored?.record.counts ?? null,
    undo: stored !== null ? undoOf(stored.record, next) : undoUnread(state, undoCommand(runId, next)),
  }
}

/** Without its record, what a run changed is not known. An open run cannot be undone yet. */
const undoUnread = (state: End['state'], undo: string): string | null => (state === 'open' ? null : undo)
