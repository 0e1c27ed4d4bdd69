// What several types of state share: Comment, ResultPath, Next and End, Retry and Catch.
import { z } from 'zod'
import { RESULT_PATH } from './paths.ts'

/** AWS's maximum for any number of seconds, a little over three years. */
export const MAX_SECONDS = 99_999_999
export const stateName = z.string().min(1).max(80)
export const resultPath = z
  .string()
  .regex(RESULT_PATH, 'only field names are supported, as in $.report.state')
  .nullable()
  .optional()

export const common = { Comment: z.string().optional() }
export const flow = { Next: stateName.optional(), End: z.literal(true).optional() }

/** A check that exactly one of these fields is given, or with `orNone` at most one. */
export function oneOf<T extends object>(fields: string[], orNone = false) {
  return (value: T, check: z.core.$RefinementCtx<T>): void => {
    const given = fields.filter((field) => field in value)
    if (given.length === 1 || (given.length === 0 && orNone)) return
    const message = `needs ${orNone ? 'at most' : 'exactly'} one of ${fields.join(', ')}`
    check.addIssue({ code: 'custom', path: given.slice(1, 2), message })
  }
}

// States.Runtime always ends an execution: a rule for it would never match.
const errorName = z
  .string()
  .min(1)
  .refine((error) => error !== 'States.Runtime', {
    error: 'States.Runtime cannot be caught or retried: it ends the execution',
  })

const errorEquals = z
  .array(errorName)
  .min(1)
  .refine((errors) => !errors.includes('States.ALL') || errors.length === 1, {
    error: 'States.ALL must be the only error of its rule',
  })

const retrier = z.strictObject({
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(MAX_SECONDS).default(1),
  MaxAttempts: z.int().min(0).max(MAX_SECONDS).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
})
export type Retrier = z.infer<typeof retrier>

const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  ResultPath: resultPath,
  Next: stateName,
})
export type Catcher = z.infer<typeof catcher>

const allIsLast = (rules: { ErrorEquals: string[] }[]): boolean =>
  rules.slice(0, -1).every((rule) => !rule.ErrorEquals.includes('States.ALL'))

/** With AWS's defaults. */
export const Retry = z
  .array(retrier)
  .refine(allIsLast, { error: 'the rule with States.ALL must be the last' })
  .default([])
export const Catch = z
  .array(catcher)
  .refine(allIsLast, { error: 'the rule with States.ALL must be the last' })
  .default([])
