// The gate to every deactivation: the key must be in this run's plan, and the plan or its decision must allow it. It is
// checked here and not only by the state machine, so that a forged event deactivates nothing.

import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Plan } from '../core/model/documents/plan.ts'
import { PlanRefused } from '../core/model/errors.ts'
import type { PlannedKey } from '../core/model/verdict.ts'
import { keysToTake, leftOutOf } from '../core/run/decision.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { KeyOfRun } from './key-outcome.ts'
import { readDecision, readStoredPlan } from './run-documents.ts'

export interface DecidedKey {
  planned: PlannedKey
  /** ISO 8601; null if the plan needed no approval. */
  decidedAt: string | null
}

/** The key's line in the plan, if it may be deactivated. @throws PlanRefused, and what the run store throws */
export async function plannedKey(
  store: RunStore,
  run: RunInput,
  { user, accessKeyId, plan }: KeyOfRun & { plan?: string | undefined },
): Promise<DecidedKey> {
  const [stored, decision] = await Promise.all([readIndexed(store, run.runId, plan), readDecision(store, run.runId)])
  const leftOut = stored === null || !MODE_WRITES[run.mode] ? null : leftOutOf(stored.plan, stored.sha256, decision)
  const planned = stored?.byId.get(accessKeyId)
  if (leftOut !== null && planned?.user === user && !leftOut.includes(accessKeyId))
    return { planned, decidedAt: stored?.plan.next === 'approval' ? (decision?.at ?? null) : null }
  const keys = stored === null || leftOut === null ? [] : keysToTake(stored.plan, stored.sha256, decision)
  throw new PlanRefused(
    `Key ${accessKeyId} of user ${user} refused: run ${run.runId} may not deactivate it (mode ${run.mode}, next step "${stored?.plan.next ?? 'none'}", decision "${decision?.answer ?? 'none'}", other keys allowed: ${keys.length})`,
  )
}

interface IndexedPlan {
  runId: string
  sha256: string
  plan: Plan
  byId: Map<string, PlannedKey>
}

/**
 * The plan last read from each store, by its hash. So a plan is read and parsed once for all its keys. It cannot be out of
 * date: another plan has another hash.
 */
const lastRead = new WeakMap<RunStore, IndexedPlan>()

/** @throws PlanRefused if the stored plan has another hash than `sha256`, and what the run store throws */
async function readIndexed(store: RunStore, runId: string, sha256: string | undefined): Promise<IndexedPlan | null> {
  const last = lastRead.get(store)
  if (last !== undefined && last.runId === runId && last.sha256 === sha256) return last
  const stored = await readStoredPlan(store, runId, sha256)
  if (stored === null) return null
  const byId = new Map(stored.plan.keys.map((key) => [key.accessKeyId, key]))
  const indexed = { runId, ...stored, byId }
  lastRead.set(store, indexed)
  return indexed
}
