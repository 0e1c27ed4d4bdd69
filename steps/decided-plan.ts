// The one gate to a deactivation: the key must stand in this run's plan, and the plan, or a person's answer to it, must
// let it go ahead. Checked here and not only by the state machine, so that an event made up by hand deactivates nothing.

import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { PlanRefused } from '../core/model/errors.ts'
import type { PlannedKey } from '../core/model/verdict.ts'
import { keysToTake } from '../core/run/decision.ts'
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
  const [stored, decision] = await Promise.all([readStoredPlan(store, run.runId, plan), readDecision(store, run.runId)])
  const keys = stored === null || !MODE_WRITES[run.mode] ? [] : keysToTake(stored.plan, stored.sha256, decision)
  const planned = keys.find((key) => key.accessKeyId === accessKeyId && key.user === user)
  if (planned !== undefined)
    return { planned, decidedAt: stored?.plan.next === 'approval' ? (decision?.at ?? null) : null }
  throw new PlanRefused(
    `${accessKeyId} of ${user} is not to be touched: expected a key of the plan of run ${run.runId} that may go ahead, received mode ${run.mode}, next step "${stored?.plan.next ?? 'none'}", decision "${decision?.answer ?? 'none'}", ${keys.length} keys to take without this one`,
  )
}
