// The documents of a run as types. Every instant is an ISO 8601 string in UTC ("2026-09-11T13:15:19Z"), because
// all of this is stored as JSON; `null` is "does not apply" or "not known", and the field's comment says which.
import type { Mode, Outcome, Status } from './closed-sets.ts'
import type { Decision } from './documents/decision.ts'
import type { Policy } from './policy.ts'
import type { DecidingRow } from './verdict.ts'

/** One key of record.json. `lastUsedAt: null` comes with a reason that says "never used" or "unknown". */
export type RecordedKey = RecordedKeyFields & DecidingRow

interface RecordedKeyFields {
  user: string
  accessKeyId: string | null
  createdAt: string | null
  lastUsedAt: string | null
  lastUsedService: string | null
  verdict: 'stale' | 'kept'
  /** The row and its values in words, for people. */
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
    leftForNextRun: number
  } & Record<Outcome, number>
  plan: { sha256: string; keys: number } | null
  decision: Decision | null
  error: { name: string; message: string } | null
  keys: RecordedKey[]
}
