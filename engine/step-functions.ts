// Runs a Step Functions state machine on this machine: the .asl.json as it is deployed, with functions of this process in
// place of Lambda's. It knows nothing of what the machine is for. evaluate.ts works out the data that passes between
// states; walk.ts does what happens in time.
import { readDefinition } from './definition.ts'
import { StateFailed, Stopped } from './errors.ts'
import type { EngineEvent } from './events.ts'
import { jsonCopy, withinLimit } from './json.ts'
import type { LocalFunction } from './lambda-invoke.ts'
import type { Scope, Why } from './scope.ts'
import { createTaskTokens } from './tokens.ts'
import { runStates } from './walk.ts'

export { DefinitionRefused, InvalidOutput, InvalidToken, TaskTimedOut, UnsupportedField } from './errors.ts'
export type { EngineEvent, LocalFunction }

export interface ExecutionOptions {
  /** The parsed .asl.json. */
  definition: unknown
  /** The value of each `${Name}` in the definition, as CloudFormation's DefinitionSubstitutions. */
  substitutions: Record<string, string>
  /** By function ARN: the value of the tasks' Parameters.FunctionName. */
  functions: Record<string, LocalFunction>
  /** `$$.Execution.Name`. */
  name: string
  /** `$$.StateMachine.Name`, and part of `$$.StateMachine.Id` and `$$.Execution.Id`; "local" unless given. */
  machineName?: string
  /** Any JSON; `{}` for undefined, as when an execution is started without input. */
  input: unknown
  now?: () => Date
  /** Called in order, at the moment it happens. What it throws ends the execution and rejects `result`. */
  onEvent?: (event: EngineEvent) => void
  /** Stretch or shrink real waiting: (milliseconds of a Wait, or of a retry's pause) => milliseconds to wait here. */
  delay?: (milliseconds: number, state: string, why: Why) => number
  /** Stretch or shrink a task's time limit: (milliseconds) => milliseconds here. */
  limit?: (milliseconds: number, state: string) => number
}

export type ExecutionResult =
  | { status: 'SUCCEEDED'; output: unknown }
  | { status: 'FAILED'; error: string; cause: string }
  | { status: 'ABORTED' }

export interface Execution {
  /** Never rejects for what an execution can do, only for a fault of the engine or of `onEvent` and the like. */
  result: Promise<ExecutionResult>
  /**
   * No new function is called, waits and retry pauses end. Resolves when every function that was called has returned:
   * also those whose task timed out before, so it is worth calling after `result` too. `result` is then ABORTED, unless
   * it was there already.
   */
  stop(): Promise<void>
  /** Answers a .waitForTaskToken task with JSON. Throws InvalidOutput, InvalidToken or TaskTimedOut. */
  sendTaskSuccess(token: string, output: string): void
  /** Fails a .waitForTaskToken task. Throws InvalidToken or TaskTimedOut. */
  sendTaskFailure(token: string, error: string, cause: string): void
}

/**
 * Starts an execution. Throws, before anything runs, UnsupportedField for what the engine does not carry out and
 * DefinitionRefused for a definition that does not hang together.
 */
export function startExecution(options: ExecutionOptions): Execution {
  const machine = readDefinition(options.definition, options.substitutions)
  const input = options.input === undefined ? {} : jsonCopy(options.input)
  const stopping = new AbortController()
  const tokens = createTaskTokens()
  const lambda = { functions: options.functions, inFlight: new Set<Promise<unknown>>() }
  const now = options.now ?? (() => new Date())
  const scope: Scope = {
    lambda,
    tokens,
    context: contextObject(options, input, now()),
    index: null,
    signal: stopping.signal,
    now,
    onEvent: options.onEvent ?? (() => {}),
    delay: options.delay ?? ((milliseconds) => milliseconds),
    limit: options.limit ?? ((milliseconds) => milliseconds),
  }

  async function run(): Promise<ExecutionResult> {
    try {
      withinLimit(input, 'Input of the execution')
      return { status: 'SUCCEEDED', output: await runStates(scope, machine, input) }
    } catch (error) {
      if (error instanceof StateFailed) return { status: 'FAILED', error: error.error, cause: error.causeText }
      if (error !== stopping.signal.reason || !stopping.signal.aborted) throw error
      await Promise.all(lambda.inFlight)
      return { status: 'ABORTED' }
    }
  }

  const result = run()
  return {
    result,
    async stop() {
      stopping.abort(new Stopped('The execution was stopped'))
      // A fault is told by `result`; whoever stops waits for the end only.
      await Promise.allSettled([result])
      await Promise.all(lambda.inFlight)
    },
    sendTaskSuccess: tokens.sendTaskSuccess,
    sendTaskFailure: tokens.sendTaskFailure,
  }
}

/** `$$`, as far as paths may read it. Account and Region are made up. */
function contextObject(options: ExecutionOptions, input: unknown, startedAt: Date) {
  const { name, machineName = 'local', substitutions } = options
  const arn = `arn:${substitutions.Partition ?? 'aws'}:states:us-east-1:000000000000`
  return {
    Execution: {
      Id: `${arn}:execution:${machineName}:${name}`,
      Name: name,
      StartTime: startedAt.toISOString(),
      Input: input,
    },
    StateMachine: { Id: `${arn}:stateMachine:${machineName}`, Name: machineName },
  }
}
