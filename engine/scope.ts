// What a state needs of its execution. Each Map iteration and each child of a distributed Map has a scope of its own.
import type { EngineEvent, NewEvent } from './events.ts'
import type { JsonObject } from './json.ts'
import type { LocalLambda } from './lambda-invoke.ts'
import type { LocalMachines } from './nested-execution.ts'
import { sleep } from './timers.ts'
import type { TaskTokens } from './tokens.ts'

export interface Scope {
  lambda: LocalLambda
  nested: LocalMachines
  tokens: TaskTokens
  /** `$$`. In an inline Map it is that of the whole execution, in a distributed Map the child's own, as in AWS. */
  context: JsonObject
  /** The iteration of an inline Map; null outside one. */
  index: number | null
  /** Aborted when the execution is stopped, and in a Map when the Map has failed. */
  signal: AbortSignal
  now: () => Date
  /** What States.UUID() returns. */
  uuid: () => string
  onEvent: (event: EngineEvent) => void
  /** The pause here, in milliseconds, for a pause in AWS. */
  delay: (milliseconds: number, state: string, why: Why) => number
  /** The time limit of a task here, in milliseconds, for a limit in AWS. */
  limit: (milliseconds: number, state: string) => number
}

/** The reason of a pause: a Wait state, or a retry. */
export type Why = 'wait' | 'retry'

/** Emits an event. Throws the signal's reason if the scope has ended. */
export function emit(scope: Scope, event: NewEvent): void {
  scope.signal.throwIfAborted()
  scope.onEvent({ ...event, at: scope.now().toISOString() })
}

/** Waits for the time that the execution's `delay` returns. */
export async function pause(scope: Scope, milliseconds: number, state: string, why: Why): Promise<void> {
  await sleep(Math.max(0, scope.delay(milliseconds, state, why)), scope.signal)
}
