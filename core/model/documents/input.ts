// runs/<id>/input.json: what Start run settled.
import * as z from 'zod'
import { MODES, PHASES } from '../closed-sets.ts'
import { caller } from '../facts.ts'
import { type Policy, storedPolicy, storedSettings } from '../policy.ts'
import { document } from './document.ts'

/** Which run to undo, and which of its keys; null: all that it deactivated. */
export const undo = z.object({ run: z.string(), keys: z.array(z.string()).nullable() })

export type Undo = z.infer<typeof undo>

/**
 * Which run's plan to carry out, and the sha256 that it must have; null: the plan that the run has stored, without a check.
 */
export const apply = z.object({ run: z.string(), plan: z.string().nullable() })

export type Apply = z.infer<typeof apply>

/** The organization run that this run is a part of, and what it does of it. The account is the run's own. */
export const ofOrganizationRun = z.object({ run: z.string(), phase: z.enum(PHASES) })

/** How keysweep gets into another account than its own. */
export const member = z.object({
  /** The names of the roles to assume; null: `profile` has the credentials. */
  roles: z.object({ read: z.string(), deactivate: z.string(), reactivate: z.string() }).nullable(),
  /** On one machine: a profile of the shared AWS config files, whose credentials are of that account; null: none. */
  profile: z.string().nullable(),
})

export type Member = z.infer<typeof member>

/** Also a policy of a later version, with fields that this version does not know. Verdicts use the one from `readInput`. */
const policy: z.ZodType<Policy> = storedPolicy

export const runInput = document({
  runId: z.string(),
  executionId: z.string(),
  /** An ISO 8601 instant, as the execution says it. */
  startedAt: z.string(),
  /** The account whose keys this run judges and changes. 0.1.0 wrote none: its runs worked on the caller's own. */
  account: z.string().optional(),
  /** The sha256 of the run's pass, in hex; null: an earlier version started the run, and its events have no pass. */
  passSha256: z.string().nullable().default(null),
  ...storedSettings,
  /** Never `off`: a run that starts under the brake ends, and an undo deactivates nothing. */
  mode: z.enum(MODES),
  policy,
  undo: undo.nullable(),
  /** null: the run makes a plan of its own, or undoes one. */
  apply: apply.nullable().default(null),
  /** null: no organization run started it. */
  organizationRun: ofOrganizationRun.nullable().default(null),
  /** null: the run works with its own credentials on their own account. */
  member: member.nullable().default(null),
  caller,
}).transform((input) => ({ ...input, account: input.account ?? input.caller.account }))

export type RunInput = z.infer<typeof runInput>
