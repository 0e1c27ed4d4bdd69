// When something is to happen: at the nth call of an action, perhaps only of calls with certain parameters.
import type { ActionName, Params } from './actions.ts'

export interface Occasion {
  action: ActionName
  /** Which of the matching calls, counted from 1 from the moment this was set up. Default: every one. */
  nth?: number | number[] | 'every'
  /** Calls for which this is false are not counted. */
  match?: (params: Params) => boolean
}

/** Whatever is set up for an occasion, with its count of matching calls so far. */
export interface Occasions<T extends Occasion> {
  /** Answers with a function that takes it back. */
  add(entry: T): () => void
  /** Counts this call, and answers with everything that is due at it, in the order it was added. */
  due(action: string, params: Params): T[]
}

export function occasions<T extends Occasion>(): Occasions<T> {
  const entries = new Map<T, { seen: number }>()
  return {
    add(entry) {
      entries.set(entry, { seen: 0 })
      return () => void entries.delete(entry)
    },
    due(action, params) {
      const matching = [...entries].filter(([entry]) => entry.action === action && (entry.match?.(params) ?? true))
      for (const [, count] of matching) count.seen += 1
      return matching.filter(([entry, { seen }]) => isDue(entry.nth ?? 'every', seen)).map(([entry]) => entry)
    },
  }
}

const isDue = (nth: number | number[] | 'every', seen: number): boolean =>
  nth === 'every' || [nth].flat().includes(seen)
