// The one gate to a deactivation: the key must stand in this run's plan, and the plan, or a person's answer to it, must
// let it go ahead. Checked here and not only by the state machine, so that an event made up by hand deactivates nothing.

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
  /** null: nobody was to be asked. */
  decidedAt: string | null
}

/** The planned key of a run that may go ahead. @throws PlanRefused, and what the run store throws. */
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
    `${accessKeyId} of ${user} is not to be touched: expected a key of the plan of run ${run.runId} that may go ahead, received mode ${run.mode}, next step "${stored?.plan.next ?? 'none'}", decision "${decision?.answer ?? 'none'}", ${keys.length} keys to take without this one`,
  )
}

interface IndexedPlan {
  runId: string
  sha256: string
  plan: Plan
  byId: Map<string, PlannedKey>
}

/**
 * The plan that a store was last asked for, kept because it can never be another: it is named by the hash of its bytes. So
 * the keys of one plan read and parse it once, and not each of them the whole of it.
 */
const lastRead = new WeakMap<RunStore, IndexedPlan>()

/** @throws PlanRefused where it is not the plan named `sha256`, and what the run store throws */
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
