// The organization plan: which accounts a run would change, each by the hash of its own plan. Its own sha256 therefore binds
// every key. The caps ask a person, and never shorten the plan. Written once.
import type { OrganizationReason } from '../../model/account-reason.ts'
import {
  type AccountEnd,
  type ApplyStep,
  type Approval,
  MODE_WRITES,
  RULE_ALWAYS_ASKS,
} from '../../model/closed-sets.ts'
import type { ListedAccount } from '../../model/documents/account-list.ts'
import type { OrganizationInput } from '../../model/documents/organization-input.ts'
import type { AccountPlan, OrganizationNext, OrganizationPlan } from '../../model/documents/organization-plan.ts'
import type { Plan } from '../../model/documents/plan.ts'
import { accountRunText, organizationReasonText } from '../../texts/organization-text.ts'
import { answerUntil } from '../decision.ts'
import { capsExceeded, ownReasons } from '../plan.ts'
import { type AccountRun, endByRun } from './account-run.ts'

/** What the run store has of a listed account after the survey. */
export interface SurveyedAccount {
  listed: ListedAccount
  /** The id that its survey has. */
  runId: string
  /** null: it has neither an input nor a record; or the account is not selected. */
  survey: AccountRun | null
  /** null: its survey made no plan. */
  plan: SurveyedPlan | null
}

/** What is kept of an account's plan: the keys themselves would not fit into memory, nor into one document. */
export interface SurveyedPlan extends Pick<Plan, 'leftForNextRun' | 'ifApplied'> {
  sha256: string
  /** Why a person must decide on it. That every plan is asked about is a reason of the organization plan. */
  ownReasons: string[]
  keys: number
  /** Active keys by the report, without those of the root user and of users exempt by name or path. */
  activeKeys: number
  isOverCap: boolean
  /** It has keys that are in use, and stale only because of their age. */
  hasRotation: boolean
}

/** What an organization plan keeps of a plan. */
export const summaryOf = (plan: Plan, sha256: string, activeKeys: number): SurveyedPlan => ({
  sha256,
  keys: plan.keys.length,
  activeKeys,
  leftForNextRun: plan.leftForNextRun,
  ifApplied: plan.ifApplied,
  ownReasons: ownReasons(plan),
  isOverCap: plan.overCaps.length > 0,
  hasRotation: plan.keys.some(({ rule }) => RULE_ALWAYS_ASKS[rule]),
})

export interface OrganizationPlanFacts {
  input: Pick<OrganizationInput, 'runId' | 'mode' | 'approval' | 'approvalDays' | 'organization' | 'caller'>
  managementAccount: string | null
  accounts: SurveyedAccount[]
}

/** Makes the plan of an organization run, of every listed account. */
export function makeOrganizationPlan(facts: OrganizationPlanFacts, now: Date): OrganizationPlan {
  const { input, managementAccount } = facts
  const { runId, mode, approval } = input
  const reach = { managementAccount, now }
  const planned = facts.accounts.map((surveyed) => ({ surveyed, line: lineOf(surveyed, input, reach) }))
  const accounts = planned.map(({ line }) => line)
  const going = planned.filter(({ line }) => isToChange(line)).map(({ surveyed }) => surveyed)
  const overCaps = capsOver(accounts, going, input.organization)
  const reasons = [...reasonsToAsk(going, approval), ...overCaps, ...blindness(accounts)]
  const ifApplied = stepIfApplied(going.length, approval, reasons)
  const createdAt = now.toISOString()
  return {
    runId,
    hub: input.caller.account,
    mode,
    approval,
    next: MODE_WRITES[mode] && ifApplied !== null ? NEXT_IF_APPLIED[ifApplied] : 'record',
    ifApplied,
    createdAt,
    answerUntil: answerUntil(createdAt, input.approvalDays),
    overCaps: overCaps.map(organizationReasonText),
    approvalReasons: reasons.map(organizationReasonText),
    accounts,
  }
}

/** Whether the plan would change keys of this account. */
export const isToChange = <Line extends Pick<AccountPlan, 'end' | 'plan' | 'keys'>>(
  line: Line,
): line is Line & { end: null; plan: string } => line.end === null && line.plan !== null && line.keys > 0

type Reach = Parameters<typeof endByRun>[4]

type ModeAndApproval = Pick<OrganizationInput, 'mode' | 'approval'>

function lineOf(
  { listed, runId, survey, plan }: SurveyedAccount,
  { mode, approval }: ModeAndApproval,
  reach: Reach,
): AccountPlan {
  const { account, name } = listed
  const line = { account, name, run: null, plan: null, keys: 0, activeKeys: 0, leftForNextRun: 0, ifApplied: null }
  if (listed.end !== null) return { ...line, end: listed.end, why: whyOf(listed.why) }
  const run = survey === null ? null : runId
  const { end, why } = endByRun('survey', runId, survey, listed, reach)
  const activeKeys = plan?.activeKeys ?? 0
  if (end !== 'planned') return { ...line, run, activeKeys, end, why: whyOf(why) }
  if (plan === null || plan.keys === 0 || plan.ifApplied === null)
    return { ...line, run, activeKeys, end: 'failed', why: whyOf(accountRunText({ because: 'no-plan', run: runId })) }
  const { sha256, keys, leftForNextRun, ifApplied, ownReasons } = plan
  const found = { ...line, run, plan: sha256, keys, activeKeys, leftForNextRun, ifApplied }
  if (!staysOut(ifApplied, approval)) return { ...found, end: null, why: ownReasons }
  const unasked = accountRunText({ because: 'nobody-asked', why: ownReasons })
  // A run that only plans has failed at nothing.
  return { ...found, end: MODE_WRITES[mode] ? 'failed' : 'planned', why: whyOf(unasked) }
}

/** With `never` nobody is asked: an account that would need a person is not changed, and the others are. */
const staysOut = (ifApplied: ApplyStep, approval: Approval): boolean => approval === 'never' && ifApplied !== 'go'

const whyOf = (why: string | null): string[] => (why === null ? [] : [why])

/** Why a person must decide although the plan is under all caps of the organization. */
function reasonsToAsk(going: SurveyedAccount[], approval: Approval): OrganizationReason[] {
  const of = (isSo: (plan: SurveyedPlan) => boolean) =>
    going.flatMap(({ listed, plan }) => (plan !== null && isSo(plan) ? listed.account : []))
  const capped = of((plan) => plan.isOverCap)
  const rotation = of((plan) => plan.hasRotation)
  return [
    ...(approval === 'always' ? [{ because: 'every-plan' } as const] : []),
    ...(capped.length > 0 ? [{ because: 'capped-accounts', accounts: capped } as const] : []),
    ...(rotation.length > 0 ? [{ because: 'rotation-accounts', accounts: rotation } as const] : []),
  ]
}

type Caps = Pick<OrganizationInput['organization'], 'maxAccounts' | 'maxKeys' | 'maxPercent'>

/** Which caps of the organization the plan is over; 0 means zero. Keys beyond the ceiling of one run count too. */
function capsOver(all: AccountPlan[], going: SurveyedAccount[], caps: Caps): OrganizationReason[] {
  const stale = sum(going, ({ plan }) => (plan === null ? 0 : plan.keys + plan.leftForNextRun))
  const activeKeys = sum(all, (account) => account.activeKeys)
  const { maxAccounts } = caps
  return [
    ...(going.length > maxAccounts
      ? [{ because: 'maxAccounts', accounts: going.length, allowed: maxAccounts } as const]
      : []),
    ...capsExceeded(stale, activeKeys, caps).map(
      (exceeded): OrganizationReason =>
        exceeded.cap === 'maxKeys' ? { because: 'maxKeys', ...exceeded } : { because: 'maxPercent', ...exceeded },
    ),
  ]
}

const sum = <T>(list: T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0)

/** Of the selected accounts this many may be unreachable without a question, and this share of them. */
const MAX_UNREACHABLE = 1
const MAX_UNREACHABLE_PERCENT = 5

/** Whether the run tries to get into an account that ends so. One that is new has no role yet. */
const IS_REACHED_FOR: Record<AccountEnd, boolean> = {
  changed: true,
  'nothing to do': true,
  planned: true,
  'left out': true,
  busy: true,
  failed: true,
  unreachable: true,
  new: false,
  'not active': false,
  excluded: false,
  'management account': true,
}

/** Accounts that are new, and the management account, have an end of their own. */
function blindness(accounts: AccountPlan[]): OrganizationReason[] {
  const selected = accounts.filter(({ end }) => end === null || IS_REACHED_FOR[end])
  const unreachable = selected.filter(({ end }) => end === 'unreachable').map(({ account }) => account)
  const isFew =
    unreachable.length <= MAX_UNREACHABLE || unreachable.length * 100 <= selected.length * MAX_UNREACHABLE_PERCENT
  return isFew ? [] : [{ because: 'unreachable', accounts: unreachable, of: selected.length }]
}

/** null: no account has a key to change. */
function stepIfApplied(going: number, approval: Approval, reasons: OrganizationReason[]): ApplyStep | null {
  if (going === 0) return null
  if (reasons.length === 0) return 'go'
  return approval === 'never' ? 'stop' : 'ask'
}

const NEXT_IF_APPLIED: Record<ApplyStep, OrganizationNext> = { go: 'change', ask: 'approval', stop: 'record' }
