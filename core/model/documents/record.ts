// runs/<id>/record.json: the run's last word. What does not apply is null.
import * as z from 'zod'
import { APPLY_STEPS, MODES, OUTCOMES, perOutcome, STATUSES } from '../closed-sets.ts'
import { otherSweeper, witness } from '../key-events.ts'
import { type Policy, storedPolicy } from '../policy.ts'
import { saysLeftForNextRun } from '../reasons-0.1.0.ts'
import { decidingRow, judgedLine, withDecidingRow } from '../verdict.ts'
import { decision } from './decision.ts'
import { document } from './document.ts'
import { apply, ofOrganizationRun, undo } from './input.ts'
import { unmatchedExemptions } from './suspects.ts'

/** One key. `lastUsedAt: null` comes with a reason that says "never used" or "unknown". */
const recordedKey = withDecidingRow(
  z.object({
    ...judgedLine,
    /** null: never used, not known, or 0.1.0 wrote the record. */
    lastUsedRegion: z.string().nullable().default(null),
    outcome: z.enum(OUTCOMES).nullable(),
    outcomeReason: z.string().nullable(),
    /** When the outcome was noted. */
    at: z.string().nullable(),
    /** Stale, and the run's plan had no room for it. */
    leftForNextRun: z.boolean().optional(),
  }),
  decidingRow,
).transform((key) => ({ ...key, leftForNextRun: key.leftForNextRun ?? saysLeftForNextRun(key.outcomeReason) }))

export type RecordedKey = z.infer<typeof recordedKey>

export const recordedDocument = z.object({
  /** Its key in the run store. */
  key: z.string(),
  /** Of its bytes, in hex. */
  sha256: z.string(),
})

export type RecordedDocument = z.infer<typeof recordedDocument>

/** CloudTrail's event history: whether it is a witness, and which other keysweep changed keys of the account. */
const keyEvents = z.object({
  witness,
  otherSweepers: z.array(otherSweeper),
})

export type RecordedKeyEvents = z.infer<typeof keyEvents>

/** As the run's input had it, also one of a later version. */
const policy: z.ZodType<Policy> = storedPolicy

export const runRecord = document({
  runId: z.string(),
  account: z.string().nullable(),
  /** null: the account has none, it is not known, or 0.1.0 wrote the record. */
  accountAlias: z.string().nullable().default(null),
  mode: z.enum(MODES).nullable(),
  /** The run that this one undoes; null: it is not an undo, or 0.1.0 wrote it. */
  undo: undo.nullable().default(null),
  /** Whose plan this run carried out; null: its own, or none. */
  apply: apply.nullable().default(null),
  /** Of which organization run this one was a part; null: of none, or an earlier version wrote it. */
  organizationRun: ofOrganizationRun.nullable().default(null),
  status: z.enum(STATUSES),
  startedAt: z.string(),
  endedAt: z.string(),
  report: z.object({ generatedAt: z.string(), sha256: z.string(), users: z.number() }).nullable(),
  policy: policy.nullable(),
  unmatchedExemptions,
  counts: z.object({
    users: z.number(),
    suspects: z.number(),
    activeKeys: z.number(),
    stale: z.number(),
    kept: z.number(),
    leftForNextRun: z.number(),
    ...perOutcome(() => z.number()),
  }),
  plan: z.object({ sha256: z.string(), keys: z.number() }).nullable(),
  /**
   * What applying the plan does first, also in mode `plan`, and why it does not just go; null: there was no plan, no key
   * was stale, or 0.1.0 wrote it.
   */
  ifApplied: z
    .object({ step: z.enum(APPLY_STEPS), why: z.array(z.string()) })
    .nullable()
    .default(null),
  decision: decision.nullable(),
  /** null: the run read no key events, as an undo and every run of an earlier version. */
  keyEvents: keyEvents.nullable().default(null),
  /** A document could not be read: the record has no keys and no counts, whatever the run changed. */
  incomplete: z.boolean().default(false),
  error: z.object({ name: z.string(), message: z.string() }).nullable(),
  /** The run's other documents as they were when they were joined, by key. 0.1.0 listed none. */
  documents: z.array(recordedDocument).default([]),
  keys: z.array(recordedKey),
})

export type RunRecord = z.infer<typeof runRecord>
