// What people hear of a run, as data: sentences are made of it in core/texts. (A message is another thing: a warning to a
// key's owner.)
import type { ApplyStep, OrganizationStatus, Status } from './closed-sets.ts'
import type { OrganizationRecord, RecordedAccount } from './documents/organization-record.ts'
import type { RunRecord } from './documents/record.ts'

/** What last happened to a key. */
export interface LastActivity {
  createdAt: string
  /** null: never used. */
  lastUsedAt: string | null
}

/** A plan waits for a person. It carries no token: an approver is identified by AWS, not by what they hold. */
export interface ApprovalWanted {
  kind: 'approval wanted'
  runId: string
  account: string
  /** The plan's sha256, which an answer must name. */
  plan: string
  keys: number
  users: number
  /** Of the key that has been idle the longest, and of the one that was active last; null: the plan has no key. */
  longestIdle: LastActivity | null
  mostRecent: LastActivity | null
  why: string[]
  /** "no second witness: …", if CloudTrail's event history was not read as far as it goes; null: it was, or it is not known. */
  noWitness: string | null
  expiresAt: string
  /** One line that answers, also in CloudShell; null: the run's id does not belong in a command. */
  command: string | null
}

/** A run has ended, and its record is stored. */
export interface RunEnded {
  kind: 'run finished' | 'run failed'
  runId: string
  account: string | null
  status: Status
  /** null: the record is incomplete, so nobody can say. */
  counts: RunRecord['counts'] | null
  /** For a run in mode plan: what applying its plan would do, and why it would ask or stop; null for any other run. */
  ifApplied: RunRecord['ifApplied']
  /** Why it failed; null: it did not. */
  error: { name: string; message: string } | null
  /** The first of the keys that will be stale soon. */
  expiring: { user: string; accessKeyId: string; staleOn: string; owner: string | null }[]
  /** How many more there are. */
  moreExpiring: number
  warnDays: number
  /** null: no key becomes stale because of its age. */
  rotationDays: number | null
  /** Of record.json, in hex, to tell whether it was changed since; null: the run has stored none. */
  recordSha256: string | null
  /** One line that shows the record; null: the run's id does not belong in a command. */
  command: string | null
}

/** The plan of an organization run waits for a person. */
export interface OrganizationApprovalWanted {
  kind: 'organization approval wanted'
  runId: string
  /** The account that the run belongs to. */
  hub: string
  /** The plan's sha256, which an answer must name. It binds every key of every account. */
  plan: string
  keys: number
  accounts: number
  /** The first of the accounts with keys, those that need a person first. */
  shown: { account: string; keys: number; activeKeys: number; ifApplied: ApplyStep | null }[]
  why: string[]
  expiresAt: string
  /** One line that answers, also in CloudShell; null: the run's id does not belong in a command. */
  command: string | null
}

/** An organization run has ended, and its record is stored. */
export interface OrganizationEnded {
  kind: 'organization run finished' | 'organization run failed'
  runId: string
  /** null: not known. */
  hub: string | null
  status: OrganizationStatus
  /** null: the record is incomplete, so nobody can say. */
  counts: OrganizationRecord['counts'] | null
  /** Of a run in mode plan. */
  ifApplied: OrganizationRecord['ifApplied']
  /** Why it failed; null: it did not. */
  error: { name: string; message: string } | null
  /** The first of the accounts, those that failed the run first. Accounts that the run does not work on are not among them. */
  shown: RecordedAccount[]
  /** How many more there are. */
  more: number
  /** Of its record.json, as for a run. */
  recordSha256: string | null
  /** One line that shows the record; null: the run's id does not belong in a command. */
  command: string | null
}

export type Message = ApprovalWanted | RunEnded | OrganizationApprovalWanted | OrganizationEnded

/** What a subscription may filter by: the same for an organization run. */
export interface MessageAttributes {
  kind: ApprovalWanted['kind'] | RunEnded['kind']
  /** "waiting" while a plan waits for a person. */
  status: Status | OrganizationStatus | 'waiting'
}
