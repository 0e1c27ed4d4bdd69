// Make plan: makes a plan from the slices of verdicts, checks it against the caps, and writes it once.
import * as z from 'zod'
import { exemptionInReport } from '../core/judge/exemption.ts'
import { judgeAgain } from '../core/judge/judge-again.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Plan } from '../core/model/documents/plan.ts'
import type { Slice } from '../core/model/documents/slice.ts'
import type { StoredSuspects } from '../core/model/documents/suspects.ts'
import { FactsUnreadable, StoreDamaged } from '../core/model/errors.ts'
import type { Policy } from '../core/model/policy.ts'
import { planMetrics } from '../core/notify/metrics.ts'
import { makePlan } from '../core/run/plan.ts'
import { nextStep } from '../steps/next-step.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { inForce, putPlan, readEvents, readSlices, readStoredPlan, readSuspects } from '../steps/run-documents.ts'
import { eventsOfPlan, refuseWithoutWitness } from '../steps/second-witness.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

/** A run that cannot read more than this share of the suspects must fail. */
export const MAX_UNREADABLE_PERCENT = 5

const payload = z.object({ runId: z.string() })

/** @throws PassRefused | FactsUnreadable | PlanRefused | NoSecondWitness, and what the run store throws. */
export const makeMakePlan = ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  withPass({ store }, payload, async ({ runId }, input) => {
    const suspects = await readSuspects(store, runId)
    const stored =
      (await readStoredPlan(store, runId)) ??
      (await putPlan(store, await draftPlan(store, inForce(input), suspects, now())))
    return { ...nextStep(stored), metrics: planMetrics(stored.plan, suspects.generatedAt) }
  })

async function draftPlan(store: Ports['store'], input: RunInput, suspects: StoredSuspects, now: Date): Promise<Plan> {
  const { runId, mode, approval, policy, account } = input
  const [slices, events] = await Promise.all([readSlices(store, runId), readEvents(store, runId).then(eventsOfPlan)])
  refuseWithoutWitness(input, events.witness)
  refuseGaps(slices, suspects)
  refuseBlindness(slices, suspects, policy)
  const stale = slices.flatMap((slice) => judgeAgain(slice, events, input).stale)
  const activeKeys = suspects.activeKeysNotExempt ?? suspects.activeKeys
  return makePlan({ runId, account, mode, approval, policy, stale, activeKeys, witness: events.witness }, now)
}

/** The slices must cover the suspects without a gap, or some keys were never checked. */
function refuseGaps(slices: Slice[], { list }: StoredSuspects): void {
  const end = slices.reduce((reached, slice) => (slice.from === reached ? slice.to : Number.NaN), 0)
  if (end === list.length) return
  throw new StoreDamaged(
    `Cannot make a plan: the verdicts must cover all ${list.length} suspects; received slices ${slices.map(({ from, to }) => `${from}-${to}`).join(', ')}`,
  )
}

/** Suspects who are exempt by name or path were not read. */
function refuseBlindness(slices: Slice[], { list }: StoredSuspects, policy: Policy): void {
  const unreadable = slices.flatMap((slice) => slice.unreadable)
  const read = list.filter((suspect) => exemptionInReport(suspect, policy) === null).length
  if (unreadable.length * 100 <= read * MAX_UNREADABLE_PERCENT) return
  throw new FactsUnreadable(
    `Cannot read the facts of ${unreadable.length} of ${read} suspects; at most ${MAX_UNREADABLE_PERCENT} % may be unreadable. The first: ${unreadable[0]?.error}: ${unreadable[0]?.message}`,
  )
}

export const handler = measured(onLambda(makeMakePlan, storePort))
