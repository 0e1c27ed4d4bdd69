// In which account of an organization run a key or a user is, by what its surveys stored.
import pMap from 'p-map'
import { parseReport } from '../core/judge/report.ts'
import type { Member } from '../core/model/documents/input.ts'
import { ReportRefused, StoreDamaged } from '../core/model/errors.ts'
import { accountRunId } from '../core/model/ids.ts'
import { organizationRunsIn, type RunStore, runKey } from '../io/store/run-store.ts'
import { organizationDocuments, read, readSlices } from '../steps/run-documents.ts'

const READS_AT_ONCE = 20

/** An account that organization runs work on, and how to get into it. */
export interface MemberAccount {
  account: string
  name: string | null
  member: Member
}

/** The accounts of the newest organization run in this store that has a list of them. */
export interface KnownAccounts {
  organizationRun: string
  accounts: MemberAccount[]
}

/** null: no organization run of this store has listed its accounts. @throws what the run store throws */
export async function knownAccounts(store: RunStore): Promise<KnownAccounts | null> {
  const runs = organizationRunsIn(await store.list('orgs/'))
  const inputs = await pMap(runs, (runId) => read(store, organizationDocuments.input(runId)).catch(nullIfDamaged), {
    concurrency: READS_AT_ONCE,
  })
  // An undo lists only the accounts that it undoes.
  const surveys = inputs.flatMap((input) => (input === null || input.undo !== null ? [] : input))
  for (const { runId } of surveys.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))) {
    const list = await read(store, organizationDocuments.accounts(runId)).catch(nullIfDamaged)
    const selected = list?.accounts.filter(({ end }) => end === null) ?? []
    if (selected.length === 0) continue
    const accounts = selected.flatMap(({ account, name, member }) => (member === null ? [] : { account, name, member }))
    return { organizationRun: runId, accounts }
  }
  return null
}

/**
 * The accounts whose survey saw a key of this id, or a user of this name. A key that was in use is in no document: it is
 * found by its user's name alone.
 * @throws what the run store throws
 */
export async function accountsWith(
  store: RunStore,
  { organizationRun, accounts }: KnownAccounts,
  named: string,
): Promise<MemberAccount[]> {
  const has = await pMap(
    accounts,
    ({ account }) => sees(store, accountRunId(organizationRun, 'survey', account), account, named),
    { concurrency: READS_AT_ONCE },
  )
  return accounts.filter((_, index) => has[index])
}

async function sees(store: RunStore, runId: string, account: string, named: string): Promise<boolean> {
  const report = await store.get(runKey(runId, 'report.csv'))
  if (report?.includes(named) && usersIn(report, account).includes(named)) return true
  try {
    const slices = await readSlices(store, runId)
    return slices.some(({ users }) => users.some(({ facts }) => facts.keys.some((key) => key.accessKeyId === named)))
  } catch (error) {
    nullIfDamaged(error)
    return false
  }
}

function usersIn(report: string, account: string): string[] {
  try {
    return parseReport(report, account).rows.map(({ user }) => user)
  } catch (error) {
    // A report that its run refused names nobody.
    if (error instanceof ReportRefused) return []
    throw error
  }
}

/** A damaged document hides no other account. */
function nullIfDamaged(error: unknown): null {
  if (error instanceof StoreDamaged) return null
  throw error
}
