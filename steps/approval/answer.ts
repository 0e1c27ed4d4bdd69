// Takes an answer: writes decision.json once, then wakes the machine. A crash between the two is mended by asking again.

import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { type Answer, isPastAnswering, isSameAnswer, readAnswer, unknownKeyIds } from '../../core/run/decision.ts'
import { tokenPrefix } from '../../io/store/run-store.ts'
import { documents, isStored, put, readDecision, readInput, readStoredPlan } from '../run-documents.ts'
import { type DecidePorts, type Person, type Response, reply } from './reply.ts'

/** 200 the answer stands; 400 malformed; 404 unknown; 409 another answer or plan; 410 over; 503 noted but not woken. */
export async function answerRun(ports: DecidePorts, runId: string, body: string, person: Person): Promise<Response> {
  const read = readAnswer(body)
  if ('fault' in read) return reply(400, { message: read.fault })
  const stored = await readStoredPlan(ports.store, runId)
  if (stored === null) return reply(404, { message: 'No such run, or it has no plan yet' })
  const refusal = refuse(read.answer, stored)
  if (refusal !== null) return refusal
  const stands = await readDecision(ports.store, runId)
  if (stands !== null) return answerAgain(ports, runId, stands, read.answer)
  if (await isStored(ports.store, documents.record(runId))) return reply(410, { message: 'This run is over' })
  if ((await tokens(ports, runId)).length === 0)
    return reply(409, { message: 'This run does not wait yet: ask again in a moment' })
  const { approvalDays } = await readInput(ports.store, runId)
  if (isPastAnswering(stored.plan.createdAt, approvalDays, ports.now()))
    return reply(410, { message: `The time to answer is up: ${approvalDays} days from ${stored.plan.createdAt}` })
  return decide(ports, runId, read.answer, person)
}

function refuse(answer: Answer, { plan, sha256 }: { plan: Plan; sha256: string }): Response | null {
  if (plan.next !== 'approval')
    return reply(410, { message: `This run waits for nobody: its next step was "${plan.next}"` })
  if (answer.plan !== sha256)
    return reply(409, { message: `Another plan: the run's has sha256 ${sha256}, received ${answer.plan}` })
  const unknown = unknownKeyIds(answer, plan)
  if (unknown.length > 0)
    return reply(400, {
      message: `Answer refused: leaveOut holds keys of the plan alone, received ${unknown.slice(0, 5).join(', ')}`,
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
  // The first answer wins, also of two in the same instant.
  const stands = await put(ports.store, documents.decision(runId), decision)
  return answerAgain(ports, runId, stands, answer)
}

async function answerAgain(
  ports: DecidePorts,
  runId: string,
  stands: StoredDecision,
  answer: Answer,
): Promise<Response> {
  if (stands.answer === 'expired')
    return reply(410, { message: `Nobody answered in time: the question ended at ${stands.at}`, decision: stands })
  if (!isSameAnswer(stands, answer)) {
    return reply(409, {
      message: `${stands.by} answered "${stands.answer}" at ${stands.at}, and the first answer stands`,
      decision: stands,
    })
  }
  return wakeMachine(ports, runId, stands)
}

async function wakeMachine(ports: DecidePorts, runId: string, decision: StoredDecision): Promise<Response> {
  try {
    if (await wakeByAny(ports, runId)) return reply(200, { decision, woken: true })
  } catch (error) {
    if (!(error instanceof MachineUnavailable)) throw error
    return reply(503, {
      message: 'The answer is noted, but the machine could not be woken: send the same answer again',
      decision,
    })
  }
  // Tokens that are used up mean that the machine has gone on, and then it reads decision.json all the same; or that it
  // was stopped, and nobody will read it.
  const over = await isStored(ports.store, documents.record(runId))
  const message = over
    ? 'The run is over already.'
    : 'Nothing waited for this any more: the run has gone on already, or it was stopped.'
  return reply(200, { decision, woken: false, message })
}

/** A retry of Ask for approval makes a new token, which is good; one that a call put there which came late is not. */
async function wakeByAny(ports: DecidePorts, runId: string): Promise<boolean> {
  for (const key of (await tokens(ports, runId)).toReversed()) {
    const token = await ports.store.get(key)
    if (token !== null && (await ports.wake(token))) return true
  }
  return false
}

/** The keys of the run's tokens, the oldest first. */
const tokens = ({ store }: DecidePorts, runId: string): Promise<string[]> => store.list(tokenPrefix(runId))
