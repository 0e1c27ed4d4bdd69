// Reactivate key: reactivates a key that another run deactivated, if it is still Inactive and no later run deactivated it.

import { UpdateNotConfirmed } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import {
  type Change,
  changeStatus,
  doneOutcome,
  type KeyEnd,
  type KeyPorts,
  keyDeleted,
  nullIfNoSuchEntity,
  seenWithStatus,
  skipped,
  UPDATE_SETTLED_MILLISECONDS,
} from '../steps/change-status.ts'
import { attemptsIn, type KeyJournal, newestIntentAt, readJournal, refusesUndo } from '../steps/key-journal.ts'
import { type KeyOfRun, keyOfRun, outcomeOnce } from '../steps/key-outcome.ts'
import { withPass } from '../steps/pass.ts'
import type { OverPort, Ports } from '../steps/ports.ts'
import { inForce } from '../steps/run-documents.ts'
import { undoneKey } from '../steps/undone-key.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

type UndoPorts = KeyPorts & Partial<OverPort>
type ReactivatePorts = Omit<UndoPorts, 'iam'> & Pick<Ports, 'iamOf'>

/**
 * @throws PassRefused; PlanRefused for a key that is not in the undo, or if the documents of the undone run disagree;
 *   InputRefused; UpdateNotConfirmed; and what IAM and the run store throw.
 */
export const makeReactivateKey = (ports: ReactivatePorts) =>
  withPass(ports, keyOfRun, (key, input) =>
    outcomeOnce(ports, key, async () => {
      const undo = inForce(input)
      const { run, account } = await undoneKey(ports.store, key, undo)
      const iam = ports.iamOf({ ...undo, account }, { role: 'reactivate', user: key.user })
      return reactivate({ ...ports, iam }, key, run)
    }),
  )

async function reactivate(ports: UndoPorts, { runId, user, accessKeyId }: KeyOfRun, undone: string): Promise<KeyEnd> {
  const change: Change = { runId, user, accessKeyId, action: 'reactivate' }
  const keys = await nullIfNoSuchEntity(ports.iam.listAccessKeys(user))
  const journal = await readJournal(ports.store, accessKeyId)
  const attempts = attemptsIn(journal, runId)
  const status = keys?.find((key) => key.accessKeyId === accessKeyId)?.status
  if (status === undefined) return keyDeleted(attempts)
  if (status === 'Active' && attempts.sent) return doneOutcome(change)
  if (status !== 'Inactive' && status !== 'Active') return skipped({ why: 'other-status', status }, attempts)
  if (status === 'Active' && !(await becomesInactive(ports, undone, change, journal)))
    return skipped({ why: 'already-active' }, attempts)
  // Waiting for an update that was under way takes time: list again.
  const newest = status === 'Active' ? await readJournal(ports.store, accessKeyId) : journal
  const refusal = await refusesUndo(ports.store, newest, runId, undone)
  return refusal === null ? changeStatus(ports, change, attempts) : skipped({ why: 'undo-refused', refusal }, attempts)
}

/**
 * Whether an Active key becomes Inactive by an update of the undone run that was still under way.
 * @throws UpdateNotConfirmed while that run may still send its update
 */
async function becomesInactive(
  ports: UndoPorts,
  undone: string,
  change: Change,
  journal: KeyJournal,
): Promise<boolean> {
  const { store, now } = ports
  const { accessKeyId, user } = change
  const { sent, hasOutcome } = attemptsIn(journal, undone)
  const sentAt = millisecondsOf(await newestIntentAt(store, journal, undone)) ?? 0
  if (!sent || hasOutcome || now().getTime() - sentAt >= UPDATE_SETTLED_MILLISECONDS) return false
  // A process that has ended retries nothing: its last update takes effect as usual, or was never sent.
  if (await ports.isRunOver?.(undone)) return seenWithStatus(ports, { ...change, action: 'deactivate' })
  throw new UpdateNotConfirmed(
    `Key ${accessKeyId} of user ${user}: run ${undone} may still deactivate it, and has no outcome for it yet. The undo continues 15 minutes after that run's last attempt.`,
  )
}

export const handler = onLambda(makeReactivateKey, iamPort, storePort)
