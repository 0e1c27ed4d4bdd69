// Runs a Step Functions state machine on this machine: the deployed .asl.json, with functions of this process instead of
// Lambda's. It knows nothing of keysweep. evaluate.ts handles the data between states, walk.ts their order in time.
import { randomUUID } from 'node:crypto'
import { readDefinition } from './definition.ts'
import { StateFailed, Stopped } from './errors.ts'
import type { EngineEvent } from './events.ts'
import type { Execution, ExecutionDescription, ExecutionResult, LocalMachine } from './execution.ts'
import { jsonCopy, withinLimit } from './json.ts'
import type { LocalFunction } from './lambda-invoke.ts'
import type { Scope, Why } from './scope.ts'
import { createTaskTokens } from './tokens.ts'
import { runStates } from './walk.ts'

export {
  DefinitionRefused,
  ExecutionAlreadyExists,
  InvalidOutput,
  InvalidToken,
  TaskTimedOut,
  UnsupportedField,
} from './errors.ts'
export type { EngineEvent, Execution, ExecutionDescription, ExecutionResult, LocalFunction, LocalMachine }

export interface ExecutionOptions {
  /** The parsed .asl.json. */
  definition: unknown
  /** The value of each `${Name}` in the definition, as CloudFormation's DefinitionSubstitutions. */
  substitutions: Record<string, string>
  /** By function ARN: the value of the tasks' Parameters.FunctionName. */
  functions: Record<string, LocalFunction>
  /** By state machine ARN: what the tasks with startExecution.sync:2 start. */
  machines?: Record<string, LocalMachine>
  /** `$$.Execution.Name`. */
  name: string
  /** `$$.StateMachine.Name`, and part of `$$.StateMachine.Id` and `$$.Execution.Id`; "local" unless given. */
  machineName?: string
  /** Any JSON; undefined is `{}`, as in AWS for an execution without input. */
  input: unknown
  now?: () => Date
  /** What States.UUID() returns; default: a random UUID of version 4. */
  uuid?: () => string
  /** Called for each event in order. An error that it throws ends the execution and rejects `result`. */
  onEvent?: (event: EngineEvent) => void
  /** Changes real waiting: takes the milliseconds of a Wait or of a retry's pause, returns those to wait here. */
  delay?: (milliseconds: number, state: string, why: Why) => number
  /** Changes the time limit of a task: takes its milliseconds, returns those that hold here. */
  limit?: (milliseconds: number, state: string) => number
}

/**
 * Starts an execution. Before anything runs, it throws UnsupportedField for a field that the engine does not support, and
 * DefinitionRefused for an inconsistent definition.
 */
export function startExecution(options: ExecutionOptions): Execution {
  const machine = readDefinition(options.definition, options.substitutions)
  const input = options.input === undefined ? {} : jsonCopy(options.input)
  const stopping = new AbortController()
  const tokens = createTaskTokens()
  const now = options.now ?? (() => new Date())
  const startedAt = now()
  const context = contextObject(options, input, startedAt)
  const { signal } = stopping
  const lambda = { functions: options.functions, inFlight: new Set<Promise<unknown>>(), signal }
  const scope: Scope = { ...fixed(options), lambda, tokens, context, index: null, signal, now }

  async function run(): Promise<ExecutionResult> {
    try {
      withinLimit(input, 'Input of the execution')
      return { status: 'SUCCEEDED', output: await runStates(scope, machine, input) }
    } catch (error) {
      if (error instanceof StateFailed) return { status: 'FAILED', error: error.error, cause: error.causeText }
      if (error !== signal.reason || !signal.aborted) throw error
      await Promise.all(lambda.inFlight)
      return { status: 'ABORTED' }
    }
  }

  let state: Pick<ExecutionDescription, 'status' | 'stopDate'> = { status: 'RUNNING', stopDate: null }
  const result = run().then((final) => {
    state = { status: final.status, stopDate: now() }
    return final
  })
  return {
    result,
    describe: () => ({
      executionArn: context.Execution.Id,
      stateMachineArn: context.StateMachine.Id,
      name: context.Execution.Name,
      ...state,
      startDate: startedAt,
      input,
    }),
    async stop() {
      stopping.abort(new Stopped('The execution was stopped'))
      // An error is in `result`: here it only matters that the execution has ended.
      await Promise.allSettled([result])
      await Promise.all(lambda.inFlight)
    },
    sendTaskSuccess: tokens.sendTaskSuccess,
    sendTaskFailure: tokens.sendTaskFailure,
  }
}

/** The options that a scope holds as they are, with their defaults. */
const fixed = (options: ExecutionOptions): Pick<Scope, 'nested' | 'uuid' | 'onEvent' | 'delay' | 'limit'> => ({
  nested: { machines: options.machines ?? {}, started: new Map() },
  uuid: options.uuid ?? randomUUID,
  onEvent: options.onEvent ?? (() => {}),
  delay: options.delay ?? ((milliseconds) => milliseconds),
  limit: options.limit ?? ((milliseconds) => milliseconds),
})

/** The part of `$$` that paths may use. Account and Region are made up. */
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
