// Note failure: stores the outcome `failed` of a key, after all retries.
import * as z from 'zod'
import type { KeyOutcome } from '../core/model/documents/key.ts'
import type { OutcomeReason } from '../core/model/outcome-reason.ts'
import { messageOf } from '../core/run/execution-end.ts'
import { failed, notConfirmed } from '../steps/change-status.ts'
import { readAttempts } from '../steps/key-journal.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({
  runId: z.string(),
  user: z.string(),
  accessKeyId: z.string(),
  error: z.object({ Error: z.string(), Cause: z.string().default('') }),
})

/** After these errors the function may still run in Lambda, and send its update later. */
const MAY_RUN_ON = /^(Lambda\.|Sandbox\.|States\.Timeout$)/

/** An outcome that is stored already stays. @throws PassRefused, and what the run store throws */
export const makeNoteFailure = ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  withPass({ store }, payload, async ({ runId, user, accessKeyId, error }) => {
    const attempts = await readAttempts(store, runId, accessKeyId)
    const sent = attempts.sent || MAY_RUN_ON.test(error.Error)
    const reason: OutcomeReason = { why: 'error', error: error.Error, message: messageOf(error) }
    const end = sent ? notConfirmed(reason) : failed(reason, { sent })
    const outcome: KeyOutcome = { runId, user, accessKeyId, ...end, at: now().toISOString() }
    const stored = await put(store, documents.outcome(accessKeyId, runId), outcome)
    return { accessKeyId, outcome: stored.outcome }
  })

export const handler = onLambda(makeNoteFailure, storePort)
