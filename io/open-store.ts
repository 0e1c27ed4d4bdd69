// From where the run store is to the store itself.
import { makeDirectoryStore } from './directory-store.ts'
import type { RunStore } from './run-store.ts'

/** A directory's path. */
export const openStore = (location: string): RunStore => makeDirectoryStore(location)
