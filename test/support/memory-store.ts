// A run store in memory, for tests that need many thousands of them; held to the contract of every run store.
import type { RunStore } from '../../io/store/run-store.ts'

/** A store of these objects, by key; a new, empty one unless they are given. */
export function makeMemoryStore(objects: Map<string, string> = new Map()): RunStore & { objects: Map<string, string> } {
  return {
    objects,
    location: 'memory',
    put: async (key, text) => {
      const stands = objects.get(key)
      if (stands === undefined) objects.set(key, text)
      return { created: stands === undefined, text: stands ?? text }
    },
    get: async (key) => objects.get(key) ?? null,
    // A map keeps the order in which its keys were set.
    newest: async (prefix, name, among = () => true) =>
      [...objects.keys()]
        .filter((key) => key.startsWith(prefix) && key.endsWith(`/${name}`))
        .filter((key) => among(key.slice(prefix.length).split('/')[0] ?? ''))
        .reverse(),
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  }
}
