// The status of a run: by the error that ended it, by the outcomes of its keys, or by the answer to its plan.
import { type DecisionAnswer, MODE_WRITES, type Outcome, type Status } from '../model/closed-sets.ts'
import type { StoredDecision } from '../model/documents/decision.ts'
import type { Plan } from '../model/documents/plan.ts'
import type { AnotherRunOpen, SwitchedOff } from '../model/errors.ts'
import { INTERRUPTED, type StateError } from './execution-end.ts'
import type { RecordParts } from './record.ts'

/** The errors that are no refusal. */
const STATUS_OF_ERROR: ReadonlyMap<string, Status> = new Map([
  [INTERRUPTED, 'interrupted'],
  ['AnotherRunOpen' satisfies AnotherRunOpen['name'], 'another run is open'],
  ['SwitchedOff' satisfies SwitchedOff['name'], 'switched off'],
])

/** The status of a run that ended with this error. Some keys may have failed before it. */
export function statusOfError({ Error: name }: StateError): Status {
  return STATUS_OF_ERROR.get(name) ?? 'refused'
}

/** @param outcomes of the keys that were handed on, or left out by a person */
export function statusOf(
  parts: Pick<RecordParts, 'error' | 'plan' | 'undo' | 'decision'>,
  outcomes: Outcome[],
): Status {
  const { error, plan } = parts
  const byError = error && statusOfError(error)
  if (byError !== null && byError !== 'refused') return byError
  const byOutcomes = statusOfOutcomes(outcomes)
  if (byOutcomes === STATUS_OF_OUTCOME.failed) return byOutcomes
  if (error !== null) return 'refused'
  if (parts.undo !== null) return byOutcomes
  if (plan === null) return 'refused'
  const answered = parts.decision && STATUS_OF_ANSWER[parts.decision.answer]
  return answered ?? (wentAhead(plan, parts.decision) ? byOutcomes : statusOfIdlePlan(plan.plan))
}

/** The status of a run by its keys' outcomes: the first outcome in this list that a key has. */
const STATUS_OF_OUTCOME = {
  failed: 'some keys failed',
  deactivated: 'deactivated',
  reactivated: 'reactivated',
  skipped: 'nothing to do',
} as const satisfies Record<Outcome, Status>

function statusOfOutcomes(outcomes: Outcome[]): Status {
  const had = new Set(outcomes)
  const first = (Object.keys(STATUS_OF_OUTCOME) as Outcome[]).find((outcome) => had.has(outcome))
  return STATUS_OF_OUTCOME[first ?? 'skipped']
}

/** The status of a run by the answer to its plan; null: its keys decide. */
const STATUS_OF_ANSWER: Record<DecisionAnswer, Status | null> = {
  approve: null,
  reject: 'rejected',
  expired: 'expired',
}

function statusOfIdlePlan(plan: Plan): Status {
  if (plan.keys.length === 0) return 'nothing to do'
  if (!MODE_WRITES[plan.mode]) return 'planned'
  return plan.approval === 'never' && plan.overCaps.length > 0 ? 'over cap' : 'approval needed'
}

/** Keys of the plan were handed on: straight from it, or by an approval. */
function wentAhead({ plan, sha256 }: NonNullable<RecordParts['plan']>, decision: StoredDecision | null): boolean {
  if (!MODE_WRITES[plan.mode]) return false
  return plan.next === 'deactivate' || (decision?.answer === 'approve' && decision.plan === sha256)
}
