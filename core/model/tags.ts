// The tags of an IAM user that keysweep reads. IAM compares their names without regard to case.

/** Of every tag that keysweep reads. */
export const TAG_BEGINNING = 'keysweep'

/** Its value is the reason. With `/<access key id>` after it, it is about that key alone. */
export const EXEMPT_TAG = 'keysweep-exempt'

/** Its value is a day (YYYY-MM-DD), and a reason after it. */
export const EXEMPT_UNTIL_TAG = 'keysweep-exempt-until'
