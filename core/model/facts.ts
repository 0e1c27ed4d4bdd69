// What IAM and the credential report say, as types. Every instant is an ISO 8601 string in UTC ("2026-09-11T13:15:19Z");
// `null` is "does not apply" or "not known", and the field's comment says which.

/** Who the run signs as, from GetCallerIdentity. */
export interface Caller {
  account: string
  arn: string
  /** The IAM user's name, null for a role or the root user. */
  userName: string | null
  /** The access key id that signs the requests, null where the credentials have none to tell. */
  accessKeyId: string | null
}

/** One access key slot of a report row. Unknown values are kept as they came, so that the verdict can name them. */
export interface ReportSlot {
  slot: 1 | 2
  active: boolean | null
  lastRotatedAt: string | null
  lastUsedAt: string | null
  lastUsedService: string | null
  /** Columns of this slot that hold a value we do not know: never "old", always "look". */
  unknown: string[]
}

export interface ReportRow {
  user: string
  arn: string
  root: boolean
  slots: ReportSlot[]
  /** The 23rd column: more keys than two slots can show. */
  moreCredentials: boolean
}

/** A user whom the report makes worth a look, with what the report showed. */
export interface Suspect {
  user: string
  arn: string
  path: string
  /** Active slots in the report (a slot whose state we do not know counts as active). */
  activeInReport: number
  slots: ReportSlot[]
  why: string
}

/** When IAM says a key was last used. */
export type LastUsed =
  | { known: true; at: string; service: string; region: string }
  | { known: true; at: null; service: null; region: null }
  | { known: false }

/** What IAM says of one key now. */
export interface KeyFacts {
  accessKeyId: string
  status: string
  createdAt: string | null
  /** Read for Active keys only. */
  lastUsed: LastUsed
  /**
   * When this key is known to have been brought back after we took it: the newest of our own intents for it and of
   * the first time we saw it Active again. null: we never took it.
   */
  reactivatedAt: string | null
}

/** What IAM says of one user now, with all the user's keys. */
export interface UserFacts {
  user: string
  path: string
  keys: KeyFacts[]
  /** null: not read, because no key was otherwise stale. */
  tags: Record<string, string> | null
  /** What the report showed, to hold the live facts against. */
  report: { generatedAt: string; activeKeys: number; slots: ReportSlot[] }
}
