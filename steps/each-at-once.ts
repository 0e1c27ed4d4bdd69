// Calls to the run store, where a step has many of them.
import pMap from 'p-map'

/** More would wait for a connection. */
const CALLS_AT_ONCE = 20

/** Calls `call` for each item, some at once. @returns what it found, in the order of the items */
export const eachAtOnce = <Item, Found>(
  items: readonly Item[],
  call: (item: Item) => Promise<Found>,
): Promise<Found[]> => pMap(items, call, { concurrency: CALLS_AT_ONCE })
