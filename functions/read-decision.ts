// Read decision: runs after an answer, and after every other end of the question. Only decision.json counts: a task token
// alone starts nothing.
import * as z from 'zod'
import type { StoredDecision } from '../core/model/documents/decision.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import { expired, keysToTake } from '../core/run/decision.ts'
import { refuseBeforeTerm, refuseOtherPlan } from '../steps/approval/read.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put, readDecision, readEvents, readStoredPlan, type StoredPlan } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

type DecisionPorts = Pick<Ports, 'store' | 'now'>

/**
 * @throws PassRefused; PlanRefused if the decision is for another plan; NotAnswered if there is none before the end of the
 *   term; and what the run store throws
 */
export const makeReadDecision = (ports: DecisionPorts) =>
  withPass(ports, payload, async ({ runId }, input) => {
    const stored = await readStoredPlan(ports.store, runId)
    if (stored === null) throw new StoreDamaged(`Cannot read the decision of run ${runId}: it has no plan`)
    const decision = (await readDecision(ports.store, runId)) ?? (await expire(ports, input, stored))
    refuseOtherPlan(runId, stored.sha256, decision)
    const keys = keysToTake(stored.plan, stored.sha256, decision)
    return {
      next: keys.length > 0 ? 'deactivate' : 'record',
      sha256: stored.sha256,
      keys: keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })),
      readEvents: keys.length > 0 && (await areEventsOld(ports, runId)),
    }
  })

/** Key events count for an hour: a person may have reactivated a key while the plan waited. */
const EVENTS_MILLISECONDS = 60 * 60_000

async function areEventsOld({ store, now }: DecisionPorts, runId: string): Promise<boolean> {
  const last = (await readEvents(store, runId)).at(-1)
  return now().getTime() - (millisecondsOf(last?.to) ?? 0) > EVENTS_MILLISECONDS
}

/**
 * Stores that nobody answered in time. The first write counts: an answer at the same time as the end of the term is either
 * stored or refused.
 * @throws NotAnswered
 */
async function expire(
  { store, now }: DecisionPorts,
  { runId, approvalDays }: RunInput,
  { plan, sha256 }: StoredPlan,
): Promise<StoredDecision> {
  const at = now()
  refuseBeforeTerm(runId, plan.createdAt, approvalDays, at)
  return put(store, documents.decision(runId), expired(runId, sha256, at))
}

export const handler = onLambda(makeReadDecision, storePort)
