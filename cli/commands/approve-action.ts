// keysweep approve: what waits for a person, and one person's answer to it. The answer names the plan by the hash of what
// was shown, so that it cannot be taken for an answer to anything else.

import type { NotedAnswer, ShownRun, WaitingList } from '../../core/model/decision-api.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { type Answer, answerUntil } from '../../core/run/decision.ts'
import { planHash, readPlan } from '../../core/run/plan.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { plain, plainJson } from '../../core/texts/plain.ts'
import { CannotAsk, NotCounted, UsageError } from '../../local/errors.ts'
import {
  type DecisionApi,
  messageIn,
  readNoted,
  readShown,
  readWaiting,
  whoAndWhen,
} from '../../views/decision-client.ts'
import { EXIT } from '../exit-code.ts'
import { chosenApis } from '../options/decision-api.ts'
import { planText } from '../render/plan-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import { typedLine } from '../render/typed-line.ts'
import { showWaiting } from '../render/waiting-text.ts'
import type { ApproveOptions } from './approve.ts'

/** @returns the exit code. @throws UsageError, CannotAsk, NotCounted, PlanRefused, and what the run store throws. */
export async function approve(runId: string | undefined, options: ApproveOptions, terminal: Terminal): Promise<number> {
  checkOptions(runId, options)
  try {
    const apis = await chosenApis(runId, options, terminal)
    if (runId === undefined) showWaiting(await Promise.all(apis.map(waitingAt)), options, terminal)
    else await answer(apis[0] as DecisionApi, runId, options, terminal)
    return EXIT.clean
  } catch (error) {
    if (options.json && error instanceof NotCounted) terminal.stdout.write(`${plainJson(JSON.stringify(error.body))}\n`)
    throw error
  }
}

/** What a run that was killed has left in a store on this machine does not wait. One run that is at a loss hides no other. */
async function waitingAt(api: DecisionApi): Promise<WaitingList> {
  const isAsked = ({ runId }: { runId: string }) => api.only === null || api.only === runId
  try {
    const { runs, unreadable } = readWaiting(api, await api.ask('GET', '/runs'))
    return { runs: runs.filter(isAsked), unreadable: unreadable.filter(isAsked) }
  } catch (error) {
    if (api.only === null || !(error instanceof CannotAsk)) throw error
    return { runs: [], unreadable: [{ runId: api.only, reason: error.message }] }
  }
}

function checkOptions(runId: string | undefined, { leaveOut, reject, reason, yes }: ApproveOptions): void {
  const answers = leaveOut !== undefined || reject || reason !== undefined || yes
  if (runId === undefined && answers) throw new UsageError('Options refused: expected a run to answer, received none')
  if (reject && leaveOut !== undefined)
    throw new UsageError('Options refused: expected one of --reject and --leave-out, received both')
  if (reason !== undefined && reason.length > 1000)
    throw new UsageError(`Option --reason refused: at most 1000 characters, received ${reason.length}`)
}

async function answer(api: DecisionApi, runId: string, options: ApproveOptions, terminal: Terminal): Promise<void> {
  const shown = readShown(api, await api.ask('GET', `/runs/${runId}`))
  // Held against the hash here as well: what is answered is what is shown.
  const plan = readPlan(shown.plan.text, runId, shown.plan.sha256)
  const { reject = false, leaveOut = [], reason = null } = options
  refuseStrangers(plan, leaveOut)
  show(plan, shown, options, terminal)
  // An answer that stands is only sent again, which changes nothing: there is nothing to make sure of.
  const open = shown.decision === null && shown.status === null
  if (open && !reject && !options.yes) await confirm(plan.keys.length - new Set(leaveOut).size, terminal)
  const asked: Answer = { plan: planHash(shown.plan.text), answer: reject ? 'reject' : 'approve', leaveOut, reason }
  const answered = await api.ask('POST', `/runs/${runId}/decision`, JSON.stringify(asked))
  if (answered.status === 409 || answered.status === 410) throw new NotCounted(messageIn(answered), answered.body)
  if (answered.status === 503) throw new CannotAsk(`${messageIn(answered)} (${whoAndWhen(answered)})`)
  showNoted(readNoted(api, answered), answered.body, options, terminal)
}

function refuseStrangers({ keys, runId }: Plan, leaveOut: string[]): void {
  const strange = leaveOut.filter((id) => !keys.some((key) => key.accessKeyId === id))
  if (strange.length > 0)
    throw new UsageError(
      `Option --leave-out refused: expected keys of the plan of run ${runId}, received ${strange.slice(0, 5).join(', ')}`,
    )
}

function show(plan: Plan, { plan: { sha256 }, approvalDays }: ShownRun, options: ApproveOptions, terminal: Terminal) {
  // On stdout stands the answer alone where a program reads it.
  const output = options.json ? terminal.stderr : terminal.stdout
  const style = { columns: columnsOf(output), colours: coloursFor(output, terminal.env) }
  const shown = {
    plan,
    sha256,
    answerUntil: answerUntil(plan.createdAt, approvalDays),
    leaveOut: options.leaveOut ?? [],
  }
  output.write(planText(shown, style))
}

/** A number is typed by whoever has read it; "y" is typed by anyone. @throws UsageError for anything else */
async function confirm(keys: number, terminal: Terminal): Promise<void> {
  const typed = await typedLine(terminal, `\nType the number of keys to deactivate, ${keys}, to approve: `)
  if (typed === String(keys)) return
  const received = typed === null ? 'nothing: there is --yes where nobody types' : JSON.stringify(typed)
  throw new UsageError(`Answer not sent: expected ${keys} to be typed, received ${received}`)
}

function showNoted(
  { decision, message }: NotedAnswer,
  body: unknown,
  { json }: ApproveOptions,
  { stdout }: Terminal,
): void {
  if (json) return void stdout.write(`${plainJson(JSON.stringify(body))}\n`)
  const { answer, by, at, leftOut } = decision
  const without = leftOut.length === 0 ? '' : `, without ${keysOf(leftOut.length)}`
  const gone = message === undefined ? '' : ` ${message}`
  stdout.write(`\n${plain(`Noted: ${answer} by ${by} at ${at}${without}.${gone}`)}\n`)
}
