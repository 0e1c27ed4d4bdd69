// runs/<id>/plan.json: the keys that one run would deactivate. Written once, and named by the sha256 of its bytes.
import * as z from 'zod'
import { APPLY_STEPS, APPROVALS, MODES } from '../closed-sets.ts'
import { witness } from '../key-events.ts'
import { plannedKey } from '../verdict.ts'
import { document } from './document.ts'
import { unmatchedExemptions } from './suspects.ts'

/** The step after a plan is made. */
const NEXT_STEPS = ['record', 'approval', 'deactivate'] as const
export type Next = (typeof NEXT_STEPS)[number]

export const plan = document({
  runId: z.string(),
  account: z.string(),
  mode: z.enum(MODES),
  approval: z.enum(APPROVALS),
  next: z.enum(NEXT_STEPS),
  /** What applying it does first, with this approval, also in mode `plan`; null: no key is stale. The readers fill it in for 0.1.0. */
  ifApplied: z.enum(APPLY_STEPS).nullable().default(null),
  createdAt: z.iso.datetime(),
  /**
   * The earlier plan whose keys these are, with its run, and the exemptions of this run that match no user in its report;
   * null: the keys are from this run's own report.
   */
  source: z.object({ run: z.string(), sha256: z.string(), unmatchedExemptions }).nullable().default(null),
  /** Whether CloudTrail's event history was read before this plan; null: an earlier version made it. */
  witness: witness.nullable().default(null),
  /**
   * The sha256 of accounts.json and plan.json of the organization run that this plan is carried out for; null: the run is one
   * of its own, or a survey.
   */
  organization: z.object({ accounts: z.string(), plan: z.string() }).nullable().default(null),
  /** Stale keys beyond the ceiling of one run. */
  leftForNextRun: z.number(),
  /** Which caps the stale keys are over; empty when under all. */
  overCaps: z.array(z.string()),
  /** Why a person must decide; empty when none need. */
  approvalReasons: z.array(z.string()),
  keys: z.array(plannedKey),
})

export type Plan = z.infer<typeof plan>
