// The record: the run's last word, joined from what the run store holds. Everything comes from the run store, except the
// error that ended a run: that comes from the state machine.

import { perOutcome } from '../model/closed-sets.ts'
import type { Decision, StoredDecision } from '../model/documents/decision.ts'
import type { RunInput } from '../model/documents/input.ts'
import type { Intent, KeyOutcome } from '../model/documents/key.ts'
import type { Plan } from '../model/documents/plan.ts'
import type { RecordedDocument, RecordedKey, RecordedKeyEvents, RunRecord } from '../model/documents/record.ts'
import type { UnmatchedExemptions } from '../model/documents/suspects.ts'
import type { UndoPlan } from '../model/documents/undo.ts'
import type { NoSecondWitness } from '../model/errors.ts'
import type { Policy } from '../model/policy.ts'
import { type KeyVerdict, rowAndValues } from '../model/verdict.ts'
import { LEFT_FOR_NEXT_RUN, outcomeReasonText } from '../texts/outcome-text.ts'
import { keysToTake } from './decision.ts'
import { INTERRUPTED, messageOf, type StateError } from './execution-end.ts'
import { statusOf } from './run-status.ts'

/** suspects.json without its list: what the record says of the report. */
export interface ReportSummary {
  generatedAt: string
  sha256: string
  users: number
  suspects: number
  activeKeys: number
  activeKeysInUse: number
  unmatchedExemptions: UnmatchedExemptions
}

/** A planned key with its documents in the store. */
export interface KeyHistory {
  accessKeyId: string
  intent: Intent | null
  outcome: KeyOutcome | null
}

export interface RecordParts {
  runId: string
  startedAt: string
  endedAt: string
  /** null where the run was refused before it was written. */
  input: Pick<RunInput, 'account' | 'caller' | 'mode' | 'policy' | 'undo' | 'apply' | 'organizationRun'> | null
  report: ReportSummary | null
  verdicts: KeyVerdict[]
  plan: { plan: Plan; sha256: string } | null
  decision: StoredDecision | null
  /** The keys that the run was to reactivate; null: it was no undo. */
  undo: UndoPlan | null
  keyEvents: RecordedKeyEvents | null
  histories: KeyHistory[]
  documents: RecordedDocument[]
  /** A document could not be read, so the other parts are missing. */
  incomplete: boolean
  error: StateError | null
}

/** Records of 0.1.0 do not say it: an undo has keys, and neither a report nor a plan of its own. */
export const isUndo = ({ undo, report, plan, keys }: Pick<RunRecord, 'undo' | 'report' | 'plan' | 'keys'>): boolean =>
  undo !== null || (report === null && plan === null && keys.length > 0)

/** Credentials know the alias of their own account. */
const aliasOf = (input: RecordParts['input']): string | null =>
  input !== null && input.caller.account === input.account ? input.caller.accountAlias : null

/** The name of the error by which Read key events ends a run. */
const NO_SECOND_WITNESS = 'NoSecondWitness' satisfies NoSecondWitness['name']

/** Joins the parts into the record. Pure; every planned key of a run that went ahead ends in exactly one outcome. */
export function makeRecord(parts: RecordParts): RunRecord {
  const { runId, startedAt, endedAt, input, report, plan, decision, error } = parts
  const outcomes = outcomesOf(parts)
  const lines = linesOf(parts)
  const keys = lines.map((line) => toRecordedKey(line, outcomes, plan?.plan ?? null))
  return {
    runId,
    account: input?.account ?? null,
    accountAlias: aliasOf(input),
    mode: input?.mode ?? null,
    undo: input?.undo ?? null,
    apply: input?.apply ?? null,
    organizationRun: input?.organizationRun ?? null,
    status: statusOf(
      parts,
      [...outcomes.values()].map(({ outcome }) => outcome),
    ),
    startedAt,
    endedAt,
    report: report && { generatedAt: report.generatedAt, sha256: report.sha256, users: report.users },
    policy: (input?.policy ?? null) satisfies Policy | null,
    unmatchedExemptions: (report ?? plan?.plan.source)?.unmatchedExemptions ?? { users: [], paths: [] },
    counts: count(parts, keys),
    plan: plan && { sha256: plan.sha256, keys: plan.plan.keys.length },
    ifApplied: plan && ifAppliedOf(plan.plan),
    decision: decision && shownDecision(decision),
    keyEvents: parts.keyEvents,
    incomplete: parts.incomplete,
    error: error && { name: error.Error, message: messageOf(error) },
    documents: parts.documents,
    keys,
  }
}

const ifAppliedOf = ({ ifApplied: step, approvalReasons: why }: Plan): RunRecord['ifApplied'] => step && { step, why }

type RecordedOutcome = Pick<KeyOutcome, 'outcome' | 'reason' | 'at'>

/** The outcome of every key that was handed to Deactivate key or Reactivate key, or was left out of it by a person. */
function outcomesOf({ plan, decision, undo, histories, error }: RecordParts): Map<string, RecordedOutcome> {
  const taken = undo?.keys ?? (plan && keysToTake(plan.plan, plan.sha256, decision))
  const ids = new Set(taken?.map((key) => key.accessKeyId))
  const handedOn = histories
    .filter((history) => ids.has(history.accessKeyId))
    .map((history) => [history.accessKeyId, outcomeOf(history, error)] as const)
  const spared = decision?.answer === 'approve' ? decision.leftOut.map((id) => [id, leftOutBy(decision)] as const) : []
  return new Map([...handedOn, ...spared])
}

const leftOutBy = ({ by, at }: StoredDecision): RecordedOutcome => ({
  outcome: 'skipped',
  reason: outcomeReasonText({ why: 'left-out', by }),
  at,
})

const shownDecision = ({ answer, by, at, reason, leftOut }: StoredDecision): Decision => ({
  answer,
  by,
  at,
  reason,
  leftOut,
})

/** An undo, or a run that takes a stored plan, judges nothing before the write: its lines are those of the earlier plan. */
function linesOf({ undo, plan, verdicts }: RecordParts): KeyVerdict[] {
  const earlier = undo?.keys ?? (plan === null || plan.plan.source === null ? null : plan.plan.keys)
  return earlier === null ? verdicts : earlier.map((key) => ({ ...key, verdict: 'stale', staleOn: null }))
}

function outcomeOf({ intent, outcome }: KeyHistory, error: StateError | null): RecordedOutcome {
  if (outcome !== null) return outcome
  // The record of an interrupted run is written by the process that stopped it. It knows that a key without an intent was
  // not changed.
  if (error?.Error === INTERRUPTED && intent === null)
    return { outcome: 'skipped', reason: outcomeReasonText({ why: 'interrupted', when: 'before' }), at: '' }
  // Read key events ends the run before any key is handed on, also after an approval.
  if (error?.Error === NO_SECOND_WITNESS && intent === null)
    return { outcome: 'skipped', reason: outcomeReasonText({ why: 'no-second-witness' }), at: '' }
  return { outcome: 'failed', reason: outcomeReasonText({ why: 'no-outcome' }), at: '' }
}

function toRecordedKey(verdict: KeyVerdict, outcomes: Map<string, RecordedOutcome>, plan: Plan | null): RecordedKey {
  const { user, accessKeyId, createdAt, lastUsedAt, lastUsedService, lastUsedRegion, reason, staleOn, owner } = verdict
  const recorded = (accessKeyId !== null && outcomes.get(accessKeyId)) || null
  const left = verdict.verdict === 'stale' && plan !== null && !plan.keys.some((key) => key.accessKeyId === accessKeyId)
  return {
    user,
    accessKeyId,
    createdAt,
    lastUsedAt,
    lastUsedService,
    lastUsedRegion,
    verdict: verdict.verdict,
    ...rowAndValues(verdict),
    reason,
    staleOn,
    owner,
    ...(verdict.exemptionEnded && { exemptionEnded: verdict.exemptionEnded }),
    outcome: recorded?.outcome ?? null,
    outcomeReason: recorded?.reason ?? (left ? LEFT_FOR_NEXT_RUN : null),
    at: recorded?.at || null,
    leftForNextRun: left && recorded === null,
  }
}

function count({ report, plan }: RecordParts, keys: RecordedKey[]): RunRecord['counts'] {
  const stale = keys.filter((key) => key.verdict === 'stale').length
  return {
    users: report?.users ?? 0,
    suspects: report?.suspects ?? 0,
    activeKeys: report?.activeKeys ?? 0,
    stale,
    // Keys of users who are not suspects are kept by the report, and are not among the keys.
    kept: keys.length - stale + (plan === null ? 0 : (report?.activeKeysInUse ?? 0)),
    ...perOutcome((outcome) => keys.filter((key) => key.outcome === outcome).length),
    leftForNextRun: plan?.plan.leftForNextRun ?? 0,
  }
}
