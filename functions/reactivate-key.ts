// Reactivate key: brings back one key that another run took, if it is still Inactive and no later run took it again.

import { PlanRefused } from '../core/errors.ts'
import type { UndoPlan } from '../core/undo.ts'
import { runKey } from '../io/run-store.ts'
import { type Change, changeStatus, doneOutcome, type Ended, type KeyPorts, orGone, skipped } from './change-status.ts'
import { iamPort } from './iam-ports.ts'
import { type KeyOfRun, keyOfRun, outcomeOnce } from './key-outcome.ts'
import { newestTaker, readRunTries } from './key-traces.ts'
import { onLambda } from './on-lambda.ts'
import { storePort } from './store-port.ts'
import { needJson } from './stored.ts'

/** @throws PlanRefused for a key outside the undo; UpdateNotConfirmed; and what IAM and the run store throw. */
export const makeReactivateKey = (ports: KeyPorts) => async (event: unknown) => {
  const key = keyOfRun.parse(event)
  return outcomeOnce(ports, key, async () => bringBack(ports, key, await undoneRun(ports, key)))
}

/** The one gate to a reactivation, as decided-plan.ts is to a deactivation. */
async function undoneRun({ store }: KeyPorts, { runId, user, accessKeyId }: KeyOfRun): Promise<string> {
  const undo = await needJson<UndoPlan>(store, runKey(runId, 'undo.json'))
  if (undo.keys.some((key) => key.accessKeyId === accessKeyId && key.user === user)) return undo.run
  throw new PlanRefused(
    `${accessKeyId} of ${user} is not to be touched: expected a key of the undo ${runId}, received one that is not in it`,
  )
}

async function bringBack(ports: KeyPorts, { runId, user, accessKeyId }: KeyOfRun, undone: string): Promise<Ended> {
  const change: Change = { runId, user, accessKeyId, to: 'Active' }
  const tries = await readRunTries(ports.store, runId, accessKeyId)
  const keys = await orGone(ports.iam.listAccessKeys(user))
  const status = keys?.find((key) => key.accessKeyId === accessKeyId)?.status
  if (status === undefined) return skipped('gone', tries)
  if (status === 'Active') return tries.sent ? doneOutcome(change) : skipped('active already', tries)
  if (status !== 'Inactive') return skipped(`not Inactive: ${status}`, tries)
  const taker = await newestTaker(ports.store, runId, accessKeyId)
  if (taker !== undone) return skipped(`taken again by run ${taker}`, tries)
  return changeStatus(ports, change, tries)
}

export const handler = onLambda(makeReactivateKey, iamPort, storePort)
