// The one gate to a write: the key must stand in this run's plan, and the plan must have gone ahead. Checked here and
// not only by the state machine, so that an event made up by hand deactivates nothing.
import { PlanRefused } from '../core/errors.ts'
import type { PlannedKey, RunInput } from '../core/model.ts'
import type { RunStore } from '../io/run-store.ts'
import { readStoredPlan } from './stored.ts'

/** The planned key of a run that may go ahead. @throws PlanRefused, and what the run store throws. */
export async function plannedKey(
  store: RunStore,
  run: RunInput,
  user: string,
  accessKeyId: string,
): Promise<PlannedKey> {
  const stored = await readStoredPlan(store, run.runId)
  if (run.mode !== 'apply' || stored?.plan.next !== 'deactivate') {
    throw new PlanRefused(
      `${accessKeyId} of ${user} is not to be touched: run ${run.runId} is in mode ${run.mode} and its plan's next step is "${stored?.plan.next ?? 'none'}", expected apply and "deactivate"`,
    )
  }
  const planned = stored.plan.keys.find((key) => key.accessKeyId === accessKeyId && key.user === user)
  if (planned === undefined)
    throw new PlanRefused(
      `${accessKeyId} of ${user} is not to be touched: expected a key of the plan of run ${run.runId}, received one that is not in it`,
    )
  return planned
}
