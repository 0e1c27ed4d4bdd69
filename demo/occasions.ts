// When a fault or change happens: at the nth call of an action, optionally only for calls with certain parameters.
import type { ActionName, Params } from './actions.ts'

export interface Occasion {
  action: ActionName
  /** Which of the matching calls, counted from 1 since this was set. Default: every one. */
  nth?: number | number[] | 'every'
  /** Only calls for which this is true count. */
  match?: (params: Params) => boolean
}

/** Entries with an occasion, and the number of matching calls of each. */
export interface Occasions<T extends Occasion> {
  /** Returns a function that removes the entry. */
  add(entry: T): () => void
  /** Counts this call, and returns the entries that are due at it, in the order in which they were added. */
  due(action: string, params: Params): T[]
}

export function occasions<T extends Occasion>(): Occasions<T> {
  const entries = new Map<T, { count: number }>()
  return {
    add(entry) {
      entries.set(entry, { count: 0 })
      return () => void entries.delete(entry)
    },
    due(action, params) {
      const matching = [...entries].filter(([entry]) => entry.action === action && (entry.match?.(params) ?? true))
      for (const [, calls] of matching) calls.count += 1
      return matching.filter(([entry, { count }]) => isDue(entry.nth ?? 'every', count)).map(([entry]) => entry)
    },
  }
}

const isDue = (nth: number | number[] | 'every', count: number): boolean =>
  nth === 'every' || [nth].flat().includes(count)
