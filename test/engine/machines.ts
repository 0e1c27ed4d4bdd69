// Small machines for the engine's tests, and a run of one that keeps its events.
import { setImmediate as turn } from 'node:timers/promises'
import {
  type EngineEvent,
  type Execution,
  type ExecutionOptions,
  type LocalFunction,
  startExecution,
} from '../../engine/step-functions.ts'

export type States = Record<string, Record<string, unknown>>

const INVOKE = 'arn:aws:states:::lambda:invoke'

/** A task that hands its whole input to the function and ends the machine, unless `more` says otherwise. */
export const task = (FunctionName: string, more: Record<string, unknown> = {}) => ({
  Type: 'Task',
  Resource: INVOKE,
  Parameters: { FunctionName, 'Payload.$': '$' },
  ...('Next' in more ? {} : { End: true }),
  ...more,
})

/** Makes `{answer}` of what a task's function answered, without the rest of Lambda's envelope. */
export const answered = { ResultSelector: { 'answer.$': '$.Payload' } }

/** A task that waits for the answer to its token. */
export const tokenTask = (FunctionName: string, more: Record<string, unknown> = {}) =>
  task(FunctionName, {
    Resource: `${INVOKE}.waitForTaskToken`,
    Parameters: { FunctionName, Payload: { 'token.$': '$$.Task.Token' } },
    ...more,
  })

/** A Map that calls the function with each item of its input and ends the machine. */
export const mapOf = (
  functionName: string,
  more: Record<string, unknown> = {},
  inner: Record<string, unknown> = task(functionName),
) => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Item', States: { Item: inner } },
  ...('Next' in more ? {} : { End: true }),
  ...more,
})

/** A distributed Map of that kind. */
export const distributed = (
  functionName: string,
  more: Record<string, unknown> = {},
  inner: Record<string, unknown> = task(functionName),
) => {
  const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }
  const ItemProcessor = { ProcessorConfig, StartAt: 'Item', States: { Item: inner } }
  return mapOf(functionName, { Label: 'Items', ItemProcessor, ...more })
}

/** A task that starts an execution of a machine and waits for its end. */
export const nestedTask = (StateMachineArn: string, more: Record<string, unknown> = {}) => ({
  ...task('none', more),
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Parameters: { StateMachineArn, 'Name.$': '$.name', 'Input.$': '$.input' },
  ...more,
})

/** The first state is where the machine starts. */
export const machineOf = (states: States) => ({ StartAt: Object.keys(states)[0], States: states })

type Options = Partial<ExecutionOptions> & { functions?: Record<string, LocalFunction> }

/** An execution with no real pauses, and the events it has told so far. */
export function start(states: States, options: Options = {}): { execution: Execution; events: EngineEvent[] } {
  const events: EngineEvent[] = []
  const execution = startExecution({
    definition: machineOf(states),
    substitutions: {},
    functions: {},
    name: 'run-1',
    input: {},
    delay: () => 0,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { execution, events }
}

export async function run(states: States, options: Options = {}) {
  const { execution, events } = start(states, options)
  return { result: await execution.result, events }
}

/** The output of a run that must succeed. */
export async function outputOf(states: States, options: Options = {}): Promise<unknown> {
  const { result } = await run(states, options)
  if (result.status !== 'SUCCEEDED') throw new Error(`the run ended as ${JSON.stringify(result)}`)
  return result.output
}

/** The error name of a run that must fail. */
export async function errorOf(states: States, options: Options = {}): Promise<string> {
  const { result } = await run(states, options)
  if (result.status !== 'FAILED') throw new Error(`the run ended as ${JSON.stringify(result)}`)
  return result.error
}

/** Error classes carry their name, as Lambda and Retry look at nothing else. */
export function failing(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name })
}

/** Waits, a turn of the event loop at a time, until it is so. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 100_000) throw new Error('it never became so')
    await turn()
  }
}

/** Lets so many turns of the event loop pass: for showing that something does not happen. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn()
}

/** A function that holds every call until it is let go, and counts how many it held at once. */
export function gate() {
  const held: (() => void)[] = []
  const state = { calls: 0, running: 0, most: 0 }
  const f = async (payload: unknown) => {
    state.calls++
    state.running++
    state.most = Math.max(state.most, state.running)
    await new Promise<void>((resolve) => held.push(resolve))
    state.running--
    return payload
  }
  const letGo = () => {
    for (const open of held.splice(0)) open()
  }
  return { f, state, letGo }
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
