// runs/<id>/suspects.json: what Parse report made of the credential report.
import * as z from 'zod'
import { reactivatedSlots, reportSlot } from '../facts.ts'
import { document } from './document.ts'

/** A user whom the report selects, with what the report showed. */
export const suspect = z.object({
  user: z.string(),
  path: z.string(),
  /** Active slots in the report (a slot whose state we do not know counts as active). */
  activeInReport: z.number(),
  slots: z.array(reportSlot),
  /** As in the report. null: 0.1.0 stored none. */
  userCreatedAt: z.string().nullable().default(null),
  /** As in shownInReport. */
  reactivated: reactivatedSlots.optional(),
})

export type Suspect = z.infer<typeof suspect>

/** Of the policy: what matched no user of the report. 0.1.0 wrote none. */
export const unmatchedExemptions = z
  .object({ users: z.array(z.string()), paths: z.array(z.string()) })
  .default({ users: [], paths: [] })

export type UnmatchedExemptions = z.infer<typeof unmatchedExemptions>

/** What the record says of the report. */
const summary = {
  /** An ISO 8601 instant. */
  generatedAt: z.string(),
  /** Of report.csv. */
  sha256: z.string(),
  /** Users without the root user. */
  users: z.number(),
  suspects: z.number(),
  /** Active slots of all users. */
  activeKeys: z.number(),
  /** Active slots of the users who are no suspects. */
  activeKeysInUse: z.number(),
  /** Active slots of users who are not exempt by name or path: the base of maxPercent. 0.1.0 wrote none. */
  activeKeysNotExempt: z.number().optional(),
  unmatchedExemptions,
}

export const storedSuspects = document({
  ...summary,
  /** The root user's active slots. */
  rootKeys: z.array(reportSlot),
  list: z.array(suspect),
})

export type StoredSuspects = z.infer<typeof storedSuspects>

export type ReportSummary = Pick<StoredSuspects, keyof typeof summary>
