// Decisions on an organization plan: what an answer leaves out, and which accounts it lets go ahead.
import { MODE_WRITES } from '../../model/closed-sets.ts'
import type { OrganizationDecision } from '../../model/documents/organization-decision.ts'
import type { AccountPlan, OrganizationPlan } from '../../model/documents/organization-plan.ts'
import { ACCOUNT_ID } from '../../model/ids.ts'
import { type Answer, expired, sameIds } from '../decision.ts'
import { isToChange } from './plan.ts'

/** The most ids that an answer may leave out. They fit into the longest answer. */
export const MAX_LEFT_OUT = 2000

/** What an answer leaves out: account ids have 12 digits, and key ids at least 16 characters. */
export interface LeftOut {
  accounts: string[]
  keys: string[]
}

export function leftOutBy({ leaveOut }: Pick<Answer, 'leaveOut'>): LeftOut {
  const ids = [...new Set(leaveOut)]
  return { accounts: ids.filter((id) => ACCOUNT_ID.test(id)), keys: ids.filter((id) => !ACCOUNT_ID.test(id)) }
}

/** The accounts to leave out that the plan would not change: a typing error must not be taken for a choice. */
export function unknownAccounts({ accounts: asked }: LeftOut, { accounts }: OrganizationPlan): string[] {
  const known = new Set(accounts.filter(isToChange).map(({ account }) => account))
  return asked.filter((account) => !known.has(account))
}

/** Whether a second answer says what the first said already. */
export const isSameOrganizationAnswer = (stored: OrganizationDecision, asked: Answer): boolean =>
  stored.answer === asked.answer &&
  stored.plan === asked.plan &&
  sameIds([...stored.leftOut, ...stored.leftOutAccounts], asked.leaveOut)

/** What is written when nobody answered in time: no answer means no. */
export const organizationExpired = (runId: string, plan: string, now: Date): OrganizationDecision => ({
  ...expired(runId, plan, now),
  leftOutAccounts: [],
})

/** Whether the plan, or its decision, lets this account go ahead. */
export type Turn = 'goes' | 'left out' | 'stays'

/**
 * A decision on another plan lets nothing go ahead.
 * @param sha256 of the plan
 */
export function turnsOf(
  plan: OrganizationPlan,
  sha256: string,
  decision: OrganizationDecision | null,
): (account: AccountPlan) => Turn {
  const leftOut = leftOutAccountsOf(plan, sha256, decision)
  if (leftOut === null) return () => 'stays'
  const spared = new Set(leftOut)
  return (account) => {
    if (!isToChange(account)) return 'stays'
    return spared.has(account.account) ? 'left out' : 'goes'
  }
}

/** The accounts that are left out of what goes ahead; null: nothing of the plan goes ahead. */
function leftOutAccountsOf(
  { mode, next }: OrganizationPlan,
  sha256: string,
  decision: OrganizationDecision | null,
): string[] | null {
  if (!MODE_WRITES[mode]) return null
  if (next === 'change') return []
  if (next !== 'approval' || decision?.answer !== 'approve' || decision.plan !== sha256) return null
  return decision.leftOutAccounts
}

/** The accounts of a plan that its decision lets go ahead. */
export function accountsToChange(
  plan: OrganizationPlan,
  sha256: string,
  decision: OrganizationDecision | null,
): AccountPlan[] {
  const turnOf = turnsOf(plan, sha256, decision)
  return plan.accounts.filter((account) => turnOf(account) === 'goes')
}
