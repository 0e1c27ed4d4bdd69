// What the decision API shows: the runs that wait, and one run's plan to the byte, so that whoever answers can hash it.
import pMap from 'p-map'
import type { RunRecord } from '../core/model.ts'
import { planHash, readPlan } from '../core/plan.ts'
import { type RunStore, runKey } from '../io/run-store.ts'
import { type Response, reply } from './decide-reply.ts'
import { readDecision, readInput, readJson } from './stored.ts'

export interface WaitingRun {
  runId: string
  account: string
  createdAt: string
  keys: number
  why: string[]
  plan: string
}

/** Runs with a token, a plan, and neither a decision nor a record. */
export async function listWaiting(store: RunStore): Promise<WaitingRun[]> {
  const asked = new Set((await store.list('tokens/')).flatMap((key) => key.split('/')[1] ?? []))
  const runs = await pMap([...asked], (runId) => waitingRun(store, runId), { concurrency: 10 })
  return runs.filter((run) => run !== null).sort((a, b) => a.createdAt.localeCompare(b.createdAt))
}

async function waitingRun(store: RunStore, runId: string): Promise<WaitingRun | null> {
  const [text, decision, record] = await Promise.all([
    store.get(runKey(runId, 'plan.json')),
    readDecision(store, runId),
    store.get(runKey(runId, 'record.json')),
  ])
  if (text === null || decision !== null || record !== null) return null
  const { account, createdAt, keys, approvalReasons } = readPlan(text, runId)
  return { runId, account, createdAt, keys: keys.length, why: approvalReasons, plan: planHash(text) }
}

/** The plan as it is stored, its hash, and what has become of it. */
export async function showRun(store: RunStore, runId: string): Promise<Response> {
  const [text, decision, record] = await Promise.all([
    store.get(runKey(runId, 'plan.json')),
    readDecision(store, runId),
    readJson<RunRecord>(store, runKey(runId, 'record.json')),
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
  })
}
