// What inline and distributed Maps share: the items, the input made of each, and how many run at once.
import type { MapState } from './asl.ts'
import { StateFailed } from './errors.ts'
import { fill, select } from './evaluate.ts'
import { shown, withinLimit } from './json.ts'
import type { Scope } from './scope.ts'

/** The items of the Map. @throws StateFailed `States.Runtime` if they are not an array */
export function itemsOf(scope: Scope, name: string, state: MapState, input: unknown): unknown[] {
  const items = select(state.ItemsPath ?? '$', { input, context: scope.context })
  if (Array.isArray(items)) return items
  throw new StateFailed('States.Runtime', `Map "${name}": its items must be an array, received ${shown(items)}`)
}

/** The input for one item. ItemSelector sees the Map's input, its execution's context and `$$.Map.Item`. */
export function inputOf(
  { context, uuid }: Scope,
  name: string,
  { ItemSelector }: MapState,
  { input, item, index }: { input: unknown; item: unknown; index: number },
): unknown {
  const ofItem = { ...context, Map: { Item: { Index: index, Value: item } } }
  const given = ItemSelector === undefined ? item : fill(ItemSelector, { input, context: ofItem, uuid })
  return withinLimit(given, `Input of iteration ${index} of "${name}"`)
}

/** MaxConcurrency. As in AWS, 0 and none mean the maximum, `most`. */
export function atOnce({ context }: Scope, name: string, state: MapState, input: unknown, most: number): number {
  const { MaxConcurrency = 0, MaxConcurrencyPath } = state
  const wanted = MaxConcurrencyPath === undefined ? MaxConcurrency : select(MaxConcurrencyPath, { input, context })
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) {
    const rule = `${MaxConcurrencyPath} must be a whole number, 0 or more`
    throw new StateFailed('States.Runtime', `Map "${name}": ${rule}, received ${shown(wanted)}`)
  }
  return Math.min(wanted || most, most)
}

/** Runs the work for 0 to count - 1 in order, at most `width` at once. Begins none after the signal is aborted. */
export async function eachIndex(
  count: number,
  width: number,
  signal: AbortSignal,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count && !signal.aborted) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker))
}
