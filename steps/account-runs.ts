// What the run store has of the runs in one account of an organization run. Only counts are kept of their documents: the keys
// of all accounts together would not fit into memory.
import { type Phase, perOutcome } from '../core/model/closed-sets.ts'
import type { ListedAccount } from '../core/model/documents/account-list.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { RunRecord } from '../core/model/documents/record.ts'
import { accountRunId } from '../core/model/ids.ts'
import type { AccountRun } from '../core/run/organization/account-run.ts'
import { type SurveyedAccount, type SurveyedPlan, summaryOf } from '../core/run/organization/plan.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { isDamage } from './join-record.ts'
import { documents, read, readStoredPlan } from './run-documents.ts'

type Recorded = NonNullable<AccountRun['record']>

/** Makes the record of a run in an account that has begun, and has none. */
export type Rebuild = (runId: string) => Promise<RunRecord>

/**
 * null: the store has nothing of it, so it did not begin. A document that cannot be read is an error of this account, and of
 * no other. @throws StoreUnavailable | StoreRefused, and what `rebuild` throws
 */
export async function readAccountRun(
  store: RunStore,
  organizationRun: string,
  phase: Phase,
  account: string,
  rebuild: Rebuild | null = null,
): Promise<AccountRun | null> {
  const runId = accountRunId(organizationRun, phase, account)
  try {
    const [input, stored] = [await read(store, documents.input(runId)), await read(store, documents.record(runId))]
    const record = stored ?? (input && rebuild && (await rebuild(runId)))
    if (input === null && record === null) return null
    const isOwn = input !== null && isRunOf(input, { run: organizationRun, phase, account })
    return { runId, input: input === null ? null : isOwn ? 'own' : 'other', record: record && whatCounts(record) }
  } catch (error) {
    if (!isDamage(error)) throw error
    return { runId, input: 'own', record: { ...UNREADABLE, error: { name: error.name, message: error.message } } }
  }
}

/** Whether this organization run started the run for this phase and account. Any run may have taken its name. */
export const isRunOf = (
  { account, organizationRun: of }: RunInput,
  part: { run: string; phase: Phase; account: string },
): boolean => of !== null && of.run === part.run && of.phase === part.phase && account === part.account

const whatCounts = ({ status, error, incomplete, counts, plan }: Recorded): Recorded => ({
  ...{ status, error, incomplete, counts, plan },
})

const UNREADABLE: Omit<Recorded, 'error'> = {
  status: 'refused',
  incomplete: true,
  counts: {
    ...{ users: 0, suspects: 0, activeKeys: 0, stale: 0, kept: 0, leftForNextRun: 0 },
    ...perOutcome(() => 0),
  },
  plan: null,
}

/** @throws StoreUnavailable | StoreRefused */
export async function readSurveyed(
  store: RunStore,
  organizationRun: string,
  listed: ListedAccount,
): Promise<SurveyedAccount> {
  const runId = accountRunId(organizationRun, 'survey', listed.account)
  if (listed.end !== null) return { listed, runId, survey: null, plan: null }
  const survey = await readAccountRun(store, organizationRun, 'survey', listed.account)
  return { listed, runId, survey, plan: survey && (await readSurveyedPlan(store, survey, listed.account)) }
}

/** null: there is none, or not the one that its record names. */
async function readSurveyedPlan(
  store: RunStore,
  { runId, input, record }: AccountRun,
  account: string,
): Promise<SurveyedPlan | null> {
  if (input !== 'own' || record === null || record.plan === null) return null
  try {
    const stored = await readStoredPlan(store, runId, record.plan.sha256)
    const suspects = await read(store, documents.suspects(runId))
    if (stored === null || suspects === null || stored.plan.account !== account) return null
    return summaryOf(stored.plan, stored.sha256, suspects.activeKeysNotExempt ?? suspects.activeKeys)
  } catch (error) {
    if (!isDamage(error)) throw error
    return null
  }
}
