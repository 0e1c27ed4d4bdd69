// Why a key ended as skipped or failed. The stored `reason` is made of this in core/texts, and no program reads it.
import type { Rule } from './closed-sets.ts'
import type { UndoRefusal } from './undo-refusal.ts'
import type { DecidingRow } from './verdict.ts'

export type OutcomeReason =
  /** The user, or the key among the user's, is not found. After a rename IAM finds neither by the old name. */
  | { why: 'key-deleted' }
  /** The run has an outcome for the key already, or was undone, so it sent nothing. */
  | { why: 'run-closed' }
  /** Planned by this rule, and used since. It is stale by another rule, which nobody approved. */
  | { why: 'used-since-plan'; planned: Rule }
  /** Kept by its verdict before the write. */
  | { why: 'kept'; verdict: DecidingRow }
  /** Active long after an update of this run that may have been sent. */
  | { why: 'reactivated-since' }
  /** Neither Active nor Inactive. */
  | { why: 'other-status'; status: string }
  | { why: 'already-active' }
  | { why: 'undo-refused'; refusal: UndoRefusal }
  | { why: 'error'; error: string; message: string }
  /** The run was stopped by hand: before this key, or after IAM had refused the update, or without knowing more. */
  | { why: 'interrupted'; when: 'before' | 'refused' | null }
  /** Left out by an approval; null: the approver is not known. */
  | { why: 'left-out'; by: string | null }
  | { why: 'no-outcome' }
  /** The settings require a second witness, and there was none when the key events were read again. */
  | { why: 'no-second-witness' }
  /** The deployed mode is `off`. */
  | { why: 'switched-off' }
  /** The update was sent, or may have been, and was not seen to take effect. */
  | { why: 'not-confirmed'; because: OutcomeReason }
