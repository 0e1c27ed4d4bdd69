// The `outcomeReason` of a key.
import type { OutcomeReason } from '../model/outcome-reason.ts'
import { undoRefusalText } from './undo-text.ts'
import { verdictText } from './verdict-text.ts'

/** Of a stale key that had no room in its run's plan. */
export const LEFT_FOR_NEXT_RUN = 'left for the next run'

const INTERRUPTED = {
  before: 'run stopped before this key was changed',
  refused: 'run stopped after IAM refused the update',
}

export function outcomeReasonText(reason: OutcomeReason): string {
  switch (reason.why) {
    case 'key-deleted':
      return 'key deleted, or user renamed'
    case 'run-closed':
      return 'not sent: the run already has an outcome for this key, or was undone'
    case 'used-since-plan':
      return `used since it was planned as ${reason.planned}`
    case 'kept':
      return verdictText(reason.verdict)
    case 'reactivated-since':
      return 'Active although this run sent an update before: not sent again'
    case 'other-status':
      return `status is ${reason.status}, not Inactive`
    case 'already-active':
      return 'already Active'
    case 'undo-refused':
      return undoRefusalText(reason.refusal)
    case 'error':
      return `${reason.error}: ${reason.message}`
    case 'interrupted':
      return reason.when === null ? 'run stopped' : INTERRUPTED[reason.when]
    case 'left-out':
      return `left out by ${reason.by ?? 'somebody'}`
    case 'no-second-witness':
      return 'no second witness, which the settings require'
    case 'switched-off':
      return 'keysweep is switched off (mode off is deployed)'
    case 'no-outcome':
      return 'no outcome'
    case 'not-confirmed':
      return `sent, not confirmed (${outcomeReasonText(reason.because)})`
  }
}
