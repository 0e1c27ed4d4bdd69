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
import { passToChange } from './organization-gate.ts'
import { byId, readOnce } from './read-once.ts'
import { documents, readDecision, readStoredPlan } from './run-documents.ts'

export interface DecidedKey {
  planned: PlannedKey
  /** ISO 8601; null if the plan needed no approval. */
  decidedAt: string | null
}

/** The key's line in the plan, if it may be deactivated. @throws PlanRefused, and what the run store throws */
export async function plannedKey(
  store: RunStore,
  run: RunInput,
  { user, accessKeyId, plan }: KeyOfRun,
): Promise<DecidedKey> {
  const [stored, decision] = await Promise.all([
    readIndexedPlan(store, run.runId, plan),
    readDecision(store, run.runId),
  ])
  const leftOut =
    stored === null || !MODE_WRITES[run.mode] ? null : leftOutOf(stored.value.plan, stored.sha256, decision)
  const planned = stored?.value.byId.get(accessKeyId)
  await refuseBeyondOrganization(store, run, accessKeyId, stored?.value.plan ?? null)
  if (leftOut !== null && planned?.user === user && !leftOut.includes(accessKeyId))
    return { planned, decidedAt: stored?.value.plan.next === 'approval' ? (decision?.at ?? null) : null }
  const keys = stored === null || leftOut === null ? [] : keysToTake(stored.value.plan, stored.sha256, decision)
  throw new PlanRefused(
    `Key ${accessKeyId} of user ${user} refused: run ${run.runId} may not deactivate it (mode ${run.mode}, next step "${stored?.value.plan.next ?? 'none'}", decision "${decision?.answer ?? 'none'}", other keys allowed: ${keys.length})`,
  )
}

/**
 * The organization run may have ended since the plan was taken.
 * @throws PlanRefused if the documents of the organization run do not let this run change the key
 */
async function refuseBeyondOrganization(
  store: RunStore,
  run: RunInput,
  accessKeyId: string,
  plan: Plan | null,
): Promise<void> {
  if (run.organizationRun === null) return
  const bound = plan?.organization ?? null
  const admitted = bound && (await passToChange(store, run, bound))
  if (admitted !== null && plan?.source?.sha256 === admitted.source.plan && !admitted.leftOut.includes(accessKeyId))
    return
  throw new PlanRefused(
    `Key ${accessKeyId} refused: organization run ${run.organizationRun.run} does not let run ${run.runId} change it`,
  )
}

/** A plan that is read once for all keys of its run. */
export interface IndexedPlan {
  plan: Plan
  byId: ReadonlyMap<string, PlannedKey>
}

const planOnce = readOnce<IndexedPlan>()

/**
 * @param sha256 the hash that the plan must have; undefined in a run that started with an earlier definition
 * @throws PlanRefused if the stored plan has another hash, and what the run store throws
 */
export const readIndexedPlan = (store: RunStore, runId: string, sha256: string | undefined) =>
  planOnce(store, documents.plan(runId).key, sha256, async () => {
    const stored = await readStoredPlan(store, runId, sha256)
    return stored && { value: { plan: stored.plan, byId: byId(stored.plan.keys) }, sha256: stored.sha256 }
  })
