// A run in one sentence: what it did, or why it did nothing.
import type { RunRecord } from '../../core/model/documents.ts'
import { capsExceeded } from '../../core/run/plan.ts'
import { keysOf } from '../../core/texts/counts.ts'

/** An undo has keys, and neither a report nor a plan of its own. */
export const isUndo = ({ report, plan, keys }: RunRecord): boolean =>
  report === null && plan === null && keys.length > 0

/** What the run came to. One line, without the run's name. */
export function headline(record: RunRecord): string {
  const { counts, error } = record
  switch (record.status) {
    case 'planned':
      return `${keysOf(counts.stale)} would be deactivated. Nothing was written to IAM.`
    case 'nothing to do':
      return counts.stale === 0
        ? 'Nothing to do: no key is stale.'
        : `Nothing done: none of ${keysOf(counts.stale)} was still to be ${isUndo(record) ? 'brought back' : 'taken'}.`
    case 'deactivated':
    case 'reactivated':
    case 'some keys failed':
      return `${outcomes(record)}.`
    case 'over cap':
    case 'approval needed':
      return `${record.status === 'over cap' ? 'Over a cap' : 'Approval needed'}: ${whyAsk(record)}. Nothing was written to IAM.`
    case 'refused':
      return `Refused, nothing was written to IAM: ${error?.message ?? 'no reason was noted'}`
    case 'interrupted':
      return counts.deactivated + counts.reactivated + counts.failed === 0
        ? `Interrupted: no key was ${isUndo(record) ? 'reactivated' : 'deactivated'}.`
        : `Interrupted: ${outcomes(record)}.`
    case 'rejected':
      return `Rejected by ${record.decision?.by ?? 'a person'}. Nothing was written to IAM.`
    case 'expired':
      return 'Nobody answered in time, and no answer is no. Nothing was written to IAM.'
    case 'another run is open':
      return `Another run is open${error === null ? '' : `: ${error.message}`}. Nothing was written to IAM.`
  }
}

function outcomes(record: RunRecord): string {
  const { deactivated, reactivated, skipped, failed, leftForNextRun } = record.counts
  const parts = [
    isUndo(record) ? `${keysOf(reactivated)} reactivated` : `${keysOf(deactivated)} deactivated`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(leftForNextRun > 0 ? [`${leftForNextRun} left for the next run`] : []),
  ]
  return parts.join(', ')
}

function whyAsk({ counts, policy, keys }: RunRecord): string {
  const caps = policy === null ? [] : capsExceeded(counts.stale, counts.activeKeys, policy)
  const rotation = keys.filter(({ row }) => row === 'rotation').length
  const inUse = rotation === 0 ? [] : [`${keysOf(rotation)} in use and only old`]
  return [...caps, ...inUse].join('; ') || `${keysOf(counts.stale)} would be deactivated`
}
