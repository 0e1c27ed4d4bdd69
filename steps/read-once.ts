// Reads a run's document once for all its keys.
import { makeNewest, type Newest } from '../core/model/newest.ts'
import type { RunStore } from '../io/store/run-store.ts'

/** What was made of a document, and the sha256 of its text, which is its name. */
export interface Named<T> {
  value: T
  sha256: string
}

/** More than the accounts that an organization run changes at once in one thread. */
const MOST_KEPT = 16

/**
 * Keeps the last documents that it read from each store, by their key and hash: a changed document has another hash, so what
 * is kept cannot be out of date. Without a hash it always reads.
 */
export function readOnce<T>() {
  const byStore = new WeakMap<RunStore, Newest<Named<T>>>()
  return async <Found extends Named<T> | null>(
    store: RunStore,
    key: string,
    sha256: string | undefined,
    read: () => Promise<Found>,
  ): Promise<Found | Named<T>> => {
    const kept = byStore.get(store) ?? makeNewest(MOST_KEPT)
    byStore.set(store, kept)
    const found = kept.get(key)
    if (found !== undefined && found.sha256 === sha256) return found
    const named = await read()
    if (named !== null) kept.set(key, named)
    return named
  }
}

/** Keys by their id. */
export const byId = <T extends { accessKeyId: string }>(keys: readonly T[]): ReadonlyMap<string, T> =>
  new Map(keys.map((key) => [key.accessKeyId, key]))
