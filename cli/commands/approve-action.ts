// keysweep approve: lists waiting runs, or sends one person's answer to a run. The answer holds the hash of the plan that
// was shown, so that it cannot count for another plan.

import type { NotedAnswer, ShownRun, WaitingOrganizations } from '../../core/model/decision-api.ts'
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
  readWaitingOrganizations,
  whoAndWhen,
} from '../../views/decision-client.ts'
import { EXIT } from '../exit-code.ts'
import { chosenApis } from '../options/decision-api.ts'
import { planText } from '../render/plan-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import { typedLine } from '../render/typed-line.ts'
import { showWaiting, type WaitingHere } from '../render/waiting-text.ts'
import type { ApproveOptions } from './approve.ts'

const MAX_REASON_CHARACTERS = 1000

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

/** An unreachable run does not hide the others. On this machine, each run has its own API; a killed run has none. */
async function waitingAt(api: DecisionApi): Promise<WaitingHere> {
  const isAsked = ({ runId }: { runId: string }) => api.only === null || api.only === runId
  try {
    const lists = await Promise.all([
      ...(api.serves === 'organizations' ? [] : [readWaiting(api, await api.ask('GET', '/runs'))]),
      ...(api.serves === 'runs' ? [] : [waitingOrganizationsAt(api)]),
    ])
    return {
      runs: lists.flatMap(({ runs }): WaitingHere['runs'] => runs.filter(isAsked)),
      unreadable: lists.flatMap(({ unreadable }) => unreadable.filter(isAsked)),
    }
  } catch (error) {
    if (api.only === null || !(error instanceof CannotAsk)) throw error
    return { runs: [], unreadable: [{ runId: api.only, reason: error.message }] }
  }
}

/** An API that was deployed with an earlier version knows of none. */
async function waitingOrganizationsAt(api: DecisionApi): Promise<WaitingOrganizations> {
  const answered = await api.ask('GET', '/organizations')
  return api.serves === null && [403, 404].includes(answered.status)
    ? { runs: [], unreadable: [] }
    : readWaitingOrganizations(api, answered)
}

function checkOptions(runId: string | undefined, options: ApproveOptions): void {
  const { account, leaveOut, reject, reason, yes } = options
  const answers = leaveOut !== undefined || reject || reason !== undefined || yes
  if (account !== undefined && runId === undefined)
    throw new UsageError('--account needs the id of an organization run. To see waiting runs: keysweep approve')
  if (account !== undefined && answers)
    throw new UsageError('--account shows the keys of one account, and answers nothing. Answer without it.')
  if (runId === undefined && answers)
    throw new UsageError('No run given: an answer needs the id of a run. To see waiting runs: keysweep approve')
  if (reject && leaveOut !== undefined)
    throw new UsageError('--reject and --leave-out exclude each other. Use one of them.')
  if (reason !== undefined && reason.length > MAX_REASON_CHARACTERS)
    throw new UsageError(
      `--reason is too long: at most ${MAX_REASON_CHARACTERS} characters, received ${reason.length}.`,
    )
}

async function answer(api: DecisionApi, runId: string, options: ApproveOptions, terminal: Terminal): Promise<void> {
  const { askedOfOrganization, answerOrganization } = await import('./approve-organization.ts')
  const ofRun = api.serves === 'organizations' ? null : await api.ask('GET', `/runs/${runId}`)
  const ofOrganization = await askedOfOrganization(api, runId, ofRun)
  if (ofOrganization !== null) return answerOrganization(api, ofOrganization, runId, options, terminal)
  if (options.account !== undefined)
    throw new UsageError(`--account needs the id of an organization run, received ${runId}.`)
  const shown = readShown(api, ofRun ?? (await api.ask('GET', `/runs/${runId}`)))
  // Checks the hash here too: the answer is to the plan that is shown.
  const plan = readPlan(shown.plan.text, runId, shown.plan.sha256)
  const { leaveOut = [] } = options
  refuseUnknownKeys(plan, leaveOut)
  show(plan, shown, options, terminal)
  const keysWithout = (ids: string[]) => plan.keys.length - new Set(ids).size
  await sendAnswer(api, { path: `/runs/${runId}`, shown, keysWithout }, options, terminal)
}

/** A plan that was shown. */
export interface Answerable {
  /** Of the run in the API. */
  path: string
  shown: Pick<ShownRun, 'plan' | 'status'> & { decision: object | null }
  /** How many keys it deactivates without these. */
  keysWithout: (leftOut: string[]) => number
}

/** Asks for a confirmation, sends the answer and says what it does. @throws UsageError, CannotAsk, NotCounted */
export async function sendAnswer(
  api: DecisionApi,
  { path, shown, keysWithout }: Answerable,
  options: ApproveOptions,
  terminal: Terminal,
): Promise<void> {
  const { reject = false, leaveOut = [], reason = null } = options
  // A run that is decided or has ended needs no confirmation: this answer changes nothing.
  const open = shown.decision === null && shown.status === null
  if (open && !reject && !options.yes) await confirm(keysWithout(leaveOut), terminal)
  const asked: Answer = { plan: planHash(shown.plan.text), answer: reject ? 'reject' : 'approve', leaveOut, reason }
  const answered = await api.ask('POST', `${path}/decision`, JSON.stringify(asked))
  if (answered.status === 409 || answered.status === 410) throw new NotCounted(messageIn(answered), answered.body)
  // Only the API knows which keys the plan of an organization run has.
  if (answered.status === 400 && leaveOut.length > 0)
    throw new UsageError(`${messageIn(answered)}. --leave-out takes what is in this plan only.`)
  if (answered.status === 503) throw new CannotAsk(`${messageIn(answered)} Decision: ${whoAndWhen(answered)}.`)
  showNoted(readNoted(api, answered), keysWithout, answered.body, options, terminal)
}

function refuseUnknownKeys({ keys, runId }: Plan, leaveOut: string[]): void {
  const unknown = leaveOut.filter((id) => !keys.some((key) => key.accessKeyId === id))
  if (unknown.length > 0)
    throw new UsageError(
      `Not in the plan of run ${runId}: ${unknown.slice(0, 5).join(', ')}. --leave-out takes keys of this plan only.`,
    )
}

function show(plan: Plan, { plan: { sha256 }, approvalDays }: ShownRun, options: ApproveOptions, terminal: Terminal) {
  // With --json, stdout holds only the answer.
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

/** Asks for the number of keys and not for "y": a person who types it has read it. @throws UsageError for any other text */
async function confirm(keys: number, terminal: Terminal): Promise<void> {
  const typed = await typedLine(terminal, `\nTo deactivate ${keysOf(keys)}, type ${keys}: `)
  if (typed === String(keys)) return
  const received = typed === null ? '' : ` Received ${JSON.stringify(typed)}.`
  throw new UsageError(`Not approved: type ${keys} to confirm, or pass --yes.${received}`)
}

function showNoted(
  { decision, message }: NotedAnswer,
  keysWithout: Answerable['keysWithout'],
  body: unknown,
  { json }: ApproveOptions,
  { stdout }: Terminal,
): void {
  if (json) return void stdout.write(`${plainJson(JSON.stringify(body))}\n`)
  const { answer, by, at, leftOut, leftOutAccounts = [] } = decision
  const done = answer === 'approve' ? 'Approved' : 'Rejected'
  const keys = keysWithout([...leftOut, ...leftOutAccounts])
  const effect = message ?? effectOf(answer === 'approve' ? keys : 0, keysWithout([]) - keys)
  stdout.write(`\n${plain(`${done} by ${by} at ${at}. ${effect}`)}\n`)
}

const effectOf = (keys: number, leftOut: number): string =>
  `${keys === 0 ? 'No key' : keysOf(keys)} will be deactivated${leftOut === 0 ? '' : `, ${leftOut} left out`}.`
