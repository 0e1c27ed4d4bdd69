// The sha256 of the documents that are read through a store, of the same bytes: what a record lists, so that an auditor
// finds any that was changed since.
import { createHash } from 'node:crypto'
import type { RecordedDocument } from '../core/model/documents/record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import type { RunStore } from '../io/store/run-store.ts'

export interface DocumentHashes {
  /** The store, to read through. */
  store: RunStore
  /** Reads what has not been read yet, one by one and for its hash alone. What is no text has none. */
  readOthers(keys: string[]): Promise<void>
  /** Every document that was read so far, by key. */
  list(): RecordedDocument[]
}

/** Notes the hash of all that is read through `store` in the answer. */
export function hashReads(store: RunStore): DocumentHashes {
  const hashes = new Map<string, string>()
  const get = async (key: string): Promise<string | null> => {
    const text = await store.get(key)
    if (text !== null) hashes.set(key, createHash('sha256').update(text).digest('hex'))
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
