// What IAM and the credential report say: schemas where it is stored, and types. Every instant is an ISO 8601 string in UTC
// ("2026-09-11T13:15:19Z"); `null` is "does not apply" or "not known", and the field's comment says which.
import * as z from 'zod'
import { eventsOfKey } from './key-events.ts'

/** Who the run signs as, from GetCallerIdentity. */
export const caller = z.object({
  account: z.string(),
  arn: z.string(),
  /** The IAM user's name, null for a role or the root user. */
  userName: z.string().nullable(),
  /** The access key id that signs the requests, null where the credentials have none to tell. */
  accessKeyId: z.string().nullable(),
  /** The alias of the account; null if it has none or it is not known. */
  accountAlias: z.string().nullable().prefault(null),
  /** Access key ids that the credentials were made from, as far as the shared AWS config files tell. */
  sourceKeyIds: z.array(z.string()).prefault([]),
})

export type Caller = z.infer<typeof caller>

/** The caller, as the users of a run's account are compared with it: a user of that name in another account is another one. */
export const signerIn = ({ account, caller }: { account: string; caller: Caller }): Caller =>
  caller.account === account ? caller : { ...caller, userName: null }

/** One access key slot of a report row. Unknown values are kept as they came, so that the verdict can name them. */
export const reportSlot = z.object({
  slot: z.literal([1, 2]),
  active: z.boolean().nullable(),
  lastRotatedAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  lastUsedService: z.string().nullable(),
  /** Columns of this slot that hold a value we do not know: never "old", always "look". */
  unknown: z.array(z.string()),
})

export type ReportSlot = z.infer<typeof reportSlot>

export interface ReportRow {
  user: string
  arn: string
  root: boolean
  /** `user_creation_time`: an instant, or the text as it came. */
  userCreatedAt: string
  slots: ReportSlot[]
  /** The 23rd column: more keys than two slots can show. */
  moreCredentials: boolean
}

/** When IAM says a key was last used. */
export const lastUsed = z.union([
  z.object({ known: z.literal(true), at: z.string(), service: z.string(), region: z.string() }),
  z.object({ known: z.literal(true), at: z.null(), service: z.null(), region: z.null() }),
  z.object({ known: z.literal(false) }),
])

export type LastUsed = z.infer<typeof lastUsed>

/** What IAM says of one key now. */
export const keyFacts = z.object({
  accessKeyId: z.string(),
  status: z.string(),
  createdAt: z.string().nullable(),
  /** Read for Active keys only. */
  lastUsed,
  /**
   * When somebody reactivated this key after keysweep deactivated it, as far as the run store shows: when a run first saw it
   * Active again, or the newest intent for the key if that is later. null: keysweep never deactivated it.
   */
  reactivatedAt: z.string().nullable(),
  /** What CloudTrail's event history says of it; missing: no event about it was read. */
  events: eventsOfKey.optional(),
})

export type KeyFacts = z.infer<typeof keyFacts>

/** Slots that were inactive in an earlier run's report and are active in today's. */
export const reactivatedSlots = z.object({
  /** When the earlier report was made. */
  since: z.string(),
  /** Each slot's last_rotated, then and now. */
  slots: z.array(z.object({ wasRotatedAt: z.string().nullable(), isRotatedAt: z.string().nullable() })),
})

export type ReactivatedSlots = z.infer<typeof reactivatedSlots>

/** What the report showed of a user, to hold the live facts against. */
export const shownInReport = z.object({
  generatedAt: z.string(),
  activeKeys: z.number(),
  slots: z.array(reportSlot),
  /** When the user was created; text that is no instant as it came. null: 0.1.0 stored none, or there is no report. */
  userCreatedAt: z.string().nullable().default(null),
  /** Missing: no slot was reactivated since an earlier run's report, or there is none. */
  reactivated: reactivatedSlots.optional(),
})

/** What IAM says of one user now, with all the user's keys. */
export const userFacts = z.object({
  user: z.string(),
  path: z.string(),
  /** null: GetUser was not called. It is called right before the write. */
  createdAt: z.string().nullable().default(null),
  keys: z.array(keyFacts),
  /** null: not read, because no key was otherwise stale. */
  tags: z.record(z.string(), z.string()).nullable(),
  report: shownInReport,
})

export type UserFacts = z.infer<typeof userFacts>
