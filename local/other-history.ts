// What other run stores of this machine know of access keys. A run goes by one store, but a key that another one knows to be
// reactivated must be kept too.
import { parseAccessKeyKey, type RunStore, runKey } from '../io/store/run-store.ts'

const OF_KEYS = 'keys/'

/**
 * The store, and with it what other runs wrote about access keys in the other stores. Everything else, and every write, is
 * the store's alone. If both have a run of the same id, the other store's says nothing.
 */
export function withHistoryOf(store: RunStore, others: RunStore[]): RunStore {
  if (others.length === 0) return store
  const own = new Set<string>()
  const isOwn = async (key: string): Promise<boolean> => {
    const { runId } = parseAccessKeyKey(key) ?? {}
    if (runId === undefined || own.has(runId)) return true
    if ((await store.list(runKey(runId, ''))).length === 0) return false
    own.add(runId)
    return true
  }
  return {
    ...store,
    async list(prefix) {
      const keys = await store.list(prefix)
      if (!prefix.startsWith(OF_KEYS)) return keys
      const more = (await Promise.all(others.map((other) => other.list(prefix)))).flat()
      const foreign = await Promise.all(more.map(async (key) => ((await isOwn(key)) ? [] : key)))
      return [...new Set([...keys, ...foreign.flat()])].sort()
    },
    async get(key) {
      const text = await store.get(key)
      if (text !== null || !key.startsWith(OF_KEYS) || (await isOwn(key))) return text
      const found = await Promise.all(others.map((other) => other.get(key)))
      return found.find((text) => text !== null) ?? null
    },
  }
}
