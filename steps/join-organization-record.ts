// Makes the record of an organization run from what the run store has of it and of its runs in accounts, and writes nothing.
import type { Phase } from '../core/model/closed-sets.ts'
import type { AccountList, ListedAccount } from '../core/model/documents/account-list.ts'
import type { OrganizationDecision } from '../core/model/documents/organization-decision.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import type { OrganizationRecord } from '../core/model/documents/organization-record.ts'
import { isOrganizationRunId } from '../core/model/ids.ts'
import { INTERRUPTED } from '../core/run/execution-end.ts'
import type { AccountRun } from '../core/run/organization/account-run.ts'
import { accountsToChange } from '../core/run/organization/decision.ts'
import { makeOrganizationRecord, type RunsInAccount } from '../core/run/organization/record.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type Rebuild, readAccountRun } from './account-runs.ts'
import { hashReads } from './document-hashes.ts'
import { eachAtOnce } from './each-at-once.ts'
import { type EndedExecution, isDamage } from './join-record.ts'
import { organizationDocuments, read, readOrganizationPlan, type StoredOrganizationPlan } from './run-documents.ts'

export interface JoinedOrganizationRecord {
  record: OrganizationRecord
  /** The run id belongs to another execution, and so do the stored documents. */
  foreign: boolean
}

const NOTHING = {
  input: null,
  accounts: null,
  plan: null,
  decision: null,
  runs: new Map<string, RunsInAccount>(),
  documents: [],
  incomplete: false,
}

/**
 * An unreadable or changed document of the organization run must not prevent the record: it then holds the error. One of a
 * run in an account is the error of that account.
 * @param rebuild what to take for the record of a run in an account that has none; null: there is none
 * @throws StoreUnavailable | StoreRefused, and what `rebuild` throws
 */
export async function joinOrganizationRecord(
  store: RunStore,
  execution: EndedExecution,
  endedAt: Date,
  rebuild: Rebuild | null = null,
): Promise<JoinedOrganizationRecord> {
  const common = { ...NOTHING, ...execution, endedAt: endedAt.toISOString() }
  const hashes = hashReads(store)
  try {
    const own = await ownDocuments(hashes.store, execution)
    if (own === 'foreign') return { record: makeOrganizationRecord(common), foreign: true }
    const runs = await readRuns((...of) => readAccountRun(hashes.store, execution.runId, ...of, rebuild), own)
    const parts = { ...common, ...own, runs, documents: hashes.list() }
    return { record: makeOrganizationRecord(parts), foreign: false }
  } catch (error) {
    if (!isDamage(error)) throw error
    // That a run was stopped does not explain why its record has no accounts.
    const stopped = execution.error === null || execution.error.Error === INTERRUPTED
    const why = stopped ? { Error: error.name, Cause: error.message } : execution.error
    const parts = { ...common, documents: hashes.list(), error: why, incomplete: true }
    return { record: makeOrganizationRecord(parts), foreign: false }
  }
}

interface OwnDocuments {
  input: OrganizationInput | null
  accounts: AccountList | null
  plan: StoredOrganizationPlan | null
  decision: OrganizationDecision | null
}

/** `foreign` if the run id belongs to another execution, whose record this one must not write or return. */
async function ownDocuments(
  store: RunStore,
  { runId, executionId, startedAt, error }: EndedExecution,
): Promise<OwnDocuments | 'foreign'> {
  if (!isOrganizationRunId(runId) || error?.Error === 'RunIdTaken') return 'foreign'
  const input = await read(store, organizationDocuments.input(runId))
  if (input !== null && (input.executionId !== executionId || input.startedAt !== startedAt)) return 'foreign'
  return {
    input,
    accounts: await read(store, organizationDocuments.accounts(runId)),
    plan: await readOrganizationPlan(store, runId),
    decision: await read(store, organizationDocuments.decision(runId)),
  }
}

/** The runs that there can be in each account: a change only if the plan let it go ahead. */
async function readRuns(
  readRun: (phase: Phase, account: string) => Promise<AccountRun | null>,
  { input, accounts, plan, decision }: OwnDocuments,
): Promise<Map<string, RunsInAccount>> {
  const isUndo = (input?.undo ?? null) !== null
  const toChange = new Set(plan && accountsToChange(plan.plan, plan.sha256, decision).map(({ account }) => account))
  const readRunsIn = async ({ account }: ListedAccount): Promise<[string, RunsInAccount]> => {
    const survey = isUndo ? null : await readRun('survey', account)
    const change = toChange.has(account) ? await readRun('change', account) : null
    const undo = isUndo ? await readRun('undo', account) : null
    return [account, { survey, change, undo }]
  }
  if (accounts === null) return new Map()
  const selected = accounts.accounts.filter(({ end }) => end === null)
  return new Map(await eachAtOnce(selected, readRunsIn))
}
