// Asks for approval in the terminal in which the run was started. Plan, confirmation and decision API are those of `keysweep approve`.
import { answerUntil } from '../../core/run/decision.ts'
import { readPlan } from '../../core/run/plan.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import { eventFor } from '../../local/local-person.ts'
import type { AskHere } from '../../local/question.ts'
import type { Response } from '../../steps/approval/reply.ts'
import { messageIn, readShown } from '../../views/decision-client.ts'
import { planText } from '../render/plan-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import { typedLine } from '../render/typed-line.ts'

/** Asks until the plan is approved or rejected, here or elsewhere. */
export const makeAskHere =
  ({ runId, terminal }: { runId: string; terminal: Terminal }): AskHere =>
  async (decide, person, signal) => {
    const ask = async (method: 'GET' | 'POST', path: string, body?: string) =>
      asAnswer(await decide(eventFor({ method, path, body }, person)))
    const shown = readShown(
      { address: 'this terminal', only: runId, serves: 'runs', ask },
      await ask('GET', `/runs/${runId}`),
    )
    const plan = readPlan(shown.plan.text, runId, shown.plan.sha256)
    const { stderr, env } = terminal
    const style = { columns: columnsOf(stderr), colours: coloursFor(stderr, env) }
    const { sha256 } = shown.plan
    stderr.write(
      `\n${planText({ plan, sha256, answerUntil: answerUntil(plan.createdAt, shown.approvalDays), leaveOut: [] }, style)}`,
    )
    const answer = await typedAnswer(plan.keys.length, terminal, signal)
    if (answer === null) return
    const answered = await ask('POST', `/runs/${runId}/decision`, JSON.stringify({ plan: sha256, answer }))
    if (answered.status !== 200) stderr.write(`${plain(messageIn(answered))}\n`)
  }

export const asAnswer = ({ statusCode, body }: Response) => ({ status: statusCode, body: JSON.parse(body) })

/** null if the plan was answered elsewhere, or the input has ended. */
export async function typedAnswer(keys: number, terminal: Terminal, signal: AbortSignal) {
  const ask = `To deactivate ${keysOf(keys)}, type ${keys}. To reject, type reject: `
  for (let before = ''; ; ) {
    const typed = await typedLine(terminal, `\n${before}${ask}`, signal)
    if (typed === null) return null
    if (typed === String(keys)) return 'approve'
    if (typed === 'reject') return 'reject'
    before = `Received ${JSON.stringify(plain(typed))}: no answer is sent.\n`
  }
}
