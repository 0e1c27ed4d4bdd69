// Reads a run's document once for all its keys.
import type { RunStore } from '../io/store/run-store.ts'

/** What was made of a document, and the sha256 of its text, which is its name. */
export interface Named<T> {
  value: T
  sha256: string
}

/**
 * Keeps the last document that it read from each store, by its key and hash: a changed document has another hash, so what is
 * kept cannot be out of date. Without a hash it always reads.
 */
export function readOnce<T>() {
  const last = new WeakMap<RunStore, Named<T> & { key: string }>()
  return async <Found extends Named<T> | null>(
    store: RunStore,
    key: string,
    sha256: string | undefined,
    read: () => Promise<Found>,
  ): Promise<Found | Named<T>> => {
    const kept = last.get(store)
    if (kept !== undefined && kept.key === key && kept.sha256 === sha256) return kept
    const named = await read()
    if (named !== null) last.set(store, { ...named, key })
    return named
  }
}

/** Keys by their id. */
export const byId = <T extends { accessKeyId: string }>(keys: readonly T[]): ReadonlyMap<string, T> =>
  new Map(keys.map((key) => [key.accessKeyId, key]))
