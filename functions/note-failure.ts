// Note failure: writes the outcome of a key whose deactivation was given up.
import * as z from 'zod'
import type { KeyOutcome } from '../core/model/documents/key.ts'
import { messageOf } from '../core/run/record.ts'
import { readAttempts } from '../steps/key-journal.ts'
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

/** What Step Functions gives up may run on in Lambda: its update may be sent after this. */
const MAY_RUN_ON = /^(Lambda\.|Sandbox\.|States\.Timeout$)/

/** @throws what the run store throws. An outcome that stands already stays. */
export const makeNoteFailure =
  ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  async (event: unknown) => {
    const { runId, user, accessKeyId, error } = payload.parse(event)
    const attempts = await readAttempts(store, runId, accessKeyId)
    const sent = attempts.sent || MAY_RUN_ON.test(error.Error)
    const why = `${error.Error}: ${messageOf(error)}`
    const reason = sent ? `sent, not confirmed (${why})` : why
    const outcome: KeyOutcome = { runId, user, accessKeyId, outcome: 'failed', reason, sent, at: now().toISOString() }
    const stands = await put(store, documents.outcome(accessKeyId, runId), outcome)
    return { accessKeyId, outcome: stands.outcome }
  }

export const handler = onLambda(makeNoteFailure, storePort)
