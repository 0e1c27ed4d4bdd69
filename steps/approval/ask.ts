// Puts the question of a plan: stores the task token under the protected prefix, unless it is answered or too late.
import { AlreadyDecided, ClockRefused } from '../../core/model/errors.ts'
import { answerUntil, isPastAnswering } from '../../core/run/decision.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import type { Ports } from '../ports.ts'

/** What is asked, and where its tokens and its answer are. */
export interface Question {
  runId: string
  /** Of the plan. */
  createdAt: string
  approvalDays: number
  tokenPrefix: string
  tokenKey: (n: number) => string
  readDecision: () => Promise<{ at: string } | null>
}

/**
 * A redrive of an aborted run puts its question again, days after the plan: then the rest of the term is left.
 * @returns until when it can be answered @throws AlreadyDecided; ClockRefused if no answer would be accepted any more; what
 *   the run store throws
 */
export async function putQuestion(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  question: Question,
  token: string,
): Promise<string> {
  const { runId, createdAt, approvalDays } = question
  const at = now()
  const expiresAt = answerUntil(createdAt, approvalDays, at)
  const late = isPastAnswering(createdAt, approvalDays, at)
  if (!late) await storeToken(store, question, token)
  await refuseAnswered(question)
  if (late) throw tooLate(runId, expiresAt, at)
  return expiresAt
}

const tooLate = (runId: string, until: string, now: Date): ClockRefused =>
  new ClockRefused(
    `Clock refused: run ${runId} can be answered until ${until} and one hour more; this clock says ${now.toISOString()}. The run was resumed too late, or this clock is wrong.`,
  )

/** An answer between two attempts did not resume the run: its token was invalid. A later one finds the token of this attempt. */
async function refuseAnswered({ runId, readDecision }: Question): Promise<void> {
  const decision = await readDecision()
  if (decision !== null) throw new AlreadyDecided(`Run ${runId} was already answered at ${decision.at}`)
}

/** A retry has a new token, and stores it under the next number. If two write the same number, the second takes the next. */
async function storeToken(store: RunStore, { tokenPrefix, tokenKey }: Question, token: string): Promise<void> {
  let n = (await store.list(tokenPrefix)).length
  let stored: string
  do {
    n += 1
    stored = (await store.put(tokenKey(n), token)).text
  } while (stored !== token)
}
