// orgs/<id>/record.json: the last word of an organization run, with the end of every account.
import * as z from 'zod'
import { ACCOUNT_ENDS, APPLY_STEPS, MODES, ORGANIZATION_STATUSES, perOutcome } from '../closed-sets.ts'
import { type Policy, storedOrganization, storedPolicy } from '../policy.ts'
import { document } from './document.ts'
import { recordedDecision } from './organization-decision.ts'
import { organizationInput } from './organization-input.ts'
import { recordedDocument } from './record.ts'

const keysByOutcome = { stale: z.number(), ...perOutcome(() => z.number()) }

export const recordedAccount = z.object({
  account: z.string(),
  name: z.string().nullable(),
  end: z.enum(ACCOUNT_ENDS),
  /** null: the end says it all. */
  why: z.string().nullable(),
  /** The runs in the account, in the order of the phases, whose records have the keys. */
  runs: z.array(z.string()),
  ...keysByOutcome,
})

export type RecordedAccount = z.infer<typeof recordedAccount>

const policy: z.ZodType<Policy> = storedPolicy

export const organizationRecord = document({
  runId: z.string(),
  /** The account that the run belongs to; null: not known. */
  hub: z.string().nullable(),
  mode: z.enum(MODES).nullable(),
  undo: organizationInput.shape.undo,
  status: z.enum(ORGANIZATION_STATUSES),
  startedAt: z.string(),
  endedAt: z.string(),
  source: z.enum(['organizations', 'list', 'undone']).nullable(),
  policy: policy.nullable(),
  organization: storedOrganization.nullable(),
  counts: z.object({
    accounts: z.number(),
    /** Accounts by end. */
    ends: z.record(z.enum(ACCOUNT_ENDS), z.number()),
    ...keysByOutcome,
  }),
  plan: z.object({ sha256: z.string(), accounts: z.number(), keys: z.number() }).nullable(),
  ifApplied: z.object({ step: z.enum(APPLY_STEPS), why: z.array(z.string()) }).nullable(),
  decision: recordedDecision.nullable(),
  /** A document could not be read: the record has no accounts and no counts, whatever the run changed. */
  incomplete: z.boolean(),
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
  /** The run's other documents as they were when they were joined; those of its runs in accounts are in their records. */
  documents: z.array(recordedDocument),
  accounts: z.array(recordedAccount),
})

export type OrganizationRecord = z.infer<typeof organizationRecord>
