// Takes an answer: writes decision.json once, then wakes the machine. A crash between the two is mended by asking again.
import { type Answer, isSameAnswer, readAnswer, strangers } from '../core/decision.ts'
import { MachineUnavailable } from '../core/errors.ts'
import type { StoredDecision } from '../core/model.ts'
import type { Plan } from '../core/plan.ts'
import { runKey, tokenPrefix } from '../io/run-store.ts'
import { type DecidePorts, type Person, type Response, reply } from './decide-reply.ts'
import { putJson, readDecision, readStoredPlan } from './stored.ts'

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
  if ((await ports.store.get(runKey(runId, 'record.json'))) !== null) return reply(410, { message: 'This run is over' })
  if ((await newestToken(ports, runId)) === null)
    return reply(409, { message: 'This run does not wait yet: ask again in a moment' })
  return decide(ports, runId, read.answer, person)
}

function refuse(answer: Answer, { plan, sha256 }: { plan: Plan; sha256: string }): Response | null {
  if (plan.next !== 'approval')
    return reply(410, { message: `This run waits for nobody: its next step was "${plan.next}"` })
  if (answer.plan !== sha256)
    return reply(409, { message: `Another plan: the run's has sha256 ${sha256}, received ${answer.plan}` })
  const unknown = strangers(answer, plan)
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
  const stands = await putJson(ports.store, runKey(runId, 'decision.json'), decision)
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
  const token = await newestToken(ports, runId)
  try {
    // A token that is used up means that the machine has gone on; it reads decision.json all the same.
    const woken = token !== null && (await ports.wake(token))
    return reply(200, { decision, woken })
  } catch (error) {
    if (!(error instanceof MachineUnavailable)) throw error
    return reply(503, {
      message: 'The answer is noted, but the machine could not be woken: send the same answer again',
      decision,
    })
  }
}

/** A retry of Ask for approval makes a new token, and only the newest is good. */
async function newestToken({ store }: DecidePorts, runId: string): Promise<string | null> {
  const newest = (await store.list(tokenPrefix(runId))).at(-1)
  return newest === undefined ? null : store.get(newest)
}
