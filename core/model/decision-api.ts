// What the decision API answers with. Its handlers have these types, and its client checks the answers against the schemas.
import * as z from 'zod'
import { ANSWERS } from './closed-sets.ts'

const shownDecision = z.object({
  answer: z.enum(ANSWERS),
  by: z.string().nullable(),
  at: z.string(),
  leftOut: z.array(z.string()),
})

const waitingRun = z.object({
  runId: z.string(),
  account: z.string(),
  createdAt: z.string(),
  keys: z.number(),
  why: z.array(z.string()),
  /** The plan's sha256, which an answer must name. */
  plan: z.string(),
})

/** A run that was asked about and whose objects are not what this version writes: it may wait, and cannot be shown. */
const unreadableRun = z.object({ runId: z.string(), reason: z.string() })

/** GET /runs */
export const waitingList = z.object({ runs: z.array(waitingRun), unreadable: z.array(unreadableRun).default([]) })

/** GET /runs/<id> */
export const shownRun = z.object({
  runId: z.string(),
  approvalDays: z.number(),
  plan: z.object({ sha256: z.string(), text: z.string() }),
  decision: shownDecision.nullable(),
  /** How the run ended; null: it has not. */
  status: z.string().nullable(),
})

const waitingOrganization = z.object({
  runId: z.string(),
  /** The account that the run belongs to. */
  hub: z.string(),
  createdAt: z.string(),
  accounts: z.number(),
  keys: z.number(),
  why: z.array(z.string()),
  /** The plan's sha256, which an answer must name. */
  plan: z.string(),
})

/** GET /organizations */
export const waitingOrganizations = z.object({
  runs: z.array(waitingOrganization),
  unreadable: z.array(unreadableRun).default([]),
})

/** GET /organizations/<id> */
export const shownOrganization = z.object({
  runId: z.string(),
  approvalDays: z.number(),
  plan: z.object({ sha256: z.string(), text: z.string() }),
  decision: shownDecision.extend({ leftOutAccounts: z.array(z.string()) }).nullable(),
  /** How the run ended; null: it has not. */
  status: z.string().nullable(),
})

/** GET /organizations/<id>/accounts/<account>: the plan of the account's survey, as the organization plan names it. */
export const shownAccountPlan = z.object({
  /** The run that surveyed the account. */
  runId: z.string(),
  account: z.string(),
  plan: z.object({ sha256: z.string(), text: z.string() }),
})

/** POST /runs/<id>/decision, and POST /organizations/<id>/decision, whose decision also has the accounts left out. */
export const notedAnswer = z.object({
  decision: shownDecision.extend({ leftOutAccounts: z.array(z.string()).optional() }),
  woken: z.boolean(),
  message: z.string().optional(),
})

/** Whatever is refused. */
export const refusal = z.object({ message: z.string() })

/** What a refusal may hold beside it: the decision that is stored. */
export const refusalWithDecision = z.object({ decision: shownDecision })

export type WaitingOrganization = z.infer<typeof waitingOrganization>
export type WaitingOrganizations = z.infer<typeof waitingOrganizations>
export type ShownOrganization = z.infer<typeof shownOrganization>
export type ShownAccountPlan = z.infer<typeof shownAccountPlan>
export type WaitingRun = z.infer<typeof waitingRun>
export type UnreadableRun = z.infer<typeof unreadableRun>
export type WaitingList = z.infer<typeof waitingList>
export type ShownRun = z.infer<typeof shownRun>
export type NotedAnswer = z.infer<typeof notedAnswer>
