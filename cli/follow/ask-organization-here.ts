// Asks for approval of an organization plan in the terminal in which the run was started. One question for all accounts.
import { plain } from '../../core/texts/plain.ts'

import { eventFor } from '../../local/local-person.ts'
import type { AskHere } from '../../local/question.ts'
import { organizationPlanIn } from '../../steps/run-documents.ts'
import { messageIn, readShownOrganization } from '../../views/decision-client.ts'
import { COMMAND } from '../render/answer-line.ts'
import { keysToChange, organizationPlanText } from '../render/organization-plan-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import { asAnswer, typedAnswer } from './ask-here.ts'

/** Asks until the plan is approved or rejected, here or elsewhere. */
export const makeAskOrganizationHere =
  ({ runId, terminal }: { runId: string; terminal: Terminal }): AskHere =>
  async (decide, person, signal) => {
    const ask = async (method: 'GET' | 'POST', path: string, body?: string) =>
      asAnswer(await decide(eventFor({ method, path, body }, person)))
    const answered = await ask('GET', `/organizations/${runId}`)
    const shown = readShownOrganization(
      { address: 'this terminal', only: runId, serves: 'organizations' as const, ask },
      answered,
    )
    const plan = organizationPlanIn(shown.plan.text, runId, shown.plan.sha256)
    const { stderr, env } = terminal
    const style = { columns: columnsOf(stderr), colours: coloursFor(stderr, env) }
    const { sha256 } = shown.plan
    const accountCommand = `${COMMAND} approve ${runId} --account <id>`
    stderr.write(`\n${organizationPlanText({ plan, sha256, leaveOut: [], accountCommand }, style)}`)
    const answer = await typedAnswer(keysToChange(plan), terminal, signal)
    if (answer === null) return
    const noted = await ask('POST', `/organizations/${runId}/decision`, JSON.stringify({ plan: sha256, answer }))
    if (noted.status !== 200) stderr.write(`${plain(messageIn(noted))}\n`)
  }
