// The record of an organization run: the end of every account, joined from what the run store holds. Nothing here comes from
// the state machine's own data but the error that broke the run off.
import {
  ACCOUNT_ENDS,
  type AccountEnd,
  END_FAILS,
  MODE_WRITES,
  type OrganizationStatus,
  type OUTCOMES,
  perOutcome,
} from '../../model/closed-sets.ts'
import type { AccountList } from '../../model/documents/account-list.ts'
import type { OrganizationDecision } from '../../model/documents/organization-decision.ts'
import type { OrganizationInput } from '../../model/documents/organization-input.ts'
import type { OrganizationPlan } from '../../model/documents/organization-plan.ts'
import type { OrganizationRecord, RecordedAccount } from '../../model/documents/organization-record.ts'
import type { RecordedDocument } from '../../model/documents/record.ts'
import { accountsFailedText } from '../../texts/organization-text.ts'
import {
  type ExecutionEnd,
  endByStatus,
  INTERRUPTED,
  messageOf,
  SHARED_FAILS,
  type StateError,
} from '../execution-end.ts'
import { statusOfError } from '../run-status.ts'
import { endOfAccount, type WhenEnded } from './account-end.ts'
import type { AccountRun } from './account-run.ts'
import { turnsOf } from './decision.ts'
import { isToChange } from './plan.ts'

/** The runs in one account. Each is null if the store has nothing of it. */
export interface RunsInAccount {
  survey: AccountRun | null
  change: AccountRun | null
  undo: AccountRun | null
}

export interface OrganizationRecordParts {
  runId: string
  startedAt: string
  endedAt: string
  /** null where the run was refused before it was written. */
  input: OrganizationInput | null
  accounts: AccountList | null
  plan: { plan: OrganizationPlan; sha256: string } | null
  decision: OrganizationDecision | null
  /** By account, of those that the run works on. */
  runs: ReadonlyMap<string, RunsInAccount>
  documents: RecordedDocument[]
  /** A document could not be read, so the other parts are missing. */
  incomplete: boolean
  error: StateError | null
}

const NO_RUNS: RunsInAccount = { survey: null, change: null, undo: null }

/** Joins the parts into the record. Pure; every listed account ends in exactly one end. */
export function makeOrganizationRecord(parts: OrganizationRecordParts): OrganizationRecord {
  const { runId, startedAt, endedAt, input, plan, decision, error } = parts
  const accounts = accountsOf(parts)
  return {
    runId,
    hub: input?.caller.account ?? null,
    mode: input?.mode ?? null,
    undo: input?.undo ?? null,
    status: statusOf(parts, accounts),
    startedAt,
    endedAt,
    source: parts.accounts?.source ?? null,
    policy: input?.policy ?? null,
    organization: input?.organization ?? null,
    counts: count(accounts),
    plan: plan && planned(plan.plan, plan.sha256),
    ifApplied: plan?.plan.ifApplied ? { step: plan.plan.ifApplied, why: plan.plan.approvalReasons } : null,
    decision: decision && shownDecision(decision),
    incomplete: parts.incomplete,
    error: error && { name: error.Error, message: messageOf(error) },
    documents: parts.documents,
    accounts,
  }
}

function accountsOf(parts: OrganizationRecordParts): RecordedAccount[] {
  const { runId, accounts, plan, decision, input, error } = parts
  if (accounts === null) return []
  const lines = plan && linesOf(plan.plan, plan.sha256, decision)
  const when: WhenEnded = {
    managementAccount: accounts.managementAccount,
    now: new Date(parts.endedAt),
    isInterrupted: error?.Error === INTERRUPTED,
  }
  return accounts.accounts.map((listed) => {
    const { account, name } = listed
    const planned = lines?.get(account) ?? null
    const runs = parts.runs.get(account) ?? NO_RUNS
    const isUndo = (input?.undo ?? null) !== null
    const end = endOfAccount({ organizationRun: runId, listed, planned, isUndo, ...runs }, when)
    return { account, name, ...end, runs: idsOf(runs), ...keyCountsOf(runs) }
  })
}

/** Each account's line of the plan, and whether it goes ahead. */
function linesOf(plan: OrganizationPlan, sha256: string, decision: OrganizationDecision | null) {
  const turnOf = turnsOf(plan, sha256, decision)
  return new Map(plan.accounts.map((line) => [line.account, { line, turn: turnOf(line) }]))
}

const idsOf = ({ survey, change, undo }: RunsInAccount): string[] =>
  [survey, change, undo].flatMap((run) => (run === null ? [] : run.runId))

/** The keys of the last run that was to change any. Only the survey knows how many are stale, unless it has no record. */
function keyCountsOf(runs: RunsInAccount): Pick<RecordedAccount, 'stale' | (typeof OUTCOMES)[number]> {
  const { survey, change, undo } = runs
  const changed = (change ?? undo)?.record?.counts
  const stale = (survey ?? change ?? undo)?.record?.counts.stale ?? 0
  return { stale, ...perOutcome((outcome) => changed?.[outcome] ?? 0) }
}

function count(accounts: RecordedAccount[]): OrganizationRecord['counts'] {
  const sum = (of: (account: RecordedAccount) => number) => accounts.reduce((total, one) => total + of(one), 0)
  const ends = ACCOUNT_ENDS.map((end) => [end, sum((account) => (account.end === end ? 1 : 0))])
  return {
    accounts: accounts.length,
    ends: Object.fromEntries(ends) as Record<AccountEnd, number>,
    stale: sum(({ stale }) => stale),
    ...perOutcome((outcome) => sum((account) => account[outcome])),
  }
}

function planned({ accounts }: OrganizationPlan, sha256: string): OrganizationRecord['plan'] {
  const toChange = accounts.filter(isToChange)
  return { sha256, accounts: toChange.length, keys: toChange.reduce((total, { keys }) => total + keys, 0) }
}

const shownDecision = (decision: OrganizationDecision): OrganizationRecord['decision'] => {
  const { answer, by, at, reason, leftOut, leftOutAccounts } = decision
  return { answer, by, at, reason, leftOut, leftOutAccounts }
}

function statusOf(parts: OrganizationRecordParts, accounts: RecordedAccount[]): OrganizationStatus {
  const { error, plan, decision } = parts
  const byError = error && statusOfError(error)
  if (byError === 'interrupted' || byError === 'another run is open' || byError === 'switched off') return byError
  if (accounts.some(({ end }) => END_FAILS[end])) return 'some accounts failed'
  if (error !== null || parts.accounts === null) return 'refused'
  const byAccounts = accounts.some(({ end }) => end === 'changed') ? 'changed' : 'nothing to do'
  if (parts.input?.undo) return byAccounts
  if (plan === null) return 'refused'
  if (decision?.answer === 'reject') return 'rejected'
  if (decision?.answer === 'expired') return 'expired'
  const { next, ifApplied, mode } = plan.plan
  // An account whose own cap needs a person is planned, although the run alone would change nothing.
  if (ifApplied === null) return accounts.some(({ end }) => end === 'planned') ? 'planned' : 'nothing to do'
  if (!MODE_WRITES[mode]) return 'planned'
  return next === 'change' || decision !== null ? byAccounts : 'approval needed'
}

/** Whether the execution of a run with this status ends as failed. */
const FAILS: Record<OrganizationStatus, boolean> = {
  ...SHARED_FAILS,
  changed: false,
  'some accounts failed': true,
}

/** The cause of a failure names the accounts. */
export function endOfOrganization(record: OrganizationRecord): ExecutionEnd {
  const end = endByStatus(record, FAILS[record.status])
  if (end !== null) return end
  const failed = record.accounts.filter(({ end }) => END_FAILS[end])
  return { failed: true, error: 'SomeAccountsFailed', cause: accountsFailedText(failed, record.accounts.length) }
}
