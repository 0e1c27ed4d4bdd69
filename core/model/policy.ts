// The fields of a run's order and their rules: as keysweep.yml, an execution's input and a stored input.json say them.
// Apart from settings.ts, so that who reads what is stored need not load a YAML parser.
import * as z from 'zod'

const days = z.number().int().min(1).max(3650)
const percent = z.number().min(0).max(100)
const maxKeys = z.number().int().min(0)
const concurrency = z.number().int().min(1).max(40)
const userPattern = z.string().min(1).max(64)
const pathPrefix = z
  .string()
  .max(512)
  .regex(/^\/(.*\/)?$/, 'a path begins and ends with "/"')

export const policyFields = z.strictObject({
  unusedDays: days,
  rotationDays: days.nullable(),
  warnDays: z.number().int().min(0).max(3650),
  maxKeys,
  maxPercent: percent,
  concurrency,
  exemptUsers: z.array(userPattern),
  exemptPaths: z.array(pathPrefix),
})

/** What counts as stale, what is exempt and how much one run may take. Terms are in days of 24 hours. */
export interface Policy {
  /** A key is stale when nothing happened to it for this many days; at least 1. */
  unusedDays: number
  /** A key is stale when it was created this many days ago, however much it is used; null: rule off. */
  rotationDays: number | null
  /** A key in use is pointed out when it would become stale within this many days. */
  warnDays: number
  /** Most keys one run may take without approval; 0 is zero. */
  maxKeys: number
  /** Most keys one run may take without approval, in percent of the account's active keys; 0 is zero. */
  maxPercent: number
  /** Keys deactivated at once, 1 to 40. */
  concurrency: number
  /** User names that are never touched; `*` stands for any characters. */
  exemptUsers: string[]
  /** Users under these paths are never touched: "/service/" exempts "/service/backup/". */
  exemptPaths: string[]
}

export const mode = z.enum(['plan', 'apply'])
export const approval = z.enum(['always', 'over-cap', 'never'])

/** A token is kept for 8 days (resources/run-store.yml): a question must not outlive it. */
export const MAX_APPROVAL_DAYS = 7
export const approvalDays = z.number().int().min(1).max(MAX_APPROVAL_DAYS)

/** What input.json must hold for a verdict: a policy that lacks a term must end the run, not every key. */
export const STORED_INPUT = z.looseObject({
  runId: z.string(),
  executionId: z.string(),
  startedAt: z.string(),
  mode,
  approval,
  approvalDays: z.number(),
  policy: policyFields,
  undo: z.object({ run: z.string(), keys: z.array(z.string()).nullable() }).nullable(),
  caller: z.object({
    account: z.string(),
    arn: z.string(),
    userName: z.string().nullable(),
    accessKeyId: z.string().nullable(),
  }),
})
