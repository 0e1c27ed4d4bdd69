// Reading runs back from the run store: all of them, or one, also one that was broken off before its record.
import type { Mode, Status } from '../core/model/closed-sets.ts'
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import { INTERRUPTED } from '../core/run/record.ts'
import { type RunStore, runsIn } from '../io/store/run-store.ts'
import { documents, read, readStored, textOf } from '../steps/run-documents.ts'
import { refuseUnknownRun, runPrefix } from './find-run.ts'

export interface RunLine {
  runId: string
  startedAt: string | null
  account: string | null
  mode: Mode | null
  /** null: no record, the run is open or was broken off. */
  status: Status | null
  counts: RunRecord['counts'] | null
  /** Why it cannot be read. */
  unreadable?: string
}

/** Every run of the store, the newest first. @throws what the run store throws */
export async function listRuns(store: RunStore): Promise<RunLine[]> {
  const lines: RunLine[] = []
  for (const runId of runsIn(await store.list('runs/')))
    lines.push(await runLine(store, runId).catch(asUnreadable(runId)))
  return lines.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}

async function runLine(store: RunStore, runId: string): Promise<RunLine> {
  const record = await read(store, documents.record(runId))
  if (record !== null) return { ...record, runId }
  const { startedAt = null, mode = null, account = null } = (await read(store, documents.input(runId))) ?? {}
  return { runId, startedAt, account, mode, status: null, counts: null }
}

/** One run that somebody has damaged hides no other. */
const asUnreadable =
  (runId: string) =>
  (error: unknown): RunLine => {
    if (!(error instanceof StoreDamaged)) throw error
    return { runId, startedAt: null, account: null, mode: null, status: null, counts: null, unreadable: error.message }
  }

export interface StoredRecord {
  record: RunRecord
  json: string
  /** There is no record.json: this was joined from what the run left, and was not written. */
  rebuilt: boolean
}

/** A run's record, or what can be told without one. @throws RunNotFound, UsageError for what is no run's id, and what the run store throws */
export async function readRecord(store: RunStore, runId: string): Promise<StoredRecord> {
  runPrefix(runId)
  const stored = await readStored(store, documents.record(runId))
  if (stored !== null) return { record: stored.document, json: stored.text, rebuilt: false }
  await refuseUnknownRun(store, runId)
  const record = await rebuild(store, runId)
  return { record, json: textOf(record), rebuilt: true }
}

/** Joins what the run left in the store as Write record would have, and writes nothing. */
async function rebuild(store: RunStore, runId: string): Promise<RunRecord> {
  // Most runs have their record: what joins one is loaded only here.
  const { joinRecord } = await import('../steps/join-record.ts')
  const error = { Error: INTERRUPTED, Cause: 'It left no record: it is still open, or was broken off.' }
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
