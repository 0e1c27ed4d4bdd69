// What commands print with --json, beside the record and the answers of the decision API. Types of views and the schemas in
// docs/json/ are made from these.
import * as z from 'zod'
import { ACCOUNT_ENDS, MODES, ORGANIZATION_STATUSES, OUTCOMES, STATUSES } from './closed-sets.ts'
import { undo } from './documents/input.ts'
import { organizationInput } from './documents/organization-input.ts'
import { organizationRecord, recordedAccount } from './documents/organization-record.ts'
import { runRecord } from './documents/record.ts'

/** `show <run>`: its record. A run that is running has no end, and its record is so far. */
export const shownRecord = runRecord.extend({
  status: z.enum([...STATUSES, 'running']),
  endedAt: z.string().nullable(),
})

/** `show <organization run>`: the same. An account whose run is running, or did not begin, has no end. */
export const shownOrganizationRecord = organizationRecord.extend({
  status: z.enum([...ORGANIZATION_STATUSES, 'running']),
  endedAt: z.string().nullable(),
  accounts: z.array(recordedAccount.extend({ end: z.enum(ACCOUNT_ENDS).nullable() })),
})

/** A line of `show`. */
export const runListLine = z.object({
  runId: z.string(),
  startedAt: z.string().nullable(),
  account: z.string().nullable(),
  mode: z.enum(MODES).nullable(),
  /** null: it is no undo, or 0.1.0 wrote its record. */
  undo: undo.nullable(),
  /** null: no record, because the run is running or was interrupted. */
  status: z.enum(STATUSES).nullable(),
  counts: runRecord.shape.counts.nullable(),
  /** Why the run cannot be read. */
  unreadable: z.string().optional(),
})

export type RunListLine = z.infer<typeof runListLine>

/** A line of `show` for an organization run. The runs in its accounts have no lines. */
export const organizationListLine = z.object({
  runId: z.string(),
  startedAt: z.string().nullable(),
  /** The account that the run belongs to. */
  hub: z.string().nullable(),
  mode: z.enum(MODES).nullable(),
  /** null: it is no undo. */
  undo: organizationInput.shape.undo,
  /** null: no record, because the run is running or was interrupted. */
  status: z.enum(ORGANIZATION_STATUSES).nullable(),
  counts: organizationRecord.shape.counts.nullable(),
  /** Why the run cannot be read. */
  unreadable: z.string().optional(),
})

export type OrganizationListLine = z.infer<typeof organizationListLine>

/** What one run did to a key, or saw. */
const keyEvent = z.object({
  run: z.string(),
  /** The location of its run store. */
  store: z.string(),
  /** ISO 8601: of the outcome, or of the newest intent; "" if the run stored neither. */
  at: z.string(),
  /** `no outcome`: the run may have changed the key, and noted no result. `seen Active`: although a run had deactivated it. */
  what: z.enum([...OUTCOMES, 'no outcome', 'seen Active']),
  reason: z.string().nullable(),
  /** The run that this one undoes; null: it is not an undo. */
  undoOf: z.string().nullable(),
  /** Of a deactivation: the undo that set the key Active again. */
  undone: z.object({ run: z.string(), at: z.string() }).nullable(),
})

export type KeyEvent = z.infer<typeof keyEvent>

/** What all runs did to a key. */
const keyHistory = z.object({
  /** Oldest first. */
  history: z.array(keyEvent),
  /** The documents about the key that cannot be read, as sentences: the history lacks what they say. */
  unreadable: z.array(z.string()).optional(),
})

/** `show <key or user>`: for each key. */
export const keyStory = z.object({
  accessKeyId: z.string(),
  /** null: no document of the key names its user. */
  user: z.string().nullable(),
  ...keyHistory.shape,
})

export type KeyStory = z.infer<typeof keyStory>

const explainedKey = z.object({
  accessKeyId: z.string(),
  user: z.string(),
  /** "stale: unused since 2026-01-01" */
  verdict: z.string(),
  /** How a run may differ from this result, and what could not be checked. */
  note: z.array(z.string()),
  facts: z.array(z.object({ fact: z.string(), value: z.string(), from: z.string() })),
  /** The rows in order, up to the first match: the verdict of that row, null for the rows before it. */
  rows: z.array(z.object({ row: z.string(), fits: z.string().nullable() })),
})

export type Explained = z.infer<typeof explainedKey>

const runVerdict = z.object({
  run: z.string(),
  /** When the run ended; null: its record cannot be read. */
  at: z.string().nullable(),
  /** null: the record does not name the key: it was no suspect, its user is exempt, or it is newer than the run. */
  verdict: z.string().nullable(),
})

export type RunVerdict = z.infer<typeof runVerdict>

/** `explain <key>`; of a user, a list of these. */
export const explainedWithStory = explainedKey.extend(keyHistory.shape).extend({
  /** What the last runs on the account said of the key, at most five, the last one first. */
  lastRuns: z.array(runVerdict),
})

export type ExplainedWithStory = z.infer<typeof explainedWithStory>

/** `run`, `apply` and `undo` on a deployed machine whose run store is not named. */
export const endOfExecution = z.object({
  runId: z.string(),
  status: z.string(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
})

/** `stop` */
export const stopped = z.object({
  /** The ARN of the deployed machine; null: on this machine. */
  machine: z.string().nullable(),
  /** The schedules that start the machine, and what they were before. They are disabled now. */
  schedules: z.array(z.object({ name: z.string(), group: z.string(), was: z.enum(['ENABLED', 'DISABLED']) })),
  /** Undos that are open on the deployed machine. They are not stopped, because they give access back. */
  undos: z.array(z.string()),
  runs: z.array(
    z.object({
      runId: z.string(),
      /** The location of its run store; null: it was not named. */
      store: z.string().nullable(),
      /** `open`: the run goes on. `not known`: its lock cannot be read. Both are on this machine only. */
      state: z.enum(['stopped', 'open', 'not known']),
      /** Whether nothing that the run sent can still change a key. */
      settled: z.boolean(),
      /** null: not known. */
      status: z.union([z.enum(STATUSES), z.enum(ORGANIZATION_STATUSES)]).nullable(),
      /** null: not known, or it is an organization run. */
      counts: runRecord.shape.counts.nullable(),
      /** The command that undoes it; null: it changed no key, or is still open. */
      undo: z.string().nullable(),
    }),
  ),
  /** What could not be stopped, as sentences. */
  faults: z.array(z.string()),
})

export type Stopped = z.infer<typeof stopped>

/** `validate` */
export const validated = z.union([
  z.object({ valid: z.literal(true), file: z.string().nullable(), settings: z.record(z.string(), z.unknown()) }),
  z.object({ valid: z.literal(false), error: z.string() }),
])
