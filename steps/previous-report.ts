// The newest report of an earlier run on the same account whose suspects were all checked: a run that made a plan.
import type { DatedReport } from '../core/judge/previous-report.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { ReportRefused } from '../core/model/errors.ts'
import { accountRunId, isOrganizationRunId, partsOfAccountRunId } from '../core/model/ids.ts'
import { organizationRunsIn, type RunStore, runKey, runsIn } from '../io/store/run-store.ts'
import { documents, read } from './run-documents.ts'

/** Runs that are looked at, the last one first: those without a report, such as one of a stored plan, are passed over. */
const MOST_RUNS = 5

type OfRun = Pick<RunInput, 'runId' | 'account' | 'organizationRun'>

/**
 * null: there is none.
 * @param since a run: only those whose plan is newer count
 * @throws what the run store throws
 */
export async function previousReport(
  store: RunStore,
  run: OfRun,
  since: string | null = null,
): Promise<DatedReport | null> {
  const earlier = await (run.organizationRun === null ? runsWithPlans(store, run) : surveys(store, run, since))
  const others = before(earlier, since).filter((runId) => runId !== run.runId)
  for (const runId of others.slice(0, MOST_RUNS)) {
    const found = await reportOf(store, run.account, runId)
    if (found !== null) return found
  }
  return null
}

/** The runs in the list before this one; all if it is not there. */
const before = (runs: string[], run: string | null): string[] =>
  run === null || !runs.includes(run) ? runs : runs.slice(0, runs.indexOf(run))

/** The runs that made a plan, the last one first. */
async function runsWithPlans(store: RunStore, { account }: OfRun): Promise<string[]> {
  return runsIn(await store.newest('runs/', 'plan.json', (runId) => mayReadReportOf(account, runId)))
}

/**
 * Whether the run may have read a report of the account, by its name. A part of an organization run reads one in its survey, and
 * is named after its account: there may be thousands of others, all newer.
 */
export function mayReadReportOf(account: string, runId: string): boolean {
  const part = partsOfAccountRunId(runId)
  return part === null || (part.phase === 'survey' && part.account === account)
}

/** The surveys of this account that made a plan, the last one first. They are named after the organization runs, which are few. */
async function surveys(store: RunStore, { account }: OfRun, since: string | null): Promise<string[]> {
  const named = organizationRunsIn(await store.newest('orgs/', 'accounts.json', isOrganizationRunId)).map(
    (organizationRun) => accountRunId(organizationRun, 'survey', account),
  )
  const planned: string[] = []
  for (const runId of before(named, since))
    if (planned.length <= MOST_RUNS && (await store.list(runKey(runId, 'plan.json'))).length > 0) planned.push(runId)
  return planned
}

async function reportOf(store: RunStore, account: string, run: string): Promise<DatedReport | null> {
  // The report of another account is not even read.
  if ((await read(store, documents.input(run)))?.account !== account) return null
  const [suspects, content] = await Promise.all([
    read(store, documents.suspects(run)),
    store.get(runKey(run, 'report.csv')),
  ])
  if (suspects === null || content === null) return null
  // Loaded only here: the report of a stored plan is seldom followed by another one.
  const { parseReport } = await import('../core/judge/report.ts')
  try {
    return { generatedAt: suspects.generatedAt, rows: parseReport(content, account).rows }
  } catch (error) {
    // An earlier version may have read what this one refuses.
    if (error instanceof ReportRefused) return null
    throw error
  }
}
