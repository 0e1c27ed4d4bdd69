// Functions whose work nobody needs after Ctrl-C.
import type { LocalFunction } from '../engine/step-functions.ts'
import { readUntil } from '../io/aws/reads.ts'

/** A function that only reads AWS: a stop of the execution ends its calls. Its document is not stored then. */
export const endedByStop =
  (handler: LocalFunction): LocalFunction =>
  (event, context) =>
    context === undefined ? handler(event) : readUntil(context.signal, () => handler(event))
