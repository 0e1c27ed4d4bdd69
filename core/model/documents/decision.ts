// runs/<id>/decision.json: a person's answer to a plan, or that there was none in time. Written once: the first answer
// holds. It authorises writes to IAM.
import * as z from 'zod'
import { ANSWERS } from '../closed-sets.ts'
import { document, instant } from './document.ts'

const fields = {
  answer: z.enum(ANSWERS),
  /** The ARN of who answered; null: nobody did. */
  by: z.string().nullable(),
  at: instant,
  reason: z.string().nullable(),
  /** Access key ids. */
  leftOut: z.array(z.string()),
}

/** Of every stored answer. */
export const answerFields = {
  runId: z.string(),
  /** The sha256 of the plan that was answered. */
  plan: z.string(),
  ...fields,
  /** AWS's own id of who answered: unlike the name in an ARN it is not chosen by the caller. */
  userId: z.string().nullable(),
}

/** Somebody answered, and has a name; or nobody did. */
export const isNamed = ({ answer, by }: Pick<Decision, 'answer' | 'by'>): boolean =>
  (answer === 'expired') === (by === null)

export const NOT_NAMED = { path: ['by'], error: 'must be a name if somebody answered, and null if nobody did' }

export const storedDecision = document(answerFields).refine(isNamed, NOT_NAMED)

export type StoredDecision = z.infer<typeof storedDecision>

/** The decision as the record shows it. */
export const decision = z.object(fields)

export type Decision = z.infer<typeof decision>
