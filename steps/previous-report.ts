// The newest report of an earlier run on the same account whose suspects were all checked: a run that made a plan.
import { parseReport } from '../core/judge/report.ts'
import { ReportRefused } from '../core/model/errors.ts'
import type { ReportRow } from '../core/model/facts.ts'
import { type RunStore, runKey, runsIn } from '../io/store/run-store.ts'
import { documents, read } from './run-documents.ts'

/** Runs that are looked at, the last one first: those without a report, such as one of a stored plan, are passed over. */
const MOST_RUNS = 5

export interface PreviousReport {
  generatedAt: string
  rows: ReportRow[]
}

/** null: there is none, or the store cannot tell which is the newest. @throws what the run store throws */
export async function previousReport(store: RunStore, account: string, runId: string): Promise<PreviousReport | null> {
  const plans = (await store.newest?.('runs/', 'plan.json')) ?? []
  const others = runsIn(plans).filter((run) => run !== runId)
  for (const run of others.slice(0, MOST_RUNS)) {
    const found = await reportOf(store, account, run)
    if (found !== null) return found
  }
  return null
}

async function reportOf(store: RunStore, account: string, run: string): Promise<PreviousReport | null> {
  const [input, suspects, content] = await Promise.all([
    read(store, documents.input(run)),
    read(store, documents.suspects(run)),
    store.get(runKey(run, 'report.csv')),
  ])
  if (input?.account !== account || suspects === null || content === null) return null
  try {
    return { generatedAt: suspects.generatedAt, rows: parseReport(content, account).rows }
  } catch (error) {
    // An earlier version may have read what this one refuses.
    if (error instanceof ReportRefused) return null
    throw error
  }
}
