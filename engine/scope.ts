// What a state needs to know of the execution it runs in. Each Map iteration has a scope of its own.
import type { EngineEvent, NewEvent } from './events.ts'
import type { JsonObject } from './json.ts'
import type { LocalLambda } from './lambda-invoke.ts'
import { sleep } from './timers.ts'
import type { TaskTokens } from './tokens.ts'

export interface Scope {
  lambda: LocalLambda
  tokens: TaskTokens
  /** `$$`: also inside a Map it is the whole execution's, as AWS has it for inline Maps. */
  context: JsonObject
  /** The Map iteration, null at the top. */
  index: number | null
  /** Aborted when the execution is stopped, or, in a Map, when another iteration has failed. */
  signal: AbortSignal
  now: () => Date
  onEvent: (event: EngineEvent) => void
  /** Milliseconds to pause here for so many in AWS. */
  delay: (milliseconds: number, state: string, why: Why) => number
  /** Milliseconds that a task may take here for so many in AWS. */
  limit: (milliseconds: number, state: string) => number
}

/** What is waited for: a Wait state, or the pause before a retry. */
export type Why = 'wait' | 'retry'

/** Tells an event. Throws the signal's reason once the scope has ended: nothing more happens in it. */
export function tell(scope: Scope, event: NewEvent): void {
  scope.signal.throwIfAborted()
  scope.onEvent({ ...event, at: scope.now().toISOString() })
}

/** Waits as long as the execution's `delay` makes of it. */
export async function pause(scope: Scope, milliseconds: number, state: string, why: Why): Promise<void> {
  await sleep(Math.max(0, scope.delay(milliseconds, state, why)), scope.signal)
}
