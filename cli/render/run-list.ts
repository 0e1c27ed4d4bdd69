// The runs of a store, a line for each.
import { OUTCOMES, type Outcome, type Status } from '../../core/model/closed-sets.ts'
import type { RunLine } from '../../views/runs.ts'
import { type Column, type TableOptions, table } from './table.ts'

const COLUMNS: Column<RunLine>[] = [
  { head: 'Run', cell: ({ runId }) => runId },
  { head: 'Account', cell: ({ account }) => account ?? '–' },
  { head: 'Mode', cell: ({ mode, isUndo }) => (isUndo ? 'undo' : (mode ?? '–')) },
  { head: 'Stale', cell: ({ counts, isUndo }) => (isUndo ? '–' : String(counts?.stale ?? '–')), align: 'right' },
  { head: 'Result', cell: resultOf },
]

/** Lines of the list. What came from the store must be safe to print. */
export const runList = (runs: RunLine[], options: Pick<TableOptions, 'columns' | 'colours'>): string[] =>
  table(runs, COLUMNS, { ...options, indent: 0 })

/** "18 deactivated, 2 failed"; "planned" */
function resultOf({ status, counts, unreadable }: RunLine): string {
  if (status === null || counts === null)
    return unreadable === undefined ? 'no record: running or interrupted' : 'cannot be read'
  const done = OUTCOMES.filter((outcome) => IS_LISTED[outcome] && counts[outcome] > 0)
  const parts = [...(SAID_BY_COUNTS[status] ? [] : [status]), ...done.map((outcome) => `${counts[outcome]} ${outcome}`)]
  return parts.join(', ') || status
}

const IS_LISTED: Record<Outcome, boolean> = { deactivated: true, reactivated: true, skipped: false, failed: true }

/** Whether the counts alone say how the run ended. */
const SAID_BY_COUNTS: Record<Status, boolean> = {
  planned: false,
  'nothing to do': false,
  deactivated: true,
  reactivated: true,
  'some keys failed': true,
  'over cap': false,
  'approval needed': false,
  rejected: false,
  expired: false,
  'another run is open': false,
  'switched off': false,
  refused: false,
  interrupted: false,
}
