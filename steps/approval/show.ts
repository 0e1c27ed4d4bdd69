// What the decision API shows: the waiting runs, and the exact bytes of a run's plan, so that an approver can check its hash.
import pMap from 'p-map'
import type { Mode } from '../../core/model/closed-sets.ts'
import type { ShownRun, UnreadableRun, WaitingList, WaitingRun } from '../../core/model/decision-api.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { MAX_APPROVAL_DAYS } from '../../core/model/settings-fields.ts'
import { isPastAnswering } from '../../core/run/decision.ts'
import { planHash, readPlan } from '../../core/run/plan.ts'
import { type RunStore, runKey, runsThatAsked } from '../../io/store/run-store.ts'
import { documents, read, readDecision, readInput } from '../run-documents.ts'
import { type Response, reply } from './reply.ts'

/** Runs with a token and a plan, without decision and record, within their term. An unreadable run does not hide the others. */
export async function listWaiting(store: RunStore, now: Date): Promise<WaitingList> {
  const asked = runsThatAsked(await store.list('tokens/'))
  const results = await pMap(asked, (runId) => orWhy(runId, () => waitingRun(store, runId, now)), { concurrency: 10 })
  return {
    runs: results
      .flatMap((run) => (run !== null && 'plan' in run ? run : []))
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt)),
    unreadable: results.flatMap((run) => (run !== null && 'reason' in run ? run : [])),
  }
}

/** The run, or why it cannot be read. @throws StoreUnavailable: a retry may help, and an incomplete list would look complete */
export async function orWhy<Run>(runId: string, readRun: () => Promise<Run>): Promise<Run | UnreadableRun> {
  try {
    return await readRun()
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error
    return { runId, reason: error instanceof Error ? error.message : String(error) }
  }
}

async function waitingRun(store: RunStore, runId: string, now: Date): Promise<WaitingRun | null> {
  const [text, decision, record] = await Promise.all([
    store.get(runKey(runId, 'plan.json')),
    store.get(runKey(runId, 'decision.json')),
    store.get(runKey(runId, 'record.json')),
  ])
  if (text === null || decision !== null || record !== null) return null
  const { account, createdAt, keys, approvalReasons } = readPlan(text, runId)
  // Checked before the input is read: an input of another version may be unreadable, and would be listed forever.
  if (isPastAnswering(createdAt, MAX_APPROVAL_DAYS, now)) return null
  const { approvalDays } = await readInput(store, runId)
  if (isPastAnswering(createdAt, approvalDays, now)) return null
  return { runId, account, createdAt, keys: keys.length, why: approvalReasons, plan: planHash(text) }
}

/** The plan as it is stored, its hash, its decision and the run's status. */
export async function showRun(store: RunStore, runId: string): Promise<Response> {
  const [text, decision, record] = await Promise.all([
    store.get(runKey(runId, 'plan.json')),
    readDecision(store, runId),
    read(store, documents.record(runId)),
  ])
  if (text === null) return reply(404, { message: `Run ${runId} not found, or it has no plan yet` })
  const { mode, approvalDays } = await readInput(store, runId)
  return reply(200, {
    runId,
    mode,
    approvalDays,
    plan: { sha256: planHash(text), text },
    decision,
    status: record?.status ?? null,
  } satisfies ShownRun & { mode: Mode })
}
