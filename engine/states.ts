// One attempt of one state: its Parameters, its work, its ResultSelector and ResultPath. AWS's size limit applies to each.
import type { FailState, MapState, State, TaskState } from './asl.ts'
import { MAX_SECONDS } from './asl-common.ts'
import { isDistributed } from './asl-map.ts'
import { startsExecution, waitsForToken } from './asl-task.ts'
import { StateFailed } from './errors.ts'
import { choose, type Data, fill, select } from './evaluate.ts'
import { placeResult, shown, withinLimit } from './json.ts'
import { invoke } from './lambda-invoke.ts'
import { runMapRun } from './map-run.ts'
import { type RunIteration, runMap } from './map-state.ts'
import { runNested } from './nested-execution.ts'
import { pause, type Scope } from './scope.ts'
import { within } from './timers.ts'

/** The output of a state and the next state; `next` is null at the end. */
export interface Handover {
  output: unknown
  next: string | null
}

/** Runs an iteration of a Map. Passed in, because a Map contains a machine, and a machine contains states. */
export type RunInside = (state: MapState) => RunIteration

/** Attempts a state once. Rejects with a StateFailed, or with the signal's reason if the scope has ended. */
export async function attempt(
  scope: Scope,
  name: string,
  state: State,
  input: unknown,
  inside: RunInside,
): Promise<Handover> {
  const { context, uuid } = scope
  if (state.Type === 'Fail') throw failure(state, { input, context })
  const result = withinLimit(await act(scope, name, state, input, inside), `Result of state "${name}"`)
  const selector = 'ResultSelector' in state ? state.ResultSelector : undefined
  const selected = selector === undefined ? result : fill(selector, { input: result, context, uuid })
  const placed = 'ResultPath' in state ? placeResult(input, state.ResultPath, selected) : selected
  const output = withinLimit(placed, `Output of state "${name}"`)
  if (state.Type === 'Choice') return { output, next: choose(state, { input, context }) }
  return { output, next: 'Next' in state ? (state.Next ?? null) : null }
}

async function act(scope: Scope, name: string, state: State, input: unknown, inside: RunInside): Promise<unknown> {
  switch (state.Type) {
    case 'Task':
      return runTask(scope, name, state, input)
    case 'Map':
      return (isDistributed(state) ? runMapRun : runMap)(scope, name, state, input, inside(state))
    case 'Pass':
      return state.Parameters === undefined
        ? input
        : fill(state.Parameters, { input, context: scope.context, uuid: scope.uuid })
    case 'Wait':
      await pause(scope, state.Seconds * 1000, name, 'wait')
      return input
    default:
      return input
  }
}

async function runTask(scope: Scope, name: string, state: TaskState, input: unknown): Promise<unknown> {
  const ticket = waitsForToken(state) ? scope.tokens.open() : null
  try {
    const context = ticket ? { ...scope.context, Task: { Token: ticket.token } } : scope.context
    const parameters = withinLimit(
      fill(state.Parameters, { input, context, uuid: scope.uuid }),
      `Parameters of state "${name}"`,
    )
    const milliseconds = timeLimit(scope, name, state, input)
    // No await from here to the call: after a stop no function is called and no execution starts.
    scope.signal.throwIfAborted()
    if (startsExecution(state)) return await runNested(scope, parameters, milliseconds)
    const returned = invoke(scope.lambda, parameters)
    // If the function fails, the task fails. Only the answer to the token can make it succeed.
    const done = ticket ? Promise.race([ticket.answer, returned.then(() => ticket.answer)]) : returned
    return await within(done, milliseconds, scope.signal)
  } finally {
    ticket?.close()
  }
}

/** In milliseconds of this machine; undefined if the task has no limit. */
function timeLimit(scope: Scope, name: string, state: TaskState, input: unknown): number | undefined {
  const path = state.TimeoutSecondsPath
  const seconds = path === undefined ? state.TimeoutSeconds : select(path, { input, context: scope.context })
  if (seconds === undefined) return undefined
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS) {
    throw new StateFailed(
      'States.Runtime',
      `Task "${name}": ${path} must be a whole number of seconds from 1 to ${MAX_SECONDS}, received ${shown(seconds)}`,
    )
  }
  return scope.limit(seconds * 1000, name)
}

function failure(state: FailState, data: Data): StateFailed {
  const text = (path: string | undefined): string => {
    if (path === undefined) return ''
    const value = select(path, data)
    if (typeof value === 'string') return value
    throw new StateFailed('States.Runtime', `Fail: ${path} must be a string, received ${shown(value)}`)
  }
  return new StateFailed(text(state.ErrorPath), text(state.CausePath))
}
