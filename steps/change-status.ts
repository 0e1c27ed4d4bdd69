// One update of one key's status, so that no crash and no lost answer hides what was done: intent, update, read back.
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

/** Pauses between the reads that wait for IAM to show its own write: it is eventually consistent, within seconds. */
const READ_BACK_MILLISECONDS = [0, 250, 500, 1000, 2000, 4000, 8000]

/** Longer than all retries of a key together: an update of ours that is older has long had its effect, or never will. */
export const UPDATE_SETTLED_MILLISECONDS = 15 * 60_000

/** What changes a key: the IAM of the key's account among it. */
export type KeyPorts = Pick<Ports, 'store' | 'now' | 'pause'> & { iam: Iam }
/** How a key of a run ends: its outcome, before that is noted with ids and date. */
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
 * @param attempts what this run tried on the key before, as of a list made after the key's status was read
 * @throws UpdateNotConfirmed when it may have been sent and is not seen; IAM's own refusals; what the run store throws.
 */
export async function changeStatus(ports: KeyPorts, change: Change, attempts: Attempts): Promise<KeyEnd> {
  const { runId, user, accessKeyId, action } = change
  const { status } = ACTION_EFFECTS[action]
  const n = await noteIntent(ports, change, attempts)
  const refused = (error: string) =>
    put(ports.store, documents.refusal(accessKeyId, runId, n), { at: ports.now().toISOString(), error })
  // Whoever ends this key elsewhere (a note of failure, an undo) writes before reading our intents, and we the other way
  // round: at least one of the two sees the other. So the names are listed anew here; `attempts` may be of an earlier list.
  const beside = attemptsBeside(await readJournal(ports.store, accessKeyId), runId, n)
  const others = { ...attempts, sent: attempts.sent || beside.sent }
  if (beside.closed) {
    await refused('over')
    return skipped({ why: 'run-closed' }, others)
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

/** Says what was seen and what was answered: that an update was sent and that IAM was down are told apart by it. */
function unseenUpdate(
  { user, accessKeyId, action }: Change,
  observations: string[],
  error: Error | null,
): UpdateNotConfirmed {
  const received = observations.filter((status, at) => status !== observations[at - 1]).join(', then ')
  const answered = error === null ? '' : `; the update was answered ${inWords(error)}`
  return new UpdateNotConfirmed(
    `${accessKeyId} of ${user} was to become ${ACTION_EFFECTS[action].status}: expected to read it back so, received ${received} to the last${answered}`,
  )
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
const inWords = ({ name, message }: Error): string => `${name}: ${message}`

/** Notes the intent under a number of its own: an attempt beside this one must not share it, for its refusal is not ours. */
async function noteIntent({ store, now }: KeyPorts, { runId, user, accessKeyId, action }: Change, { count }: Attempts) {
  const intent: Intent = { runId, user, accessKeyId, action, at: now().toISOString(), attempt: randomUUID() }
  let n = count
  let isOurs: boolean
  do {
    n += 1
    isOurs = (await write(store, documents.intent(accessKeyId, runId, n), intent)).isOurs
  } while (!isOurs)
  return n
}

/** IAM's clear refusals; whatever else goes wrong with an update may have gone wrong after it was carried out. */
const isRefusal = (error: Error | null): error is IamError =>
  error !== null && 'carriedOut' in error && error.carriedOut === 'no'

/** Reads the key back, patiently, until it has the status that the action gives it. */
export const seenWithStatus = async (ports: KeyPorts, change: Change): Promise<boolean> =>
  (await pollStatus(ports, change)).at(-1) === ACTION_EFFECTS[change.action].status

/** What each look at the key showed; the last of them the status, if it came. */
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

/** The status; in other words why it cannot be told just now: the next look may tell. */
async function statusNow(iam: Iam, user: string, accessKeyId: string): Promise<string> {
  try {
    return (await iam.listAccessKeys(user)).find((key) => key.accessKeyId === accessKeyId)?.status ?? 'no such key'
  } catch (error) {
    if (error instanceof IamThrottled || error instanceof IamUnavailable || error instanceof IamAnswerError)
      return inWords(error)
    // IAM is eventually consistent in this as well: what it does not find now, it may the next time.
    if (error instanceof NoSuchEntity) return NO_SUCH_USER
    throw error
  }
}

/** A user who is gone has no keys: null. */
export async function nullIfNoSuchEntity<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NoSuchEntity) return null
    throw error
  }
}
