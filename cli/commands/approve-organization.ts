// keysweep approve <organization run>: shows its plan, or that of one account, and sends one person's answer for all accounts.
import type { ShownOrganization } from '../../core/model/decision-api.ts'
import type { AccountPlan, OrganizationPlan } from '../../core/model/documents/organization-plan.ts'
import { PlanRefused } from '../../core/model/errors.ts'
import { ACCESS_KEY_ID, ACCOUNT_ID, isOrganizationRunId } from '../../core/model/ids.ts'
import { leftOutBy, unknownAccounts } from '../../core/run/organization/decision.ts'
import { isToChange } from '../../core/run/organization/plan.ts'
import { readPlan } from '../../core/run/plan.ts'
import { plainJson } from '../../core/texts/plain.ts'
import { UsageError } from '../../local/errors.ts'
import { organizationPlanIn } from '../../steps/run-documents.ts'
import {
  type ApiAnswer,
  type DecisionApi,
  readAccountPlan,
  readShownOrganization,
} from '../../views/decision-client.ts'
import { COMMAND } from '../render/answer-line.ts'
import { keysToChange, organizationPlanText } from '../render/organization-plan-text.ts'
import { planText } from '../render/plan-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ApproveOptions } from './approve.ts'
import { sendAnswer } from './approve-action.ts'

/**
 * The API's answer about an organization run of this id; null: it has none. A local one knows what it serves; the deployed one
 * is asked if it has no run of this id.
 */
export async function askedOfOrganization(
  api: DecisionApi,
  runId: string,
  ofRun: ApiAnswer | null,
): Promise<ApiAnswer | null> {
  const ask = () => api.ask('GET', `/organizations/${runId}`)
  if (ofRun === null) return ask()
  if (api.serves !== null || ofRun.status !== 404 || !isOrganizationRunId(runId)) return null
  const answered = await ask()
  return answered.status === 200 ? answered : null
}

/** @throws UsageError, CannotAsk, NotCounted, PlanRefused */
export async function answerOrganization(
  api: DecisionApi,
  answered: ApiAnswer,
  runId: string,
  options: ApproveOptions,
  terminal: Terminal,
): Promise<void> {
  const shown = readShownOrganization(api, answered)
  // Checks the hash here too: the answer is to the plan that is shown.
  const plan = organizationPlanIn(shown.plan.text, runId, shown.plan.sha256)
  if (options.account !== undefined) return showAccount(api, plan, options.account, options, terminal)
  const { leaveOut = [] } = options
  refuseUnknown(plan, leaveOut)
  show(plan, shown, options, terminal)
  const twice = await keysInAccounts(api, plan, leaveOut)
  await sendAnswer(
    api,
    {
      path: `/organizations/${runId}`,
      shown,
      keysWithout: (ids) => keysToChange(plan) - keysLeftOut(plan, ids, twice),
    },
    options,
    terminal,
  )
}

/** @throws UsageError for an account without keys in the plan, or for what is no id. The API knows the keys. */
function refuseUnknown(plan: OrganizationPlan, leaveOut: string[]): void {
  const odd = leaveOut.filter((id) => !ACCOUNT_ID.test(id) && !ACCESS_KEY_ID.test(id))
  const unknown = [...odd, ...unknownAccounts(leftOutBy({ leaveOut }), plan)]
  if (unknown.length > 0)
    throw new UsageError(
      `Not in the plan of run ${plan.runId}: ${unknown.slice(0, 5).join(', ')}. --leave-out takes accounts and keys of this plan only.`,
    )
}

/** Of the keys that are left out, those whose account is left out too. The organization plan counts keys, and names none. */
async function keysInAccounts(api: DecisionApi, plan: OrganizationPlan, leaveOut: string[]): Promise<Set<string>> {
  const { accounts, keys } = leftOutBy({ leaveOut })
  const found = new Set<string>()
  for (const account of accounts) {
    if (found.size === keys.length) break
    const { ofAccount } = await planOfAccount(api, plan, account)
    for (const { accessKeyId } of ofAccount.keys) if (keys.includes(accessKeyId)) found.add(accessKeyId)
  }
  return found
}

/**
 * How many keys these ids leave out: all of an account, and each key of another.
 * @param twice keys that are left out with their account
 */
function keysLeftOut({ accounts }: OrganizationPlan, ids: string[], twice: Set<string>): number {
  const leftOut = leftOutBy({ leaveOut: ids })
  const ofAccounts = accounts.filter((one) => isToChange(one) && leftOut.accounts.includes(one.account))
  return ofAccounts.reduce((sum, { keys }) => sum + keys, 0) + leftOut.keys.filter((key) => !twice.has(key)).length
}

function show(
  plan: OrganizationPlan,
  { plan: { sha256 } }: ShownOrganization,
  options: ApproveOptions,
  terminal: Terminal,
): void {
  // With --json, stdout holds only the answer.
  const output = options.json ? terminal.stderr : terminal.stdout
  const style = { columns: columnsOf(output), colours: coloursFor(output, terminal.env) }
  const accountCommand = `${COMMAND} approve ${plan.runId} --account <account id>`
  output.write(organizationPlanText({ plan, sha256, leaveOut: options.leaveOut ?? [], accountCommand }, style))
}

/** Shows the plan of one account, held against the hash that the organization plan names. It answers nothing. */
async function showAccount(
  api: DecisionApi,
  plan: OrganizationPlan,
  account: string,
  { json, leaveOut = [] }: ApproveOptions,
  { stdout, env }: Terminal,
): Promise<void> {
  const { shown, ofAccount } = await planOfAccount(api, plan, account)
  if (json) return void stdout.write(`${plainJson(shown.plan.text)}\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  const { sha256 } = shown.plan
  stdout.write(planText({ plan: ofAccount, sha256, answerUntil: plan.answerUntil, leaveOut }, style))
}

/** The plan of one account, held against the hash that the organization plan names. */
async function planOfAccount(api: DecisionApi, plan: OrganizationPlan, account: string) {
  const line = plannedLine(plan, account)
  const shown = readAccountPlan(api, await api.ask('GET', `/organizations/${plan.runId}/accounts/${account}`))
  if (shown.plan.sha256 !== line.plan)
    throw new PlanRefused(
      `Plan of account ${account} refused: run ${plan.runId} names sha256 ${line.plan}, and received ${shown.plan.sha256}`,
    )
  const ofAccount = readPlan(shown.plan.text, line.run ?? '', shown.plan.sha256)
  return { shown, ofAccount }
}

function plannedLine(plan: OrganizationPlan, account: string): AccountPlan {
  const line = plan.accounts.find((one) => one.account === account)
  if (line !== undefined && isToChange(line)) return line
  throw new UsageError(`Account ${JSON.stringify(account)} has no key in the plan of run ${plan.runId}.`)
}
