// Reads runs from the run store: all of them, or one. A run without a record is rebuilt from its documents.
import { type Mode, perOutcome, type Status } from '../core/model/closed-sets.ts'
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import { INTERRUPTED } from '../core/run/execution-end.ts'
import { isUndo } from '../core/run/record.ts'
import { organizationRunsIn, type RunStore, runsIn } from '../io/store/run-store.ts'
import { documents, read, readStored, textOf } from '../steps/run-documents.ts'
import { refuseUnknownRun, runPrefix } from './find-run.ts'
import { partOf } from './organizations.ts'

export interface RunLine {
  runId: string
  startedAt: string | null
  account: string | null
  mode: Mode | null
  /** null: it is no undo, or 0.1.0 wrote its record. */
  undo: RunRecord['undo']
  isUndo: boolean
  /** null: no record, because the run is running or was interrupted. */
  status: Status | null
  counts: RunRecord['counts'] | null
  /** Why the run cannot be read. */
  unreadable?: string
}

/** Every run of the stores but those in the accounts of an organization run, newest first. @throws what the run stores throw */
export async function listRuns(stores: RunStore[]): Promise<RunLine[]> {
  const lines: RunLine[] = []
  for (const store of stores) {
    const organizationRuns = new Set(organizationRunsIn(await store.list('orgs/')))
    for (const runId of runsIn(await store.list('runs/')))
      if (partOf(runId, organizationRuns) === null) lines.push(await runLine(store, runId).catch(asUnreadable(runId)))
  }
  return lines.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}

async function runLine(store: RunStore, runId: string): Promise<RunLine> {
  const record = await read(store, documents.record(runId))
  if (record !== null) return { ...record, runId, isUndo: isUndo(record) }
  const {
    startedAt = null,
    mode = null,
    account = null,
    undo = null,
  } = (await read(store, documents.input(runId))) ?? {}
  return { runId, startedAt, account, mode, undo, isUndo: undo !== null, status: null, counts: null }
}

const NOTHING_KNOWN = {
  startedAt: null,
  account: null,
  mode: null,
  undo: null,
  isUndo: false,
  status: null,
  counts: null,
}

/** A damaged run does not hide the others. */
const asUnreadable =
  (runId: string) =>
  (error: unknown): RunLine => {
    if (!(error instanceof StoreDamaged)) throw error
    return { ...NOTHING_KNOWN, runId, unreadable: error.message }
  }

export interface StoredRecord {
  record: RunRecord
  json: string
  /** There is no record.json: the record was rebuilt and is not stored. */
  rebuilt: boolean
}

/** A run's record, rebuilt if it has none. @throws RunNotFound, UsageError for an invalid run id, and what the run store throws */
export async function readRecord(store: RunStore, runId: string): Promise<StoredRecord> {
  runPrefix(runId)
  const stored = await readStored(store, documents.record(runId))
  if (stored !== null) return { record: stored.document, json: stored.text, rebuilt: false }
  await refuseUnknownRun(store, runId)
  const record = await rebuild(store, runId)
  return { record, json: textOf(record), rebuilt: true }
}

/** A record so far: without the ends that an interrupted run gives to keys that have none. */
export interface RunningRun {
  /** The open keys are not in it. */
  record: RunRecord
  json: string
  /** Keys that are to be changed and have no outcome yet. */
  open: number
}

/** The rebuilt record of a run that is running. */
export function runningRun(rebuilt: RunRecord): RunningRun {
  // A stored outcome has its time.
  const isOpen = ({ outcome, at }: RunRecord['keys'][number]) => outcome !== null && at === null
  const keys = rebuilt.keys.map((key) => (isOpen(key) ? { ...key, outcome: null, outcomeReason: null } : key))
  const counts = {
    ...rebuilt.counts,
    ...perOutcome((outcome) => keys.filter((key) => key.outcome === outcome).length),
  }
  const record = { ...rebuilt, counts, error: null }
  const json = textOf({ ...record, status: 'running', endedAt: null, keys })
  const open = rebuilt.keys.filter(isOpen).length
  return { record: { ...record, keys: rebuilt.keys.filter((key) => !isOpen(key)) }, json, open }
}

/** The error in a record that is rebuilt. */
export const NO_RECORD = 'The run has no record: it is running or was interrupted.'

/** Joins the documents of the run as Write record does, and stores nothing. */
async function rebuild(store: RunStore, runId: string): Promise<RunRecord> {
  // Loaded only here, because most runs have a record.
  const { joinRecord } = await import('../steps/join-record.ts')
  const error = { Error: INTERRUPTED, Cause: NO_RECORD }
  const { executionId, startedAt } = (await read(store, documents.input(runId))) ?? {
    executionId: runId,
    startedAt: '',
  }
  const { record } = await joinRecord(store, { runId, executionId, startedAt, error }, new Date(0))
  const lastAt = record.keys
    .flatMap(({ at }) => at ?? [])
    .toSorted(byTime)
    .at(-1)
  return { ...record, endedAt: lastAt ?? record.startedAt }
}

const byTime = (a: string, b: string): number => (millisecondsOf(a) ?? 0) - (millisecondsOf(b) ?? 0)
