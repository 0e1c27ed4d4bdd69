// Takes the plan of an earlier run: the keys that a person has looked at, under the caps and the approval of today.

import { BEHIND_MILLISECONDS } from '../judge/clock.ts'
import { type DatedReport, heldAgainstNewer } from '../judge/previous-report.ts'
import type { StoredDecision } from '../model/documents/decision.ts'
import type { RunInput } from '../model/documents/input.ts'
import type { Next, Plan } from '../model/documents/plan.ts'
import type { UnmatchedExemptions } from '../model/documents/suspects.ts'
import { PlanRefused } from '../model/errors.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Witness } from '../model/key-events.ts'
import type { AdmittedChange } from './organization/admission.ts'
import { makePlan } from './plan.ts'

/** How old a plan may be when the run that takes it starts. */
const MAX_PLAN_DAYS = 7

/** What the store holds of the run whose plan is taken. Each is null if there is none. */
export interface PlanSource {
  input: RunInput | null
  stored: { plan: Plan; sha256: string } | null
  decision: StoredDecision | null
  /** Active keys by that run's report: the base of maxPercent. */
  activeKeys: number | null
  /** Of the event history that the run itself has read. */
  witness?: Witness
  /** The last report that a run made after that one has stored. */
  newer?: DatedReport | null
  /** The exemptions of the run that takes the plan which match no user of that report. */
  unmatchedExemptions: UnmatchedExemptions
  /** What the organization run lets this one change, and the sha256 of its documents; null: the run is one of its own. */
  admitted: (AdmittedChange & { bound: Plan['organization'] }) | null
}

/**
 * The run's own plan, of the keys of the plan that its input names. Deactivate key judges each of them again.
 * @throws PlanRefused if there is no such plan, if it is another or older than 7 days, and if a person decided on it
 */
export function takeStoredPlan(run: RunInput, source: PlanSource, now: Date): Plan {
  const { plan, sha256, activeKeys } = planOf(run, source)
  const { runId, account, mode, approval, policy } = run
  const { unmatchedExemptions, admitted, witness, newer } = source
  const leftOut = new Set(admitted?.leftOut)
  const stale = plan.keys
    .filter(({ accessKeyId }) => !leftOut.has(accessKeyId))
    .map((key) => (newer ? heldAgainstNewer(key, newer) : key))
  const facts = { runId, account, mode, approval, policy, stale, unlisted: plan.leftForNextRun, activeKeys }
  const made = makePlan({ ...facts, ...(witness && { witness }) }, now)
  const taken = { ...made, source: { run: plan.runId, sha256, unmatchedExemptions } }
  return admitted === null ? taken : { ...taken, organization: admitted.bound, next: nextUnasked(taken, admitted) }
}

/** In an organization run a person is asked once, about all accounts. A plan that this answer does not cover is not carried out. */
function nextUnasked({ next }: Plan, { isApproved }: AdmittedChange): Next {
  if (next !== 'approval') return next
  return isApproved ? 'deactivate' : 'record'
}

function planOf(run: RunInput, { input, stored, decision, activeKeys, admitted }: PlanSource) {
  const { apply } = run
  if (apply === null) throw new PlanRefused(`No plan taken: run ${run.runId} names no plan of an earlier run`)
  const refused = (why: string) => new PlanRefused(`Plan of run ${apply.run} not taken: ${why}`)
  if (input === null) throw refused('the run is not in this run store. To list its runs: keysweep show')
  if (stored === null || activeKeys === null) throw refused('the run has no plan. Start a new run: keysweep run')
  const { plan, sha256 } = stored
  if (input.account !== run.account || plan.account !== run.account)
    throw refused(`it is of account ${plan.account}, and this run is on account ${run.account}`)
  const listed = admitted?.source
  if (listed !== undefined && (apply.run !== listed.run || sha256 !== listed.plan))
    throw refused(
      `organization run ${run.organizationRun?.run} lists run ${listed.run} with sha256 ${listed.plan}; received ${sha256}`,
    )
  if (listed !== undefined && !isSurveyOf(run, input))
    throw refused(`it is no survey of organization run ${run.organizationRun?.run}`)
  if (plan.source !== null)
    throw refused(
      `it was itself taken from run ${plan.source.run}. To carry that plan out: keysweep apply ${plan.source.run}`,
    )
  if (apply.plan !== null && apply.plan !== sha256)
    throw refused(`its sha256 must be ${apply.plan}, and is ${sha256}. To see it: keysweep show ${apply.run}`)
  if (decision !== null && decision.answer !== 'expired')
    throw refused(
      `a person has answered "${decision.answer}" (${decision.by ?? 'unknown'}). Start a new run: keysweep run`,
    )
  const since = admitted?.since ?? plan.createdAt
  if (!isFresh(plan, since, run))
    throw refused(
      `it was ${since === plan.createdAt ? 'made' : 'approved'} at ${since}, and a plan may be at most ${MAX_PLAN_DAYS} days old. Start a new run: keysweep run`,
    )
  return { plan, sha256, activeKeys }
}

const isSurveyOf = ({ organizationRun }: RunInput, { organizationRun: source }: RunInput): boolean =>
  source !== null && source.phase === 'survey' && source.run === organizationRun?.run

/**
 * Clocks may differ by some minutes; a plan from later than that is not what a person looked at before the run. In an
 * organization run the days count from the answer: it may come on the last day of its term, and thousands of accounts take
 * their time. Each key is judged again before its write.
 */
function isFresh(plan: Plan, since: string, run: RunInput): boolean {
  const ageOf = (at: string) => (millisecondsOf(run.startedAt) ?? Number.NaN) - (millisecondsOf(at) ?? Number.NaN)
  return ageOf(plan.createdAt) >= -BEHIND_MILLISECONDS && ageOf(since) <= MAX_PLAN_DAYS * MILLISECONDS_PER_DAY
}
