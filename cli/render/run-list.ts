// The runs of a store, a line for each.
import {
  type OrganizationStatus,
  OUTCOMES,
  type Outcome,
  type SharedStatus,
  type Status,
} from '../../core/model/closed-sets.ts'
import type { OrganizationListLine } from '../../core/model/printed.ts'
import { accountsOf } from '../../core/texts/counts.ts'
import type { RunLife } from '../../views/run-life.ts'
import type { RunLine } from '../../views/runs.ts'
import { type Column, type TableOptions, table } from './table.ts'

/** A line: of a run in one account, or over several. */
export type ListedRun = (RunLine | OrganizationListLine) & {
  /** null: it has a record, or cannot be read. */
  life: RunLife | null
}

interface Row extends Pick<RunLine, 'runId' | 'mode' | 'isUndo'> {
  account: string
  stale: number | null
  result: string
}

const COLUMNS: Column<Row>[] = [
  { head: 'Run', cell: ({ runId }) => runId },
  { head: 'Account', cell: ({ account }) => account },
  { head: 'Mode', cell: ({ mode, isUndo }) => (isUndo ? 'undo' : (mode ?? '–')) },
  { head: 'Stale', cell: ({ stale, isUndo }) => (isUndo ? '–' : String(stale ?? '–')), align: 'right' },
  { head: 'Result', cell: ({ result }) => result },
]

/** Lines of the list. What came from the store must be safe to print. */
export const runList = (runs: ListedRun[], options: Pick<TableOptions, 'columns' | 'colours'>): string[] =>
  table(runs.map(rowOf), COLUMNS, { ...options, indent: 0 })

function rowOf(run: ListedRun): Row {
  const { runId, mode, counts } = run
  const row = { runId, mode, stale: counts?.stale ?? null }
  if (!('hub' in run)) return { ...row, isUndo: run.isUndo, account: run.account ?? '–', result: resultOf(run) }
  const account = run.counts === null ? 'several' : accountsOf(run.counts.accounts)
  return { ...row, isUndo: run.undo !== null, account, result: organizationResultOf(run) }
}

const withoutRecord = ({ life }: ListedRun): string => (life === null ? 'cannot be read' : LIFE[life])

/** The result of a run without a record. */
const LIFE: Record<RunLife, string> = {
  running: 'running',
  interrupted: 'no record: interrupted',
  unknown: 'no record: running or interrupted',
}

/** "some accounts failed, 119 deactivated" */
function organizationResultOf(run: ListedRun & OrganizationListLine): string {
  const { status, counts } = run
  if (status === null || counts === null) return withoutRecord(run)
  return partsOf(counts, ORGANIZATION_SAID_BY_COUNTS[status] ? null : status).join(', ') || status
}

const partsOf = (counts: Record<Outcome, number>, status: string | null): string[] => [
  ...(status === null ? [] : [status]),
  ...OUTCOMES.filter((outcome) => IS_LISTED[outcome] && counts[outcome] > 0).map(
    (outcome) => `${counts[outcome]} ${outcome}`,
  ),
]

/** "18 deactivated, 2 failed"; "planned" */
function resultOf(run: ListedRun & RunLine): string {
  const { status, counts } = run
  if (status === null || counts === null) return withoutRecord(run)
  return partsOf(counts, SAID_BY_COUNTS[status] ? null : status).join(', ') || status
}

const IS_LISTED: Record<Outcome, boolean> = { deactivated: true, reactivated: true, skipped: false, failed: true }

/** Whether the counts alone say how the run ended. */
const SHARED_SAID_BY_COUNTS: Record<SharedStatus, boolean> = {
  planned: false,
  'nothing to do': false,
  'approval needed': false,
  rejected: false,
  expired: false,
  'another run is open': false,
  'switched off': false,
  refused: false,
  interrupted: false,
}

const SAID_BY_COUNTS: Record<Status, boolean> = {
  ...SHARED_SAID_BY_COUNTS,
  deactivated: true,
  reactivated: true,
  'some keys failed': true,
  'over cap': false,
}

const ORGANIZATION_SAID_BY_COUNTS: Record<OrganizationStatus, boolean> = {
  ...SHARED_SAID_BY_COUNTS,
  changed: true,
  'some accounts failed': false,
}
