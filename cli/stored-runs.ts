// Reading runs back from the run store: all of them, or one, also one that was broken off before its record.
import { millisecondsOf } from '../core/instants.ts'
import type { Mode, RunInput, RunRecord, Status } from '../core/model.ts'
import { INTERRUPTED } from '../core/record.ts'
import { parseStored, readJson } from '../functions/stored.ts'
import { type RunStore, runKey } from '../io/run-store.ts'
import { UsageError } from './failure.ts'
import { runPrefix } from './store.ts'

export interface RunLine {
  runId: string
  startedAt: string | null
  account: string | null
  mode: Mode | null
  /** null: no record, the run is open or was broken off. */
  status: Status | null
  counts: RunRecord['counts'] | null
}

/** Every run of the store, the newest first. @throws what the run store throws */
export async function listRuns(store: RunStore): Promise<RunLine[]> {
  const keys = await store.list('runs/')
  const runIds = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))]
  const lines: RunLine[] = []
  for (const runId of runIds) lines.push(await runLine(store, runId))
  return lines.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}

async function runLine(store: RunStore, runId: string): Promise<RunLine> {
  const record = await readJson<RunRecord>(store, runKey(runId, 'record.json'))
  if (record !== null) return record
  const input = await readJson<RunInput>(store, runKey(runId, 'input.json'))
  const { startedAt = null, mode = null } = input ?? {}
  return { runId, startedAt, account: input?.caller.account ?? null, mode, status: null, counts: null }
}

export interface StoredRecord {
  record: RunRecord
  json: string
  /** There is no record.json: this was joined from what the run left, and was not written. */
  rebuilt: boolean
}

/** A run's record, or what can be told without one. @throws UsageError for a run that is not there */
export async function readRecord(store: RunStore, runId: string): Promise<StoredRecord> {
  const stored = await store.get(`${runPrefix(runId)}record.json`)
  if (stored !== null)
    return { record: parseStored(stored, runKey(runId, 'record.json')), json: stored, rebuilt: false }
  if ((await store.list(runPrefix(runId))).length === 0)
    throw new UsageError(`No such run: expected one that stands in ${store.location}, received ${runId}`)
  const record = await rebuild(store, runId)
  return { record, json: JSON.stringify(record), rebuilt: true }
}

/** Joins what the run left in the store as Write record would have, into a store that only remembers it. */
async function rebuild(store: RunStore, runId: string): Promise<RunRecord> {
  const { makeWriteRecord } = await import('../functions/write-record.ts')
  let text = ''
  const remembering: RunStore = {
    ...store,
    put: async (_, record) => {
      text = record
      return { created: true, text }
    },
  }
  const error = { Error: INTERRUPTED, Cause: 'It left no record: it is still open, or was broken off.' }
  const input = await readJson<RunInput>(store, runKey(runId, 'input.json'))
  const { executionId, startedAt } = input ?? { executionId: runId, startedAt: '' }
  await makeWriteRecord({ store: remembering, now: () => new Date(0) })({ runId, executionId, startedAt, error })
  const record = JSON.parse(text) as RunRecord
  const lastAt = record.keys
    .flatMap(({ at }) => at ?? [])
    .toSorted(byTime)
    .at(-1)
  return { ...record, endedAt: lastAt ?? record.startedAt }
}

const byTime = (a: string, b: string): number => (millisecondsOf(a) ?? 0) - (millisecondsOf(b) ?? 0)
