/** Of one execution: a quota of Step Functions. */
export const MOST_EVENTS = 25_000
/** That one run takes. */
export const MAX_KEYS = 500
