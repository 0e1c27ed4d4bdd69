// Ask for approval: stores the task token under the protected prefix, and notifies people.
import * as z from 'zod'
import { AlreadyDecided, ClockRefused, PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import { approvalWanted } from '../core/notify/message.ts'
import { askedMetrics } from '../core/notify/metrics.ts'
import { answerUntil, isPastAnswering } from '../core/run/decision.ts'
import { tokenKey, tokenPrefix } from '../io/store/run-store.ts'
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
    const { approvalDays } = inForce(input)
    const { plan, sha256 } = await planThatAsks(ports.store, runId)
    const now = ports.now()
    const expiresAt = answerUntil(plan.createdAt, approvalDays, now)
    const late = isPastAnswering(plan.createdAt, approvalDays, now)
    if (!late) await storeToken(ports.store, runId, token)
    await refuseAnswered(ports.store, runId)
    if (late) throw tooLate(runId, expiresAt, now)
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

const tooLate = (runId: string, until: string, now: Date): ClockRefused =>
  new ClockRefused(
    `Clock refused: run ${runId} can be answered until ${until} and one hour more; this clock says ${now.toISOString()}. The run was resumed too late, or this clock is wrong.`,
  )

/** An answer between two attempts did not resume the run: its token was invalid. A later one finds the token of this attempt. */
async function refuseAnswered(store: Ports['store'], runId: string): Promise<void> {
  const decision = await readDecision(store, runId)
  if (decision !== null) throw new AlreadyDecided(`Run ${runId} was already answered at ${decision.at}`)
}

/** A retry has a new token, and stores it under the next number. If two write the same number, the second takes the next. */
async function storeToken(store: Ports['store'], runId: string, token: string): Promise<void> {
  let n = (await store.list(tokenPrefix(runId))).length
  let stored: string
  do {
    n += 1
    stored = (await store.put(tokenKey(runId, n), token)).text
  } while (stored !== token)
}

export const handler = measured(onLambda(makeAskForApproval, storePort, askPort))
