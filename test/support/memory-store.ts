// A run store in memory, for tests that need many thousands of them; held to the contract of every run store.
import type { RunStore } from '../../io/run-store.ts'

/** A new, empty store; `objects` is what it holds, by key. */
export function makeMemoryStore(): RunStore & { objects: Map<string, string> } {
  const objects = new Map<string, string>()
  return {
    objects,
    location: 'memory',
    put: async (key, text) => {
      const stands = objects.get(key)
      if (stands === undefined) objects.set(key, text)
      return { created: stands === undefined, text: stands ?? text }
    },
    get: async (key) => objects.get(key) ?? null,
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
  }
}
