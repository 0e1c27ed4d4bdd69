// Decisions: what an answer must say, whether it fits the plan, and which keys it lets go ahead.
import * as z from 'zod'
import { MODE_WRITES } from '../model/closed-sets.ts'
import type { StoredDecision } from '../model/documents/decision.ts'
import type { Plan } from '../model/documents/plan.ts'
import { formatZodIssues } from '../model/format-zod-issues.ts'
import { MILLISECONDS_PER_DAY } from '../model/instants.ts'
import { MAX_KEYS_PER_RUN } from './plan.ts'

/** The longest answer: the ids of a whole plan left out, with a long reason. */
export const MAX_ANSWER_BYTES = 64 * 1024

const answerThat = (mostLeftOut: number) =>
  z.strictObject({
    plan: z.string().regex(/^[0-9a-f]{64}$/, 'must be the sha256 of the plan, in hex'),
    answer: z.enum(['approve', 'reject']),
    leaveOut: z.array(z.string()).max(mostLeftOut).default([]),
    reason: z.string().max(1000).nullable().default(null),
  })

export type Answer = z.infer<ReturnType<typeof answerThat>>

/** The answer in a request's body, or what is wrong with it. @param mostLeftOut ids that it may leave out */
export function readAnswer(body: string, mostLeftOut = MAX_KEYS_PER_RUN): { answer: Answer } | { fault: string } {
  if (Buffer.byteLength(body) > MAX_ANSWER_BYTES)
    return {
      fault: `Answer refused: it may have at most ${MAX_ANSWER_BYTES} bytes, and has ${Buffer.byteLength(body)}`,
    }
  try {
    const read = answerThat(mostLeftOut).safeParse(JSON.parse(body))
    return read.success ? { answer: read.data } : { fault: `Answer refused: ${formatZodIssues(read.error)}` }
  } catch {
    return { fault: `Answer refused: it must be JSON, received ${JSON.stringify(body.slice(0, 40))}` }
  }
}

/** The ids to leave out that are not in the plan: a typing error must not be taken for a choice. */
export const unknownKeyIds = (asked: Answer, plan: Plan): string[] =>
  asked.leaveOut.filter((id) => !plan.keys.some((key) => key.accessKeyId === id))

/** Whether a second answer says what the first said already. */
export const isSameAnswer = (stored: StoredDecision, asked: Answer): boolean =>
  stored.answer === asked.answer && stored.plan === asked.plan && sameIds(stored.leftOut, asked.leaveOut)

/** Whether two lists have the same ids, in any order. */
export const sameIds = (a: string[], b: string[]): boolean =>
  [...new Set(a)].sort().join() === [...new Set(b)].sort().join()

/**
 * The term is counted from the plan's creation, because a redrive does not change that date. The machine itself waits from
 * the moment people were notified, and each retry of Ask for approval starts its wait again. All of it ends within this time.
 */
const ASKING_MILLISECONDS = 60 * 60_000

/** Time since approval was requested, measured from the plan's creation. */
export const millisecondsAsked = (createdAt: string, now: Date): number => now.getTime() - Date.parse(createdAt)

/**
 * Whether a plan's question is over by the clock alone. Before that, what the machine writes decides. After that, the
 * machine has written that nobody answered. Or it was stopped, sleeps, or was resumed and waits for an answer that no
 * longer counts.
 */
export const isPastAnswering = (createdAt: string, approvalDays: number, now: Date): boolean =>
  millisecondsAsked(createdAt, now) >= approvalDays * MILLISECONDS_PER_DAY + ASKING_MILLISECONDS

/** Whether the term of a plan's approval is over, from its creation. Answers that were under way count a little longer. */
export const isTermOver = (createdAt: string, approvalDays: number, now: Date): boolean =>
  millisecondsAsked(createdAt, now) >= approvalDays * MILLISECONDS_PER_DAY

/**
 * The last moment at which an answer surely counts, ISO 8601. The term begins with the plan, however often approval is
 * requested.
 * @param now the time at which approval is requested. If that clock is behind the plan's, the term ends earlier, when the
 * machine stops waiting. A reader leaves it out, because its clock says nothing about the machine's.
 */
export const answerUntil = (createdAt: string, approvalDays: number, now = new Date(createdAt)): string =>
  new Date(Math.min(now.getTime(), Date.parse(createdAt)) + approvalDays * MILLISECONDS_PER_DAY).toISOString()

/** What is written when nobody answered in time: no answer means no. */
export const expired = (runId: string, plan: string, now: Date): StoredDecision => ({
  runId,
  plan,
  answer: 'expired',
  by: null,
  userId: null,
  at: now.toISOString(),
  reason: null,
  leftOut: [],
})

/**
 * The ids that are left out of what goes ahead; null: nothing of the plan goes ahead. A decision on another plan lets
 * nothing go ahead.
 */
export function leftOutOf(plan: Plan, sha256: string, decision: StoredDecision | null): string[] | null {
  if (!MODE_WRITES[plan.mode]) return null
  if (plan.next === 'deactivate') return []
  if (plan.next !== 'approval' || decision?.answer !== 'approve' || decision.plan !== sha256) return null
  return decision.leftOut
}

/** The keys of a plan that its decision lets go ahead. */
export function keysToTake(plan: Plan, sha256: string, decision: StoredDecision | null): Plan['keys'] {
  const leftOut = leftOutOf(plan, sha256, decision)
  if (leftOut === null) return []
  const spared = new Set(leftOut)
  return plan.keys.filter((key) => !spared.has(key.accessKeyId))
}
