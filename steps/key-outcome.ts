// A key's outcome in a run. It is written once, so that a later retry changes nothing.
import * as z from 'zod'
import type { KeyOutcome } from '../core/model/documents/key.ts'
import type { KeyEnd } from './change-status.ts'
import type { Ports } from './ports.ts'
import { documents, put, read } from './run-documents.ts'

/**
 * The input of each Map iteration. `plan` is the sha256 of the plan.json, or for an undo the undo.json, from which the machine
 * has the key. A run that started with an earlier definition has none.
 */
export const keyOfRun = z.object({
  runId: z.string(),
  user: z.string(),
  accessKeyId: z.string(),
  plan: z.string().optional(),
})

export type KeyOfRun = z.infer<typeof keyOfRun>

/** The stored outcome, or that of `end`, which is stored first. @returns little: readers use the store, not the Map's output */
export async function outcomeOnce(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { runId, user, accessKeyId }: KeyOfRun,
  end: () => Promise<KeyEnd>,
): Promise<Pick<KeyOutcome, 'accessKeyId' | 'outcome'>> {
  const document = documents.outcome(accessKeyId, runId)
  const stored = await read(store, document)
  if (stored !== null) return { accessKeyId, outcome: stored.outcome }
  const outcome: KeyOutcome = { runId, user, accessKeyId, ...(await end()), at: now().toISOString() }
  return { accessKeyId, outcome: (await put(store, document, outcome)).outcome }
}
