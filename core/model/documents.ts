// The words of keysweep as types. Every instant is an ISO 8601 string in UTC ("2026-09-11T13:15:19Z"), because
// all of this is stored as JSON; `null` is "does not apply" or "not known", and the field's comment says which.

export type Mode = 'plan' | 'apply'
export type Approval = 'always' | 'over-cap' | 'never'

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

/** Who the run signs as, from GetCallerIdentity. */
export interface Caller {
  account: string
  arn: string
  /** The IAM user's name, null for a role or the root user. */
  userName: string | null
  /** The access key id that signs the requests, null where the credentials have none to tell. */
  accessKeyId: string | null
}

/** Which run to undo, and which of its keys; null: all that it took. */
export interface Undo {
  run: string
  keys: string[] | null
}

/** runs/<id>/input.json: what Start run settled. */
export interface RunInput {
  runId: string
  executionId: string
  startedAt: string
  mode: Mode
  approval: Approval
  approvalDays: number
  policy: Policy
  undo: Undo | null
  caller: Caller
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
  broughtBackAt: string | null
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

export type Rule = 'unused' | 'rotation'

export type Verdict =
  | { verdict: 'stale'; rule: Rule; reason: string; idleSince: string; staleOn: null }
  | { verdict: 'kept'; rule: null; reason: string; idleSince: null; staleOn: string | null }

/** One line of verdicts/<n>.json: a key, its facts and what we make of it. */
export interface KeyVerdict {
  user: string
  /** null: the root user's key, which the report shows without an id. */
  accessKeyId: string | null
  createdAt: string | null
  lastUsedAt: string | null
  lastUsedService: string | null
  lastUsedRegion: string | null
  verdict: 'stale' | 'kept'
  rule: Rule | null
  reason: string
  /** The last thing that happened to a stale key: what "longest idle first" sorts by. */
  idleSince: string | null
  staleOn: string | null
  owner: string | null
}

/** A planned key: what the person approving reads, and what Deactivate key needs to judge it again. */
export interface PlannedKey {
  user: string
  path: string
  accessKeyId: string
  createdAt: string
  lastUsedAt: string | null
  lastUsedService: string | null
  lastUsedRegion: string | null
  rule: Rule
  reason: string
  idleSince: string
  owner: string | null
  /** The user's other Active key, null when this is the only one. */
  otherActiveKey: string | null
  report: UserFacts['report']
}

export type Outcome = 'deactivated' | 'reactivated' | 'skipped' | 'failed'

/** keys/<access key id>/<run id>.intent.json */
export interface Intent {
  runId: string
  user: string
  accessKeyId: string
  action: 'deactivate' | 'reactivate'
  at: string
  /** Of this attempt alone, so that a write whose answer was lost is told from another attempt's. */
  attempt: string
}

/** keys/<access key id>/<run id>.outcome.json */
export interface KeyOutcome {
  runId: string
  user: string
  accessKeyId: string
  outcome: Outcome
  reason: string | null
  /** The update was sent, or may have been. */
  sent: boolean
  at: string
}

export type Status =
  | 'planned'
  | 'nothing to do'
  | 'deactivated'
  | 'reactivated'
  | 'some keys failed'
  | 'over cap'
  | 'approval needed'
  | 'rejected'
  | 'expired'
  | 'another run is open'
  | 'refused'
  | 'interrupted'

/** decision.json: a person's answer to a plan, or that there was none in time. Written once: the first answer stands. */
export interface StoredDecision extends Decision {
  runId: string
  /** The sha256 of the plan that was answered. */
  plan: string
  /** AWS's own id of who answered: unlike the name in an ARN it is not chosen by the caller. */
  userId: string | null
}

/** The decision as the record shows it. */
export interface Decision {
  answer: 'approve' | 'reject' | 'expired'
  by: string | null
  at: string
  reason: string | null
  leftOut: string[]
}

/** One key of record.json. `lastUsedAt: null` comes with a reason that says "never used" or "unknown". */
export interface RecordedKey {
  user: string
  accessKeyId: string | null
  createdAt: string | null
  lastUsedAt: string | null
  lastUsedService: string | null
  verdict: 'stale' | 'kept'
  reason: string
  /** The day (YYYY-MM-DD, UTC) on which a key in use would become stale. */
  staleOn: string | null
  owner: string | null
  outcome: Outcome | null
  outcomeReason: string | null
  /** When the outcome was noted. */
  at: string | null
}

/** record.json: the run's last word. What does not apply is null. */
export interface RunRecord {
  runId: string
  account: string | null
  mode: Mode | null
  status: Status
  startedAt: string
  endedAt: string
  report: { generatedAt: string; sha256: string; users: number } | null
  policy: Policy | null
  counts: {
    users: number
    suspects: number
    activeKeys: number
    stale: number
    kept: number
    deactivated: number
    reactivated: number
    skipped: number
    failed: number
    leftForNextRun: number
  }
  plan: { sha256: string; keys: number } | null
  decision: Decision | null
  error: { name: string; message: string } | null
  keys: RecordedKey[]
}
