// Ask for approval: stores the task token under the protected prefix, and notifies people.
import * as z from 'zod'
import { PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import { approvalWanted } from '../core/notify/message.ts'
import { askedMetrics } from '../core/notify/metrics.ts'
import { tokenKey, tokenPrefix } from '../io/store/run-store.ts'
import { putQuestion } from '../steps/approval/ask.ts'
import { withPass } from '../steps/pass.ts'
import type { AskPort, Ports } from '../steps/ports.ts'
import { inForce, readDecision, readStoredPlan, type StoredPlan } from '../steps/run-documents.ts'
import { askPort } from './lambda/ask-port.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), token: z.string().min(1) })

type AskPorts = Pick<Ports, 'store' | 'now'> & AskPort

/**
 * A redrive of an aborted run gets here again, days after the plan: the message names the rest of the term.
 * @throws PassRefused; PlanRefused if the plan needs no approval; AlreadyDecided; ClockRefused if no answer would be accepted any more; NoticeFailed; and what the run store throws.
 *   The token is in no output, message, log or error.
 */
export const makeAskForApproval = (ports: AskPorts) =>
  withPass(ports, payload, async ({ runId, token }, input) => {
    const { store } = ports
    const { approvalDays } = inForce(input)
    const { plan, sha256 } = await planThatAsks(store, runId)
    const question = {
      ...{ runId, createdAt: plan.createdAt, approvalDays },
      tokenPrefix: tokenPrefix(runId),
      tokenKey: (n: number) => tokenKey(runId, n),
      readDecision: () => readDecision(store, runId),
    }
    const expiresAt = await putQuestion(ports, question, token)
    await ports.notify(approvalWanted(plan, sha256, expiresAt, ports.answerCommand(runId)))
    return { runId, expiresAt, metrics: askedMetrics() }
  })

/** Nobody is asked about a plan that no answer could let go ahead. */
async function planThatAsks(store: Ports['store'], runId: string): Promise<StoredPlan> {
  const stored = await readStoredPlan(store, runId)
  if (stored === null) throw new StoreDamaged(`Cannot ask for approval of run ${runId}: it has no plan`)
  if (stored.plan.next === 'approval') return stored
  throw new PlanRefused(`Cannot ask for approval of run ${runId}: the next step of its plan is "${stored.plan.next}"`)
}

export const handler = measured(onLambda(makeAskForApproval, storePort, askPort))
