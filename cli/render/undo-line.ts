// The line that undoes a run, printed after every change.
import type { RunRecord } from '../../core/model/documents/record.ts'
import { COMMAND, inShell } from './answer-line.ts'
import { isUndo } from './headline.ts'

/** Options of the run that its undo needs too; environment variables still hold for it. */
export interface UndoOptions {
  machine?: string | undefined
  store?: string | undefined
  profile?: string | undefined
  region?: string | undefined
}

/** One line with its line break; empty for a run that changed no key, and for an undo. */
export function undoLine(record: RunRecord, options: UndoOptions): string {
  const { deactivated, failed } = record.counts
  // A failed key may have been deactivated: its update was sent, and its answer never came.
  if (isUndo(record) || deactivated + failed === 0) return ''
  return `Undo         ${undoCommand(record.runId, options)}\n`
}

/** `keysweep undo <run>` with these options. */
export function undoCommand(runId: string, { machine, store, profile, region }: UndoOptions): string {
  const options = Object.entries({ machine, store, profile, region }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${inShell(value)}`],
  )
  return [`${COMMAND} undo ${runId}`, ...options].join(' ')
}
