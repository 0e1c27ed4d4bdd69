// orgs/<id>/plan.json: the plans of all accounts, each by its hash. So its own sha256 binds every key.
import * as z from 'zod'
import { ACCOUNT_ENDS, APPLY_STEPS, APPROVALS, MODES } from '../closed-sets.ts'
import { document, instant } from './document.ts'

/** The step after an organization plan is made. */
const ORGANIZATION_NEXT_STEPS = ['record', 'approval', 'change'] as const
export type OrganizationNext = (typeof ORGANIZATION_NEXT_STEPS)[number]

export const accountPlan = z.object({
  account: z.string(),
  name: z.string().nullable(),
  /** The run that surveyed the account; null: none did. */
  run: z.string().nullable(),
  /** The sha256 of its plan; null: it has none. */
  plan: z.string().nullable(),
  /** Keys of the plan, of these Active keys by the report: the root user and users exempt by name or path are not counted. */
  keys: z.number(),
  activeKeys: z.number(),
  /** Stale keys beyond the ceiling of one run. */
  leftForNextRun: z.number(),
  /** What applying the account's plan does first; null: it has no key, or no plan. */
  ifApplied: z.enum(APPLY_STEPS).nullable(),
  /** Why the account's plan does not just go, or why it has its end. */
  why: z.array(z.string()),
  /** How the account has ended already; null: its plan can be carried out. */
  end: z.enum(ACCOUNT_ENDS).nullable(),
})

export type AccountPlan = z.infer<typeof accountPlan>

export const organizationPlan = document({
  runId: z.string(),
  /** The account that the run belongs to. */
  hub: z.string(),
  mode: z.enum(MODES),
  approval: z.enum(APPROVALS),
  next: z.enum(ORGANIZATION_NEXT_STEPS),
  /** What applying it does first, with this approval, also in mode `plan`; null: no account has a key to deactivate. */
  ifApplied: z.enum(APPLY_STEPS).nullable(),
  createdAt: instant,
  /** When its question ends, if it asks one. */
  answerUntil: instant,
  /** Which caps of the organization the plan is over; empty when under all. */
  overCaps: z.array(z.string()),
  /** Why a person must decide; empty when none need. */
  approvalReasons: z.array(z.string()),
  accounts: z.array(accountPlan),
})

export type OrganizationPlan = z.infer<typeof organizationPlan>
