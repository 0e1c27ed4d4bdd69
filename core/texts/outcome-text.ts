// Why a key has no outcome of its own in the run store, in words. They stand as `outcomeReason` in the record.

/** Of a stale key that its run's plan had no room for. The command line knows such a key by it. */
export const LEFT_FOR_NEXT_RUN = 'left for the next run'
export const INTERRUPTED_BEFORE = 'interrupted before it was touched'
export const NO_OUTCOME = 'no outcome'

/** @param by who approved the plan without the key */
export const leftOutText = (by: string): string => `left out by ${by}`
