// Deactivate key: facts again, verdict again, intent, update, read back, outcome. Every try starts from the facts.
import type { PlannedKey, RunInput } from '../core/model.ts'
import { judge } from '../core/verdict.ts'
import {
  type Change,
  changeStatus,
  doneOutcome,
  type Ended,
  type KeyPorts,
  orGone,
  seenWithStatus,
  skipped,
} from './change-status.ts'
import { plannedKey } from './decided-plan.ts'
import { iamPort } from './iam-ports.ts'
import { keyOfRun, outcomeOnce } from './key-outcome.ts'
import { readRunTries } from './key-traces.ts'
import { onLambda } from './on-lambda.ts'
import { readUser } from './read-user.ts'
import { storePort } from './store-port.ts'
import { readInput } from './stored.ts'

/**
 * @throws PlanRefused for a key outside the decided plan; UpdateNotConfirmed when the update may have been sent and is
 *   not seen; and what IAM and the run store throw.
 */
export const makeDeactivateKey = (ports: KeyPorts) => async (event: unknown) => {
  const key = keyOfRun.parse(event)
  return outcomeOnce(ports, key, async () => {
    const run = await readInput(ports.store, key.runId)
    return judgeAndUpdate(ports, run, await plannedKey(ports.store, run, key.user, key.accessKeyId))
  })
}

async function judgeAndUpdate(ports: KeyPorts, run: RunInput, planned: PlannedKey): Promise<Ended> {
  const { runId, policy, caller } = run
  const { user, accessKeyId, path, report } = planned
  const change: Change = { runId, user, accessKeyId, to: 'Inactive' }
  const tries = await readRunTries(ports.store, runId, accessKeyId)
  const facts = await orGone(readUser(ports, ports.iam, { user, path, report, runId, policy, caller }))
  const key = facts?.keys.find((key) => key.accessKeyId === accessKeyId)
  if (facts === null || key === undefined) return skipped('gone', tries)
  // Only what this run may have sent can be its own doing.
  if (key.status === 'Inactive' && tries.sent) return doneOutcome(change)
  const verdict = judge({ facts, key, policy, caller, now: ports.now() })
  if (verdict.verdict === 'stale') return changeStatus(ports, change, tries)
  // An earlier try's update may still be on its way: look long enough to tell.
  if (tries.sent && (await seenWithStatus(ports, change))) return doneOutcome(change)
  return skipped(verdict.reason, tries)
}

export const handler = onLambda(makeDeactivateKey, iamPort, storePort)
