// Whether the stored documents of an organization run let a run in one account do its phase. Anybody who may start an
// execution chooses its name and its input. They reach an account only if these documents say so too.
import { MODE_WRITES, type Phase } from '../../model/closed-sets.ts'
import type { AccountList, ListedAccount } from '../../model/documents/account-list.ts'
import type { OrganizationDecision } from '../../model/documents/organization-decision.ts'
import type { OrganizationInput } from '../../model/documents/organization-input.ts'
import type { AccountPlan, OrganizationPlan } from '../../model/documents/organization-plan.ts'
import { accountRunId } from '../../model/ids.ts'
import { isToChange } from './plan.ts'

/** A run in one account, and what it is to do of which organization run. */
export interface Part {
  runId: string
  account: string
  organizationRun: { run: string; phase: Phase }
}

/** What the store has of the organization run. Each is null if there is none. */
export interface OrganizationDocuments {
  input: OrganizationInput | null
  accounts: AccountList | null
  /** Plan and decision are for the phase `change` only. */
  plan: { plan: OrganizationPlan; sha256: string } | null
  decision: OrganizationDecision | null
  hasRecord: boolean
}

export interface Admitted {
  input: OrganizationInput
  listed: ListedAccount
  /** null in every phase but `change`. */
  change: AdmittedChange | null
}

export interface AdmittedChange {
  /** The run whose plan is carried out, and its sha256. */
  source: { run: string; plan: string }
  /** A person approved the organization plan. */
  isApproved: boolean
  /** When it was approved, or made if it needed no approval. */
  since: string
  /** The ids of the keys that this person left out, of all accounts. */
  leftOut: string[]
}

/** What the run may do; or why it may not do anything, as the end of a sentence. */
export function admit(part: Part, documents: OrganizationDocuments): Admitted | { refused: string } {
  const { runId, account, organizationRun } = part
  const { run, phase } = organizationRun
  const { input, hasRecord } = documents
  if (runId !== accountRunId(run, phase, account))
    return refused(`a run of this phase and account must be called ${accountRunId(run, phase, account)}`)
  if (input === null || input.runId !== run) return refused('it is not in this run store')
  if (hasRecord) return refused('it has ended')
  const listed = selected(part, documents.accounts)
  if (listed === null) return refused(`its list does not select account ${account}`)
  const wrongPhase = { survey: input.undo !== null, change: input.undo !== null, undo: input.undo === null }
  if (wrongPhase[phase])
    return refused(input.undo === null ? 'it is not an undo' : `it is an undo of ${input.undo.run}`)
  if (phase === 'survey') return { input, listed, change: null }
  return phase === 'undo' ? admitUndo(account, input, listed) : admitChange(part, { ...documents, input }, listed)
}

const refused = (why: string) => ({ refused: why })

/** The account's line, if there is exactly one and the run works on it. */
function selected({ account, organizationRun }: Part, list: AccountList | null): ListedAccount | null {
  if (list === null || list.runId !== organizationRun.run) return null
  const [line, ...more] = list.accounts.filter((listed) => listed.account === account)
  return line === undefined || more.length > 0 || line.end !== null ? null : line
}

function admitUndo(account: string, input: OrganizationInput, listed: ListedAccount): Admitted | { refused: string } {
  const accounts = input.undo?.accounts ?? null
  if (accounts !== null && !accounts.includes(account)) return refused(`it does not undo account ${account}`)
  return { input, listed, change: null }
}

function admitChange(
  { account, organizationRun: { run } }: Part,
  { input, plan: stored, decision }: OrganizationDocuments & { input: OrganizationInput },
  listed: ListedAccount,
): Admitted | { refused: string } {
  if (stored === null || stored.plan.runId !== run) return refused('it has no plan')
  const { plan, sha256 } = stored
  if (!MODE_WRITES[input.mode] || !MODE_WRITES[plan.mode]) return refused(`its mode is ${input.mode}`)
  const source = plannedSource(run, account, plan)
  if (source === null) return refused(`its plan changes nothing in account ${account}`)
  if (plan.next === 'change')
    return { input, listed, change: { source, isApproved: false, since: plan.createdAt, leftOut: [] } }
  if (plan.next !== 'approval') return refused(`the next step of its plan is "${plan.next}"`)
  if (decision?.runId !== run || decision.answer !== 'approve')
    return refused(`nobody has approved its plan: its decision is "${decision?.answer ?? 'none'}"`)
  if (decision.plan !== sha256)
    return refused(`its plan has sha256 ${sha256}, and its decision is for ${decision.plan}`)
  if (decision.leftOutAccounts.includes(account)) return refused(`its decision leaves account ${account} out`)
  return { input, listed, change: { source, isApproved: true, since: decision.at, leftOut: decision.leftOut } }
}

/** The plan that is carried out in the account; null: none is. */
function plannedSource(organizationRun: string, account: string, { accounts }: OrganizationPlan) {
  const [line, ...more] = accounts.filter((planned: AccountPlan) => planned.account === account)
  const run = accountRunId(organizationRun, 'survey', account)
  if (line === undefined || more.length > 0 || !isToChange(line) || line.run !== run) return null
  return line.plan === null ? null : { run, plan: line.plan }
}
