// One update of a key's status: intent, update, read back. So neither a crash nor a lost answer hides what was done.
import { randomUUID } from 'node:crypto'
import { ACTION_EFFECTS, type Action } from '../core/model/closed-sets.ts'
import type { Intent, KeyOutcome } from '../core/model/documents/key.ts'
import { IamAnswerError, IamThrottled, IamUnavailable, NoSuchEntity, UpdateNotConfirmed } from '../core/model/errors.ts'
import type { OutcomeReason } from '../core/model/outcome-reason.ts'
import type { Attempts } from '../core/run/attempts.ts'
import { outcomeReasonText } from '../core/texts/outcome-text.ts'
import type { Iam, IamError } from '../io/iam/iam.ts'
import { attemptsBeside, readJournal } from './key-journal.ts'
import type { Ports } from './ports.ts'
import { documents, put, write } from './run-documents.ts'

/** Pause before each read that checks the update. IAM is eventually consistent, within seconds. */
const READ_BACK_MILLISECONDS = [0, 250, 500, 1000, 2000, 4000, 8000]

/** Longer than all retries of a key. An older update has taken effect by now, or never will. */
export const UPDATE_SETTLED_MILLISECONDS = 15 * 60_000

/** What is needed to change a key. `iam` is the IAM of the key's account. */
export type KeyPorts = Pick<Ports, 'store' | 'now' | 'pause'> & { iam: Iam }
/** A key's outcome, before it is stored with ids and date. */
export type KeyEnd = Pick<KeyOutcome, 'outcome' | 'reason' | 'sent'>

/** A key of a run, and what the run does to it. */
export interface Change {
  runId: string
  user: string
  accessKeyId: string
  action: Action
}

export const doneOutcome = ({ action }: Change): KeyEnd => ({
  outcome: ACTION_EFFECTS[action].outcome,
  reason: null,
  sent: true,
})

export const skipped = (reason: OutcomeReason, { sent }: Pick<Attempts, 'sent'>): KeyEnd => ({
  outcome: 'skipped',
  reason: outcomeReasonText(reason),
  sent,
})

export const failed = (reason: OutcomeReason, { sent }: Pick<Attempts, 'sent'>): KeyEnd => ({
  outcome: 'failed',
  reason: outcomeReasonText(reason),
  sent,
})

/** An update that was sent, or may have been, and was not seen to take effect. */
export const notConfirmed = (because: OutcomeReason): KeyEnd =>
  failed({ why: 'not-confirmed', because }, { sent: true })

/** A key that does not exist any more. If an update may have been sent, it counts as failed: it was not seen Inactive. */
export const keyDeleted = ({ sent }: Attempts): KeyEnd =>
  sent ? notConfirmed({ why: 'key-deleted' }) : skipped({ why: 'key-deleted' }, { sent })

/**
 * Sends the update and reads it back.
 * @param attempts of this run on the key, listed after the key's status was read
 * @param inTime throws if the facts that allow the update are too old by now
 * @throws UpdateNotConfirmed if it may have been sent and was not seen to take effect; IAM's refusals; what the run store and
 *   `inTime` throw
 */
export async function changeStatus(
  ports: KeyPorts,
  change: Change,
  attempts: Attempts,
  inTime: () => void = () => {},
): Promise<KeyEnd> {
  const { runId, user, accessKeyId, action } = change
  const { status } = ACTION_EFFECTS[action]
  const n = await noteIntent(ports, change, attempts)
  const refused = (error: string) =>
    put(ports.store, documents.refusal(accessKeyId, runId, n), { at: ports.now().toISOString(), error })
  // Note failure and an undo first write that the key is closed, and then read our intents. We first write the intent, and
  // then look for their mark. So at least one side sees the other. `attempts` may be older than the intent: list again.
  const beside = attemptsBeside(await readJournal(ports.store, accessKeyId), runId, n)
  const others = { ...attempts, sent: attempts.sent || beside.sent }
  if (beside.closed) {
    await refused('over')
    return skipped({ why: 'run-closed' }, others)
  }
  try {
    inTime()
  } catch (late) {
    await refused(asError(late).name)
    throw late
  }
  const error = await ports.iam.setStatus(user, accessKeyId, status).then(() => null, asError)
  if (isRefusal(error)) {
    await refused(error.name)
    if (error instanceof NoSuchEntity) return keyDeleted(others)
    throw error
  }
  const observations = await pollStatus(ports, change)
  if (observations.at(-1) === status) return doneOutcome(change)
  if (observations.every((status) => status === NO_SUCH_USER)) return keyDeleted({ ...attempts, sent: true })
  throw unseenUpdate(change, observations, error)
}

/** Names what was observed and what IAM answered, so that people can tell a sent update from an unavailable IAM. */
function unseenUpdate(
  { user, accessKeyId, action }: Change,
  observations: string[],
  error: Error | null,
): UpdateNotConfirmed {
  const observed = observations.filter((status, at) => status !== observations[at - 1]).join(', then ')
  const answered = error === null ? '' : `; the update failed with ${inWords(error)}`
  return new UpdateNotConfirmed(
    `Key ${accessKeyId} of user ${user} not seen ${ACTION_EFFECTS[action].status} after the update; read back: ${observed}${answered}`,
  )
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
const inWords = ({ name, message }: Error): string => `${name}: ${message}`

/** Stores the intent under a new number. Attempts must not share one: a refusal of one does not hold for the other. */
async function noteIntent({ store, now }: KeyPorts, { runId, user, accessKeyId, action }: Change, { count }: Attempts) {
  const intent: Intent = { runId, user, accessKeyId, action, at: now().toISOString(), attempt: randomUUID() }
  let n = count
  let isSame: boolean
  do {
    n += 1
    isSame = (await write(store, documents.intent(accessKeyId, runId, n), intent)).isSame
  } while (!isSame)
  return n
}

/** Errors that say that IAM did not carry out the update. After any other error it may have been carried out. */
const isRefusal = (error: Error | null): error is IamError =>
  error !== null && 'carriedOut' in error && error.carriedOut === 'no'

/** Whether the key gets the status of the action; reads it back for up to 16 seconds. */
export const seenWithStatus = async (ports: KeyPorts, change: Change): Promise<boolean> =>
  (await pollStatus(ports, change)).at(-1) === ACTION_EFFECTS[change.action].status

/** The result of each read, until the key has the status of the action. */
async function pollStatus({ iam, pause }: KeyPorts, { user, accessKeyId, action }: Change): Promise<string[]> {
  const { status } = ACTION_EFFECTS[action]
  const observations: string[] = []
  for (const milliseconds of READ_BACK_MILLISECONDS) {
    if (milliseconds > 0) await pause(milliseconds)
    observations.push(await statusNow(iam, user, accessKeyId))
    if (observations.at(-1) === status) break
  }
  return observations
}

const NO_SUCH_USER = 'no such user'

/** The key's status, or in words why it is unknown. The next read may show it. */
async function statusNow(iam: Iam, user: string, accessKeyId: string): Promise<string> {
  try {
    return (await iam.listAccessKeys(user)).find((key) => key.accessKeyId === accessKeyId)?.status ?? 'no such key'
  } catch (error) {
    if (error instanceof IamThrottled || error instanceof IamUnavailable || error instanceof IamAnswerError)
      return inWords(error)
    // IAM is eventually consistent: the next read may find the user.
    if (error instanceof NoSuchEntity) return NO_SUCH_USER
    throw error
  }
}

/** null if the user does not exist (any more). */
export async function nullIfNoSuchEntity<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NoSuchEntity) return null
    throw error
  }
}
