// When a fault or change happens: at the nth call of an action, optionally only for calls of an account or with certain parameters.
import type { ActionName, Params } from './actions.ts'

export interface Occasion {
  action: ActionName
  /** Which of the matching calls, counted from 1 since this was set. Default: every one. */
  nth?: number | number[] | 'every'
  /** Only calls that concern the account with this id count: its callers', and AssumeRole of a role in it. */
  account?: string
  /** Only calls for which this is true count. */
  match?: (params: Params, account: string) => boolean
}

export interface OccasionCall {
  action: ActionName
  params: Params
  /** The id of the account that the call concerns. */
  account: string
}

/** Entries with an occasion, and the number of matching calls of each. */
export interface Occasions<T extends Occasion> {
  /** Returns a function that removes the entry. */
  add(entry: T): () => void
  /** Counts this call, and returns the entries that are due at it, in the order in which they were added. */
  due(call: OccasionCall): T[]
}

export function occasions<T extends Occasion>(): Occasions<T> {
  const entries = new Map<T, { count: number }>()
  return {
    add(entry) {
      entries.set(entry, { count: 0 })
      return () => void entries.delete(entry)
    },
    due(call) {
      const matching = [...entries].filter(([entry]) => matches(entry, call))
      for (const [, calls] of matching) calls.count += 1
      return matching.filter(([entry, { count }]) => isDue(entry.nth ?? 'every', count)).map(([entry]) => entry)
    },
  }
}

const matches = ({ match, ...entry }: Occasion, { action, params, account }: OccasionCall): boolean =>
  entry.action === action &&
  (entry.account === undefined || entry.account === account) &&
  (match?.(params, account) ?? true)

const isDue = (nth: number | number[] | 'every', count: number): boolean =>
  nth === 'every' || [nth].flat().includes(count)
