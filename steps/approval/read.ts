// Whether a decision, or the lack of one, ends a question.
import { NotAnswered, PlanRefused } from '../../core/model/errors.ts'
import { answerUntil, isTermOver } from '../../core/run/decision.ts'

/** @throws PlanRefused */
export function refuseOtherPlan(runId: string, sha256: string, decision: { plan: string }): void {
  if (decision.plan === sha256) return
  throw new PlanRefused(
    `Decision of run ${runId} refused: the plan has sha256 ${sha256}, the decision is for ${decision.plan}`,
  )
}

/**
 * A task token can end the question early, so that nobody answered in time is only stored once the term is over.
 * @throws NotAnswered
 */
export function refuseBeforeTerm(runId: string, createdAt: string, approvalDays: number, now: Date): void {
  if (isTermOver(createdAt, approvalDays, now)) return
  throw new NotAnswered(
    `Run ${runId} has no answer, and its question ended before ${answerUntil(createdAt, approvalDays)}: Ask for approval failed, or somebody used its task token. See the execution's history. Start a new run.`,
  )
}
