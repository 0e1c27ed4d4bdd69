// What the last runs on an account said of a key, by their records.
import type { RunRecord } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { partsOfAccountRunId } from '../core/model/ids.ts'
import type { RunVerdict } from '../core/model/printed.ts'
import { type RunStore, runsIn } from '../io/store/run-store.ts'
import { documents, read } from '../steps/run-documents.ts'

const MOST_RUNS = 5

/**
 * The verdicts of the last runs in this store that made a plan for this account, the last one first. A record that cannot be
 * read says so.
 * @throws what the run store throws, but StoreDamaged
 */
export async function lastRunsOn(store: RunStore, account: string): Promise<(accessKeyId: string) => RunVerdict[]> {
  const plans = await store.newest('runs/', 'plan.json', (runId) => mayJudge(account, runId))
  const runs: ((accessKeyId: string) => RunVerdict)[] = []
  for (const runId of runsIn(plans).slice(0, MOST_RUNS)) {
    const record = await recordOf(store, runId)
    if (record === 'unreadable') runs.push(() => ({ run: runId, at: null, verdict: 'its record cannot be read' }))
    else if (record?.account === account) runs.push((accessKeyId) => verdictIn(record, accessKeyId))
  }
  return (accessKeyId) => runs.map((verdictOf) => verdictOf(accessKeyId))
}

/** A part of an organization run judges in its survey, and is named after its account. */
function mayJudge(account: string, runId: string): boolean {
  const part = partsOfAccountRunId(runId)
  return part === null || (part.phase === 'survey' && part.account === account)
}

async function recordOf(store: RunStore, runId: string): Promise<RunRecord | 'unreadable' | null> {
  try {
    return await read(store, documents.record(runId))
  } catch (error) {
    if (error instanceof StoreDamaged) return 'unreadable'
    throw error
  }
}

function verdictIn({ runId, endedAt, keys }: RunRecord, accessKeyId: string): RunVerdict {
  const key = keys.find((one) => one.accessKeyId === accessKeyId)
  return { run: runId, at: endedAt, verdict: key === undefined ? null : `${key.verdict}: ${key.reason}` }
}
