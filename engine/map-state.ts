// An inline Map: up to 40 iterations at once. After a failure no more start.
import type { MapState } from './asl.ts'
import { StateFailed, Stopped } from './errors.ts'
import { fill, select } from './evaluate.ts'
import { shown, withinLimit } from './json.ts'
import { emit, type Scope } from './scope.ts'

/** AWS runs at most 40 inline iterations at once; a MaxConcurrency of 0 means the maximum. */
const MOST_AT_ONCE = 40

/** Runs the machine inside the Map on one item, in the scope of its iteration. */
export type RunIteration = (scope: Scope, input: unknown) => Promise<unknown>

/**
 * Resolves with the outputs in the order of the items. If an iteration fails, the others are stopped and this rejects with
 * the failure. As in AWS, a function that is running goes on, and its answer is dropped.
 */
export async function runMap(scope: Scope, name: string, state: MapState, input: unknown, run: RunIteration) {
  const items = select(state.ItemsPath ?? '$', { input, context: scope.context })
  if (!Array.isArray(items)) {
    throw new StateFailed('States.Runtime', `Map "${name}": its items must be an array, received ${shown(items)}`)
  }
  const width = atOnce(scope, name, state, input)
  emit(scope, { type: 'MapStarted', state: name, items: items.length })

  const breakOff = new AbortController()
  const signal = AbortSignal.any([scope.signal, breakOff.signal])
  const outputs = new Array<unknown>(items.length)
  const failures: unknown[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length && !signal.aborted) {
      const index = next++
      try {
        outputs[index] = await iterate(
          { ...scope, index, signal },
          name,
          state,
          { input, item: items[index], index },
          run,
        )
      } catch (error) {
        const first = !signal.aborted
        failures.push(error)
        breakOff.abort(new Stopped(`Iteration ${index} of "${name}" failed`))
        if (first && error instanceof StateFailed) emit(scope, { type: 'IterationFailed', state: name, index })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  scope.signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return outputs
}

type Item = { input: unknown; item: unknown; index: number }

async function iterate(scope: Scope, name: string, state: MapState, at: Item, run: RunIteration): Promise<unknown> {
  const context = { ...scope.context, Map: { Item: { Index: at.index, Value: at.item } } }
  const given =
    state.ItemSelector === undefined
      ? at.item
      : fill(state.ItemSelector, { input: at.input, context, uuid: scope.uuid })
  const output = await run(scope, withinLimit(given, `Input of iteration ${at.index} of "${name}"`))
  emit(scope, { type: 'IterationSucceeded', state: name, index: at.index, output })
  return output
}

function atOnce(scope: Scope, name: string, state: MapState, input: unknown): number {
  const { MaxConcurrency = 0, MaxConcurrencyPath } = state
  const { context } = scope
  const wanted = MaxConcurrencyPath === undefined ? MaxConcurrency : select(MaxConcurrencyPath, { input, context })
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) {
    const rule = `${MaxConcurrencyPath} must be a whole number, 0 or more`
    throw new StateFailed('States.Runtime', `Map "${name}": ${rule}, received ${shown(wanted)}`)
  }
  return Math.min(wanted || MOST_AT_ONCE, MOST_AT_ONCE)
}
