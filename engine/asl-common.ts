// What several kinds of state have in common: comments, ResultPath, where to go next, Retry and Catch.
import { z } from 'zod'
import { RESULT_PATH } from './paths.ts'

/** AWS's bound for every number of seconds, a little over three years. */
export const MAX_SECONDS = 99_999_999
export const stateName = z.string().min(1).max(80)
export const resultPath = z
  .string()
  .regex(RESULT_PATH, 'only field names are supported, as in $.report.state')
  .nullable()
  .optional()

export const common = { Comment: z.string().optional() }
export const flow = { Next: stateName.optional(), End: z.literal(true).optional() }

/** A check that exactly one of these fields is there, or with `orNone` at most one. */
export function oneOf<T extends object>(fields: string[], orNone = false) {
  return (value: T, check: z.core.$RefinementCtx<T>): void => {
    const there = fields.filter((field) => field in value)
    if (there.length === 1 || (there.length === 0 && orNone)) return
    const message = `${orNone ? 'at most' : 'exactly'} one of ${fields.join(', ')} must be there`
    check.addIssue({ code: 'custom', path: there.slice(1, 2), message })
  }
}

// States.Runtime ends an execution whatever is caught; a rule for it would never be met.
const errorName = z
  .string()
  .min(1)
  .refine((error) => error !== 'States.Runtime', { error: 'States.Runtime is never matched, it ends the execution' })

const errorEquals = z
  .array(errorName)
  .min(1)
  .refine((errors) => !errors.includes('States.ALL') || errors.length === 1, { error: 'States.ALL must stand alone' })

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

/** With AWS's defaults filled in. */
export const Retry = z.array(retrier).refine(allIsLast, { error: 'States.ALL must come last' }).default([])
export const Catch = z.array(catcher).refine(allIsLast, { error: 'States.ALL must come last' }).default([])
