// orgs/<id>/input.json: what Start organization run settled.
import * as z from 'zod'
import { MODES } from '../closed-sets.ts'
import { caller } from '../facts.ts'
import { type Policy, storedOrganization, storedPolicy, storedSettings } from '../policy.ts'
import { document } from './document.ts'

/** Which organization run to undo, and in which of its accounts; null: in all that it changed. */
const undo = z.object({ run: z.string(), accounts: z.array(z.string()).nullable() })

export type OrganizationUndo = z.infer<typeof undo>

/** Also a policy of a later version: a run in an account checks it before it judges by it. */
const policy: z.ZodType<Policy> = storedPolicy

export const organizationInput = document({
  runId: z.string(),
  executionId: z.string(),
  /** An ISO 8601 instant, as the execution says it. */
  startedAt: z.string(),
  /** The sha256 of the run's pass, in hex. */
  passSha256: z.string(),
  ...storedSettings,
  mode: z.enum(MODES),
  policy,
  organization: storedOrganization,
  undo: undo.nullable(),
  /** Who runs it. Its account is the hub. */
  caller,
})

export type OrganizationInput = z.infer<typeof organizationInput>
