// A key's outcome in a run: written once, so that a retry after it changes nothing.
import * as z from 'zod'
import type { KeyOutcome } from '../core/model/documents/key.ts'
import type { KeyEnd } from './change-status.ts'
import type { Ports } from './ports.ts'
import { documents, put, read } from './run-documents.ts'

/** What the Map hands to each iteration. */
export const keyOfRun = z.object({ runId: z.string(), user: z.string(), accessKeyId: z.string() })

export type KeyOfRun = z.infer<typeof keyOfRun>

/** The outcome that stands, or the one that `end` comes to. @returns little: truth is in the store, not in the Map */
export async function outcomeOnce(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  { runId, user, accessKeyId }: KeyOfRun,
  end: () => Promise<KeyEnd>,
): Promise<Pick<KeyOutcome, 'accessKeyId' | 'outcome'>> {
  const place = documents.outcome(accessKeyId, runId)
  const stands = await read(store, place)
  if (stands !== null) return { accessKeyId, outcome: stands.outcome }
  const ended = await end()
  const outcome: KeyOutcome = { runId, user, accessKeyId, ...ended, at: now().toISOString() }
  return { accessKeyId, outcome: (await put(store, place, outcome)).outcome }
}
