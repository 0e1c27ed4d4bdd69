// Why an undo leaves an Inactive key as it is. The sentence is made in core/texts.

/** `by`: the id of the run; null: somebody reactivated the key without keysweep. */
export type UndoRefusal =
  | { why: 'not-deactivated' }
  | { why: 'reactivated'; by: string | null }
  | { why: 'deactivated-again'; by: string }
