// What the last runs on an account said of a key, by their records.
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import type { RunVerdict } from '../core/model/printed.ts'
import { type RunStore, runsIn } from '../io/store/run-store.ts'
import { mayReadReportOf } from '../steps/previous-report.ts'
import { type DocumentRef, documents, read } from '../steps/run-documents.ts'

const MOST_RUNS = 5
/** A store may have many runs on other accounts, or without a record. */
const MOST_READ = 50

/**
 * The verdicts of the last runs in this store that made a plan for this account, the last one first. A record that cannot be
 * read says so.
 * @throws what the run store throws, but StoreDamaged
 */
export async function lastRunsOn(store: RunStore, account: string): Promise<(accessKeyId: string) => RunVerdict[]> {
  const plans = await store.newest('runs/', 'plan.json', (runId) => mayReadReportOf(account, runId))
  const runs: ((accessKeyId: string) => RunVerdict)[] = []
  for (const runId of runsIn(plans).slice(0, MOST_READ)) {
    if (runs.length === MOST_RUNS) break
    if (!(await mayBeOn(store, account, runId))) continue
    const record = await readable(store, documents.record(runId))
    if (record === 'unreadable') runs.push(() => ({ run: runId, at: null, verdict: 'its record cannot be read' }))
    else if (record?.account === account) runs.push((accessKeyId) => verdictIn(record, accessKeyId))
  }
  return (accessKeyId) => runs.map((verdictOf) => verdictOf(accessKeyId))
}

/** By its input, which is small. A run whose input says nothing may be on any account. */
async function mayBeOn(store: RunStore, account: string, runId: string): Promise<boolean> {
  const input = await readable(store, documents.input(runId))
  return input === 'unreadable' || input === null || input.account === account
}

async function readable<T>(store: RunStore, ref: DocumentRef<T>): Promise<T | 'unreadable' | null> {
  try {
    return await read(store, ref)
  } catch (error) {
    if (error instanceof StoreDamaged) return 'unreadable'
    throw error
  }
}

function verdictIn({ runId, endedAt, keys }: RunRecord, accessKeyId: string): RunVerdict {
  const key = keys.find((one) => one.accessKeyId === accessKeyId)
  return { run: runId, at: endedAt, verdict: key === undefined ? null : `${key.verdict}: ${key.reason}` }
}
