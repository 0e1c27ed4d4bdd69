// Runs a machine from state to state, with Retry and Catch.
import { setImmediate as turn } from 'node:timers/promises'
import type { Machine, State } from './asl.ts'
import type { Catcher, Retrier } from './asl-common.ts'
import { StateFailed } from './errors.ts'
import { placeResult, withinLimit } from './json.ts'
import { firstMatch, retryPause } from './retry.ts'
import { emit, pause, type Scope } from './scope.ts'
import { attempt, type Handover, type RunInside } from './states.ts'

/** Resolves with the last state's output. Rejects with a StateFailed that was not caught, or with the signal's reason. */
export async function runStates(scope: Scope, machine: Machine, input: unknown): Promise<unknown> {
  let handed: Handover = { output: input, next: machine.StartAt }
  while (handed.next !== null) {
    const name = handed.next
    const state = machine.States[name] as State
    const at = { state: name, stateType: state.Type, index: scope.index }
    // Yields to the event loop, so that a loop of states without a pause can be stopped.
    await turn()
    emit(scope, { type: 'StateEntered', ...at })
    handed = await runState(scope, name, state, handed.output)
    emit(scope, { type: 'StateExited', ...at })
  }
  return handed.output
}

const inside: RunInside = (state) => (scope, input) => runStates(scope, state.ItemProcessor, input)

/** Runs a state once, with its retries. Each Retry rule has its own count, which starts again at each visit. */
async function runState(scope: Scope, name: string, state: State, input: unknown): Promise<Handover> {
  const retries = new Map<Retrier, number>()
  for (;;) {
    try {
      return await attempt(scope, name, state, input, inside)
    } catch (error) {
      // Only the errors of ASL are retried or caught. A stop, or a bug in the engine, is not.
      if (!(error instanceof StateFailed)) throw error
      if (await retried(scope, name, state, error, retries)) continue
      return caught(scope, name, state, input, error)
    }
  }
}

/** Pauses and returns true if there is a retry. When a rule has used all its attempts, no later rule applies. */
async function retried(scope: Scope, name: string, state: State, failed: StateFailed, retries: Map<Retrier, number>) {
  const retrier = firstMatch('Retry' in state ? state.Retry : [], failed)
  const attemptNumber = retrier ? (retries.get(retrier) ?? 0) + 1 : 0
  if (!retrier || attemptNumber > retrier.MaxAttempts) return false
  retries.set(retrier, attemptNumber)
  await pause(scope, retryPause(retrier, attemptNumber), name, 'retry')
  const at = { state: name, stateType: state.Type, index: scope.index }
  const { error, causeText: cause } = failed
  emit(scope, { type: 'StateRetried', ...at, attempt: attemptNumber, error, cause })
  return true
}

function caught(scope: Scope, name: string, state: State, input: unknown, failed: StateFailed): Handover {
  const catcher: Catcher | undefined = firstMatch('Catch' in state ? state.Catch : [], failed)
  if (!catcher) throw failed
  const { error, causeText: cause } = failed
  const output = placeResult(input, catcher.ResultPath, { Error: error, Cause: cause })
  emit(scope, { type: 'StateCaught', state: name, stateType: state.Type, index: scope.index, error, cause })
  return { output: withinLimit(output, `Output of state "${name}"`), next: catcher.Next }
}
