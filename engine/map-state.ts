// An inline Map: up to 40 iterations at once. After a failure no more start.
import type { MapState } from './asl.ts'
import { StateFailed, Stopped } from './errors.ts'
import { atOnce, eachIndex, inputOf, itemsOf } from './map-items.ts'
import { emit, type Scope } from './scope.ts'

/** AWS runs at most 40 inline iterations at once. */
const MOST_AT_ONCE = 40

/** Runs the machine inside the Map on one item, in the scope of its iteration. */
export type RunIteration = (scope: Scope, input: unknown) => Promise<unknown>

/**
 * Resolves with the outputs in the order of the items. If an iteration fails, the others are stopped and this rejects with
 * the failure. As in AWS, a function that is running goes on, and its answer is dropped.
 */
export async function runMap(scope: Scope, name: string, state: MapState, input: unknown, run: RunIteration) {
  const items = itemsOf(scope, name, state, input)
  const width = atOnce(scope, name, state, input, MOST_AT_ONCE)
  emit(scope, { type: 'MapStarted', state: name, items: items.length })

  const breakOff = new AbortController()
  const signal = AbortSignal.any([scope.signal, breakOff.signal])
  const outputs = new Array<unknown>(items.length)
  const failures: unknown[] = []
  const iterate = async (index: number): Promise<unknown> => {
    const iteration = { ...scope, index, signal }
    const output = await run(iteration, inputOf(iteration, name, state, { input, item: items[index], index }))
    emit(iteration, { type: 'IterationSucceeded', state: name, index, output })
    return output
  }
  await eachIndex(items.length, width, signal, async (index) => {
    try {
      outputs[index] = await iterate(index)
    } catch (error) {
      const first = !signal.aborted
      failures.push(error)
      breakOff.abort(new Stopped(`Iteration ${index} of "${name}" failed`))
      if (first && error instanceof StateFailed) emit(scope, { type: 'IterationFailed', state: name, index })
    }
  })
  scope.signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return outputs
}
