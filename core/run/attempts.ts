// What a run has already tried on one key, from the names of the documents that it stored. Before every update there is an
// intent, and after every update that IAM certainly refused a mark; an intent without its mark may have taken effect.

export interface Attempts {
  /** Updates the run was about to send. */
  count: number
  /** At least one of them may have taken effect. */
  sent: boolean
  /** The run has an outcome for the key, or is undone: nothing more is to be sent. */
  closed: boolean
  /** The run has an outcome for the key. */
  hasOutcome: boolean
}

/** The name of the nth intent of a run, from 1: "intent", "intent-2", ... */
export const intentName = (n: number): string => (n === 1 ? 'intent' : `intent-${n}`)

/** The name of the mark that the nth update was refused: "refused-1", ... */
export const refusedName = (n: number): string => `refused-${n}`

/** The name of the mark that a run is being undone. */
export const UNDO_MARKER = 'undone'

/** @param names of the run's objects under the key, such as "intent" or "refused-1" */
export function attemptsFrom(names: string[]): Attempts {
  const count = names.filter((name) => /^intent(-\d+)?$/.test(name)).length
  const refused = names.filter((name) => /^refused-\d+$/.test(name)).length
  const hasOutcome = names.includes('outcome')
  return { count, sent: count > refused, hasOutcome, closed: hasOutcome || names.includes(UNDO_MARKER) }
}
