// Accepts an answer to a run or to an organization run: writes decision.json once, then resumes the machine. After a crash in
// between, the same answer can be sent again.

import { MODE_STOPS } from '../../core/model/closed-sets.ts'
import type { StoredDecision } from '../../core/model/documents/decision.ts'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { type Answer, isPastAnswering, isSameAnswer, readAnswer, unknownKeyIds } from '../../core/run/decision.ts'
import { listTokens } from '../../io/store/run-store.ts'
import { documents, isStored, put, readDecision, readInput, readStoredPlan } from '../run-documents.ts'
import { type DecidePorts, type Person, type Response, reply } from './reply.ts'

/** What of a decision every answer is held to. */
type Decided = Pick<StoredDecision, 'answer' | 'by' | 'at'>

/** What is answered, and where its documents are. */
export interface Subject<Decision extends Decided> {
  runId: string
  plan: { createdAt: string; next: string; sha256: string }
  /** The ids that the answer leaves out and that are not in the plan. */
  unknownIds: (answer: Answer) => Promise<string[]>
  readDecision: () => Promise<Decision | null>
  /** Writes the decision of this answer, unless there is one already. @returns the stored decision */
  decide: (answer: Answer, by: Answered) => Promise<Decision>
  isSame: (stored: Decision, answer: Answer) => boolean
  hasRecord: () => Promise<boolean>
  /** The keys of its tokens, the oldest first. */
  listTokens: () => Promise<string[]>
  approvalDays: () => Promise<number>
}

/** Of the stored decision: who gave the answer, and when. */
export interface Answered {
  by: string
  userId: string
  at: string
}

/** Answers a run. */
export const answerRun = (ports: DecidePorts, runId: string, body: string, person: Person): Promise<Response> =>
  answerTo(ports, runId, readAnswer(body), person, () => subjectOf(ports, runId))

async function subjectOf({ store }: DecidePorts, runId: string): Promise<Subject<StoredDecision> | null> {
  const stored = await readStoredPlan(store, runId)
  if (stored === null) return null
  const { plan, sha256 } = stored
  return {
    ...{ runId, plan: { createdAt: plan.createdAt, next: plan.next, sha256 } },
    unknownIds: async (answer) => unknownKeyIds(answer, plan),
    readDecision: () => readDecision(store, runId),
    decide: ({ plan, answer, reason, leaveOut }, answered) =>
      put(store, documents.decision(runId), {
        ...{ runId, plan, answer, reason, ...answered },
        leftOut: [...new Set(leaveOut)],
      }),
    isSame: isSameAnswer,
    hasRecord: () => isStored(store, documents.record(runId)),
    listTokens: () => listTokens(store, runId),
    approvalDays: async () => (await readInput(store, runId)).approvalDays,
  }
}

/** 200 answer stored; 400 malformed; 404 unknown; 409 another answer or plan, or switched off; 410 too late; 503 stored, but not resumed. */
export async function answerTo<Decision extends Decided>(
  ports: DecidePorts,
  runId: string,
  read: ReturnType<typeof readAnswer>,
  { arn, userId }: Person,
  subjectOf: () => Promise<Subject<Decision> | null>,
): Promise<Response> {
  if ('fault' in read) return reply(400, { message: read.fault })
  const subject = await subjectOf()
  if (subject === null) return reply(404, { message: `Run ${runId} not found, or it has no plan yet` })
  const refusal = await refuse(subject, read.answer)
  if (refusal !== null) return refusal
  const decision = await subject.readDecision()
  if (decision !== null) return answerBy(ports, subject, decision, read.answer)
  if (await subject.hasRecord()) return reply(410, { message: `Run ${runId} has ended` })
  if ((await subject.listTokens()).length === 0)
    return reply(409, { message: `Run ${runId} is not waiting for approval yet. Try again in a moment.` })
  const approvalDays = await subject.approvalDays()
  const { createdAt } = subject.plan
  if (isPastAnswering(createdAt, approvalDays, ports.now()))
    return reply(410, {
      message: `Too late: run ${runId} could be answered for ${approvalDays} days from ${createdAt}`,
    })
  if (read.answer.answer === 'approve' && ports.deployedMode !== undefined && MODE_STOPS[ports.deployedMode()])
    return reply(409, {
      message: `Answer refused: keysweep is switched off (mode: off), so run ${runId} may deactivate no key. Reject the plan, or set another mode and deploy.`,
    })
  // The first answer wins, even if two are sent at the same time.
  const stored = await subject.decide(read.answer, { by: arn, userId, at: ports.now().toISOString() })
  return answerBy(ports, subject, stored, read.answer)
}

async function refuse(
  { runId, plan, unknownIds }: Pick<Subject<Decided>, 'runId' | 'plan' | 'unknownIds'>,
  answer: Answer,
): Promise<Response | null> {
  if (plan.next !== 'approval')
    return reply(410, { message: `Run ${runId} needs no approval: its next step was "${plan.next}"` })
  if (answer.plan !== plan.sha256)
    return reply(409, {
      message: `Answer refused: the plan of run ${runId} has sha256 ${plan.sha256}, received ${answer.plan}`,
    })
  const unknown = await unknownIds(answer)
  if (unknown.length > 0)
    return reply(400, {
      message: `Answer refused: leaveOut has ids that are not in the plan: ${unknown.slice(0, 5).join(', ')}`,
    })
  return null
}

/** The response to an answer, now that a decision is stored: that of this answer, or an earlier one. */
async function answerBy<Decision extends Decided>(
  ports: DecidePorts,
  subject: Subject<Decision>,
  decision: Decision,
  answer: Answer,
): Promise<Response> {
  if (decision.answer === 'expired')
    return reply(410, { message: `Too late: approval of run ${subject.runId} expired at ${decision.at}`, decision })
  if (!subject.isSame(decision, answer)) {
    return reply(409, {
      message: `Already answered: ${decision.by} sent "${decision.answer}" at ${decision.at}. The first answer counts.`,
      decision,
    })
  }
  return wakeMachine(ports, subject, decision)
}

type Waiting = Pick<Subject<Decided>, 'hasRecord' | 'listTokens'>

async function wakeMachine(ports: DecidePorts, waiting: Waiting, decision: Decided): Promise<Response> {
  try {
    if (await wakeByEach(ports, waiting)) return reply(200, { decision, woken: true })
  } catch (error) {
    if (!(error instanceof MachineUnavailable)) throw error
    return reply(503, {
      message: 'The answer is stored, but the run could not be resumed. Send the same answer again.',
      decision,
    })
  }
  // No token is valid any more: the machine continued and still reads decision.json, or it was stopped and does not.
  const message = (await waiting.hasRecord())
    ? 'The run has already ended.'
    : 'The run was not waiting any more: it continued already, or was stopped.'
  return reply(200, { decision, woken: false, message })
}

/**
 * Sends every token of the run, the newest first: a retry of Ask for approval stores a new one, and which of them is valid
 * only Step Functions knows. @throws MachineUnavailable, after all of them were sent
 */
async function wakeByEach(ports: DecidePorts, { listTokens }: Waiting): Promise<boolean> {
  let isWoken = false
  let fault: MachineUnavailable | null = null
  for (const key of (await listTokens()).toReversed()) {
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
