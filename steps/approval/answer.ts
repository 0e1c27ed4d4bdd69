// Accepts an answer: writes decision.json once, then resumes the machine. After a crash in between, the same answer can be
// sent again.

import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { type Answer, isPastAnswering, isSameAnswer, readAnswer, unknownKeyIds } from '../../core/run/decision.ts'
import { listTokens } from '../../io/store/run-store.ts'
import { documents, isStored, put, readDecision, readInput, readStoredPlan } from '../run-documents.ts'
import { type DecidePorts, type Person, type Response, reply } from './reply.ts'

/** 200 answer stored; 400 malformed; 404 unknown; 409 another answer or plan; 410 too late; 503 stored, but not resumed. */
export async function answerRun(ports: DecidePorts, runId: string, body: string, person: Person): Promise<Response> {
  const read = readAnswer(body)
  if ('fault' in read) return reply(400, { message: read.fault })
  const stored = await readStoredPlan(ports.store, runId)
  if (stored === null) return reply(404, { message: `Run ${runId} not found, or it has no plan yet` })
  const refusal = refuse(read.answer, stored)
  if (refusal !== null) return refusal
  const decision = await readDecision(ports.store, runId)
  if (decision !== null) return answerBy(ports, runId, decision, read.answer)
  if (await isStored(ports.store, documents.record(runId))) return reply(410, { message: `Run ${runId} has ended` })
  if ((await listTokens(ports.store, runId)).length === 0)
    return reply(409, { message: `Run ${runId} is not waiting for approval yet. Try again in a moment.` })
  const { approvalDays } = await readInput(ports.store, runId)
  if (isPastAnswering(stored.plan.createdAt, approvalDays, ports.now()))
    return reply(410, {
      message: `Too late: run ${runId} could be answered for ${approvalDays} days from ${stored.plan.createdAt}`,
    })
  return decide(ports, runId, read.answer, person)
}

function refuse(answer: Answer, { plan, sha256 }: { plan: Plan; sha256: string }): Response | null {
  if (plan.next !== 'approval')
    return reply(410, { message: `Run ${plan.runId} needs no approval: its next step was "${plan.next}"` })
  if (answer.plan !== sha256)
    return reply(409, {
      message: `Answer refused: the plan of run ${plan.runId} has sha256 ${sha256}, received ${answer.plan}`,
    })
  const unknown = unknownKeyIds(answer, plan)
  if (unknown.length > 0)
    return reply(400, {
      message: `Answer refused: leaveOut has keys that are not in the plan: ${unknown.slice(0, 5).join(', ')}`,
    })
  return null
}

async function decide(ports: DecidePorts, runId: string, answer: Answer, { arn, userId }: Person): Promise<Response> {
  const decision: StoredDecision = {
    runId,
    plan: answer.plan,
    answer: answer.answer,
    by: arn,
    userId,
    at: ports.now().toISOString(),
    reason: answer.reason,
    leftOut: [...new Set(answer.leaveOut)],
  }
  // The first answer wins, even if two are sent at the same time.
  const stored = await put(ports.store, documents.decision(runId), decision)
  return answerBy(ports, runId, stored, answer)
}

/** The response to an answer, now that a decision is stored: that of this answer, or an earlier one. */
async function answerBy(
  ports: DecidePorts,
  runId: string,
  decision: StoredDecision,
  answer: Answer,
): Promise<Response> {
  if (decision.answer === 'expired')
    return reply(410, { message: `Too late: approval of run ${runId} expired at ${decision.at}`, decision })
  if (!isSameAnswer(decision, answer)) {
    return reply(409, {
      message: `Already answered: ${decision.by} sent "${decision.answer}" at ${decision.at}. The first answer counts.`,
      decision,
    })
  }
  return wakeMachine(ports, runId, decision)
}

async function wakeMachine(ports: DecidePorts, runId: string, decision: StoredDecision): Promise<Response> {
  try {
    if (await wakeByEach(ports, runId)) return reply(200, { decision, woken: true })
  } catch (error) {
    if (!(error instanceof MachineUnavailable)) throw error
    return reply(503, {
      message: 'The answer is stored, but the run could not be resumed. Send the same answer again.',
      decision,
    })
  }
  // No token is valid any more: the machine continued and still reads decision.json, or it was stopped and does not.
  const hasEnded = await isStored(ports.store, documents.record(runId))
  const message = hasEnded
    ? 'The run has already ended.'
    : 'The run was not waiting any more: it continued already, or was stopped.'
  return reply(200, { decision, woken: false, message })
}

/**
 * Sends every token of the run, the newest first: a retry of Ask for approval stores a new one, and which of them is valid
 * only Step Functions knows. @throws MachineUnavailable, after all of them were sent
 */
async function wakeByEach(ports: DecidePorts, runId: string): Promise<boolean> {
  let isWoken = false
  let fault: MachineUnavailable | null = null
  for (const key of (await listTokens(ports.store, runId)).toReversed()) {
    const token = await ports.store.get(key)
    try {
      isWoken = (token !== null && (await ports.wake(token))) || isWoken
    } catch (error) {
      if (!(error instanceof MachineUnavailable)) throw error
      fault ??= error
    }
  }
  if (fault !== null) throw fault
  return isWoken
}
