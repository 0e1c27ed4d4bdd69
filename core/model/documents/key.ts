// keys/<access key id>/<run id>.<name>.json: what one run wrote down of one key.
import * as z from 'zod'
import { ACTIONS, OUTCOMES } from '../closed-sets.ts'
import { document, instant } from './document.ts'

const keyOfRun = { runId: z.string(), user: z.string(), accessKeyId: z.string() }

/** `intent`, `intent-2`, ...: written before each update of the key. */
export const intent = document({
  ...keyOfRun,
  action: z.enum(ACTIONS),
  at: instant,
  /** An id of this attempt: it distinguishes a write whose answer was lost from another attempt's write. */
  attempt: z.string(),
})

export type Intent = z.infer<typeof intent>

/** `refused-1`, ...: IAM certainly did not carry out the update of the intent with this number. */
export const refusal = document({
  at: instant,
  /** The error's name. */
  error: z.string(),
})

export type Refusal = z.infer<typeof refusal>

/** `outcome` */
export const keyOutcome = document({
  ...keyOfRun,
  outcome: z.enum(OUTCOMES),
  reason: z.string().nullable(),
  /** The update was sent, or may have been. */
  sent: z.boolean(),
  at: instant,
})

export type KeyOutcome = z.infer<typeof keyOutcome>

/** `seen`: the run saw the key Active although an earlier run had deactivated it. */
export const reactivationSeen = document({ runId: z.string(), accessKeyId: z.string(), at: instant })

export type ReactivationSeen = z.infer<typeof reactivationSeen>

/** `undone`: the run is being undone, and is to send nothing more for this key. */
export const undoneMark = document({
  /** The undo's run id. */
  by: z.string(),
})
