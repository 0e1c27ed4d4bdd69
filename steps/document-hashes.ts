// The sha256 of each document that is read through a store, of the same bytes. The record lists them, so that an auditor
// finds a document that was changed later.
import { createHash } from 'node:crypto'
import type { RecordedDocument } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import type { RunStore } from '../io/store/run-store.ts'

export interface DocumentHashes {
  /** The store that notes the hashes. */
  store: RunStore
  /** Reads documents that were not read yet, for their hashes. A document that is not text gets none. */
  readOthers(keys: string[]): Promise<void>
  /** Every document that was read so far, in order of its key. */
  list(): RecordedDocument[]
}

/** Of a document's text, in hex. */
export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Wraps a store so that it notes the hash of each document that is read. */
export function hashReads(store: RunStore): DocumentHashes {
  const hashes = new Map<string, string>()
  const get = async (key: string): Promise<string | null> => {
    const text = await store.get(key)
    if (text !== null) hashes.set(key, sha256Of(text))
    return text
  }
  const readOthers = async (keys: string[]): Promise<void> => {
    for (const key of keys.filter((key) => !hashes.has(key))) await get(key).catch(unlessDamaged)
  }
  return {
    store: { ...store, get },
    readOthers,
    list: () => [...hashes].map(([key, sha256]) => ({ key, sha256 })).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  }
}

function unlessDamaged(error: unknown): void {
  if (!(error instanceof StoreDamaged)) throw error
}
