// What the decision API shows: the runs that wait, and one run's plan to the byte, so that whoever answers can hash it.
import pMap from 'p-map'
import type { Mode } from '../../core/model/closed-sets.ts'
import type { ShownRun, UnreadableRun, WaitingList, WaitingRun } from '../../core/model/decision-api.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { MAX_APPROVAL_DAYS } from '../../core/model/settings-fields.ts'
import { isPastAnswering } from '../../core/run/decision.ts'
import { planHash, readPlan } from '../../core/run/plan.ts'
import { type RunStore, runKey, runsIn } from '../../io/store/run-store.ts'
import { documents, read, readDecision, readInput } from '../run-documents.ts'
import { type Response, reply } from './reply.ts'

/** Runs with a token, a plan, and neither a decision nor a record, whose time is not up. One odd run hides no other. */
export async function listWaiting(store: RunStore, now: Date): Promise<WaitingList> {
  const asked = runsIn(await store.list('tokens/'))
  const seen = await pMap(asked, (runId) => waitingOrWhy(store, runId, now), { concurrency: 10 })
  return {
    runs: seen
      .flatMap((run) => (run !== null && 'plan' in run ? run : []))
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt)),
    unreadable: seen.flatMap((run) => (run !== null && 'reason' in run ? run : [])),
  }
}

async function waitingOrWhy(store: RunStore, runId: string, now: Date): Promise<WaitingRun | UnreadableRun | null> {
  try {
    return await waitingRun(store, runId, now)
  } catch (error) {
    // Asking again may help, and a list that leaves out what it could not get would be taken for the whole.
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
  // Before the input, which another version may have written: it would stand here until its token is removed.
  if (isPastAnswering(createdAt, MAX_APPROVAL_DAYS, now)) return null
  const { approvalDays } = await readInput(store, runId)
  if (isPastAnswering(createdAt, approvalDays, now)) return null
  return { runId, account, createdAt, keys: keys.length, why: approvalReasons, plan: planHash(text) }
}

/** The plan as it is stored, its hash, and what has become of it. */
export async function showRun(store: RunStore, runId: string): Promise<Response> {
  const [text, decision, record] = await Promise.all([
    store.get(runKey(runId, 'plan.json')),
    readDecision(store, runId),
    read(store, documents.record(runId)),
  ])
  if (text === null) return reply(404, { message: 'No such run, or it has no plan yet' })
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
