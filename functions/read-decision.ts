// Read decision: runs after an answer and after the time-out. Only decision.json counts: a task token alone starts nothing.
import * as z from 'zod'
import { PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import { expired, keysToTake } from '../core/run/decision.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put, readStoredPlan } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws PlanRefused if the decision is for another plan, and what the run store throws */
export const makeReadDecision =
  ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  async (event: unknown) => {
    const { runId } = payload.parse(event)
    const stored = await readStoredPlan(store, runId)
    if (stored === null) throw new StoreDamaged(`Cannot read the decision of run ${runId}: it has no plan`)
    // The first write counts. An answer at the same time as the time-out is either stored or refused.
    const decision = await put(store, documents.decision(runId), expired(runId, stored.sha256, now()))
    if (decision.plan !== stored.sha256) {
      throw new PlanRefused(
        `Decision of run ${runId} refused: the plan has sha256 ${stored.sha256}, the decision is for ${decision.plan}`,
      )
    }
    const keys = keysToTake(stored.plan, stored.sha256, decision)
    return {
      next: keys.length > 0 ? 'deactivate' : 'record',
      sha256: stored.sha256,
      keys: keys.map(({ user, accessKeyId }) => ({ user, accessKeyId })),
    }
  }

export const handler = onLambda(makeReadDecision, storePort)
