// A distributed Map: a Map Run, whose children are executions of their own. A failed child stops no other, until more have
// failed than the Map tolerates.
import { randomUUID } from 'node:crypto'
import type { MapState } from './asl.ts'
import { StateFailed, Stopped } from './errors.ts'
import type { JsonObject } from './json.ts'
import { atOnce, eachIndex, inputOf, itemsOf } from './map-items.ts'
import type { RunIteration } from './map-state.ts'
import { emit, type Scope } from './scope.ts'

/** AWS runs at most 10,000 children at once. In one process, more than this gains nothing. */
const MOST_CHILDREN_AT_ONCE = 1000

/**
 * Resolves with the outputs of the children in the order of the items. Where failures are tolerated, the definition drops this
 * result (asl-map.ts). If more children fail than are tolerated, the others are stopped, and this rejects with
 * `States.ExceedToleratedFailureThreshold`.
 */
export async function runMapRun(scope: Scope, name: string, state: MapState, input: unknown, run: RunIteration) {
  const items = itemsOf(scope, name, state, input)
  const width = atOnce(scope, name, state, input, MOST_CHILDREN_AT_ONCE)
  const inputs = items.map((item, index) => inputOf(scope, name, state, { input, item, index }))
  emit(scope, { type: 'MapRunStarted', state: name, items: items.length })

  const stopping = new AbortController()
  const signal = AbortSignal.any([scope.signal, stopping.signal])
  const errors: unknown[] = []
  const breakOff = (error: unknown) => {
    errors.push(error)
    stopping.abort(new Stopped(`Map "${name}" failed`))
  }
  const outputs = new Array<unknown>(inputs.length)
  let failures = 0
  await eachIndex(inputs.length, width, signal, async (index) => {
    try {
      const result = await runChild({ ...scope, signal }, name, state, { index, input: inputs[index] }, run)
      if (!(result instanceof StateFailed)) outputs[index] = result.output
      else if (++failures * 100 > (state.ToleratedFailurePercentage ?? 0) * inputs.length) breakOff(exceeded())
    } catch (error) {
      breakOff(error)
    }
  })
  // The first one is the reason; the others were stopped by it.
  if (errors.length > 0) throw errors[0]
  return outputs
}

const exceeded = () =>
  new StateFailed('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded')

/** Resolves with the child's output, or with its failure. Rejects with the signal's reason, or for an error in a callback. */
async function runChild(
  scope: Scope,
  name: string,
  state: MapState,
  { index, input }: { index: number; input: unknown },
  run: RunIteration,
): Promise<{ output: unknown } | StateFailed> {
  emit(scope, { type: 'ChildStarted', state: name, index, input })
  const context = contextOf(scope, state.Label ?? name, input)
  try {
    const output = await run({ ...scope, context, onEvent: () => {} }, input)
    emit(scope, { type: 'ChildSucceeded', state: name, index, output })
    return { output }
  } catch (error) {
    if (!(error instanceof StateFailed)) throw error
    emit(scope, { type: 'ChildFailed', state: name, index, error: error.error, cause: error.causeText })
    return error
  }
}

/** `$$` of a child: an execution of its own, of the machine `<parent's machine>/<label>`. */
function contextOf({ context, now }: Scope, label: string, input: unknown): JsonObject {
  const parent = context.StateMachine as { Id: string; Name: string }
  const Id = `${parent.Id}/${label}`
  const Name = randomUUID()
  return {
    Execution: {
      Id: `${Id.replace(':stateMachine:', ':execution:')}:${Name}`,
      Name,
      StartTime: now().toISOString(),
      Input: input,
    },
    StateMachine: { Id, Name: `${parent.Name}/${label}` },
  }
}
