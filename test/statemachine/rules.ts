// The rules that every definition of ours keeps, which validators miss.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import * as errors from '../../core/model/errors.ts'
import {
  allStates,
  type Machine,
  nextOf,
  type Payloads,
  pathsIn,
  placeholderOf,
  readsOf,
  type State,
  shapes,
} from './dataflow.ts'

// It ships no types.
const aslValidator = createRequire(import.meta.url)('asl-validator') as (
  definition: unknown,
  options: { checkArn: boolean; checkPaths: boolean },
) => { isValid: boolean; errorsText: (separator: string) => string }

/** Errors that Step Functions and Lambda throw at a lambda:invoke task (Step Functions Developer Guide, "Handling errors"). */
const AWS_ERRORS = [
  // Of StartExecution at a task that starts an execution.
  'StepFunctions.AWSStepFunctionsException',
  'StepFunctions.ExecutionLimitExceededException',
  'StepFunctions.SdkClientException',
  'StepFunctions.ThrottlingException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  // A process that died, out of memory too, as newer runtimes name it; the guide has Lambda.Unknown.
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.DataLimitExceeded',
  'States.ALL',
]
const OUR_ERRORS = Object.values(errors).map((OurError) => new OurError('').name)

export interface Definition {
  text: string
  machine: Machine
  states: [string, State][]
  tasks: [string, State][]
  /** The tasks that call a function. */
  calls: [string, State][]
}

export function readDefinition(file: string): Definition {
  const text = readFileSync(new URL(`../../statemachine/${file}`, import.meta.url), 'utf8')
  const machine = JSON.parse(text) as Machine
  const states = allStates(machine)
  const tasks = states.filter(([, state]) => state.Type === 'Task')
  return { text, machine, states, tasks, calls: tasks.filter(([, { Parameters }]) => Parameters?.FunctionName) }
}

/** @param placeholders those that the definition must have, beside Partition */
export function keepsTheRules(
  { text: TEXT, machine, states, tasks }: Definition,
  placeholders: () => Promise<string[]>,
): void {
  describe('the definition', () => {
    it('is pure JSON, with placeholders inside strings alone', () => {
      expect(TEXT.replace(/"(?:[^"\\]|\\.)*"/g, '')).not.toContain('${')
    })
    it('passes asl-validator', () => {
      const { isValid, errorsText } = aslValidator(JSON.parse(TEXT), { checkArn: false, checkPaths: true })
      expect(isValid ? '' : errorsText('\n')).toBe('')
    })
    it('names every state once, in the top level and in its Map together', () => {
      const names = states.map(([name]) => name)
      expect(new Set(names).size).toBe(names.length)
    })
    it('says of every state why it is there', () => {
      expect(states.filter(([, state]) => (state.Comment ?? '').length < 30).map(([name]) => name)).toEqual([])
    })
    it('reaches every state, and leads to none that is not there', () => {
      for (const part of [machine, ...states.flatMap(([, state]) => state.ItemProcessor ?? [])]) {
        const targets = [part.StartAt, ...Object.values(part.States).flatMap(nextOf)]
        expect([...new Set(targets)].sort()).toEqual(Object.keys(part.States).sort())
      }
    })
    it('ends every way: no state without a next one, an end, or a choice with a default', () => {
      const ends = (state: State) =>
        state.Next ?? state.Default ?? (state.End || ['Succeed', 'Fail'].includes(state.Type))
      expect(states.filter(([, state]) => !ends(state)).map(([name]) => name)).toEqual([])
    })
    it('names exactly the functions that there are', async () => {
      const named = [...TEXT.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])
      expect([...new Set(named)].sort()).toEqual(['Partition', ...(await placeholders())].sort())
    })
  })

  describe.each(tasks)('the task "%s"', (_, task) => {
    it('has a time limit', () => {
      expect(task.TimeoutSeconds ?? task.TimeoutSecondsPath).toBeTruthy()
    })
    it('catches everything, last of all', () => {
      expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL'])
    })
    it('retries with backoff, full jitter and a bound, and only errors that there are', () => {
      for (const retrier of task.Retry ?? []) {
        expect(retrier).toMatchObject({ BackoffRate: 2, JitterStrategy: 'FULL' })
        expect(retrier.MaxAttempts).toBeGreaterThan(0)
        expect(retrier.MaxAttempts).toBeLessThanOrEqual(6)
        expect(retrier.MaxDelaySeconds).toBeLessThanOrEqual(60)
      }
      const names = [...(task.Retry ?? []), ...(task.Catch ?? [])].flatMap((rule) => rule.ErrorEquals)
      expect(names.filter((name) => !AWS_ERRORS.includes(name) && !OUR_ERRORS.includes(name as never))).toEqual([])
    })
    it('retries a function that died or timed out, by each name that Lambda has for it', () => {
      if (task.Parameters?.FunctionName === undefined) return
      const names = (task.Retry ?? []).flatMap((retrier) => retrier.ErrorEquals)
      expect(names).toEqual(expect.arrayContaining(['Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout']))
    })
    it('retries each error by one rule only: the second would never be tried', () => {
      const names = (task.Retry ?? []).flatMap((retrier) => retrier.ErrorEquals)
      expect(new Set(names).size).toBe(names.length)
    })
    it('never retries what will not get better', () => {
      const names = (task.Retry ?? []).flatMap((retrier) => retrier.ErrorEquals)
      for (const hopeless of ['IamDenied', 'IamRefused', 'InputRefused', 'ReportRefused', 'PlanRefused', 'States.ALL'])
        expect(names).not.toContain(hopeless)
    })
  })
}

/** @param realPayloads what each function answered, in real runs that together called all of them */
export function holdsItsData({ machine, states, calls }: Definition, payloadsOf: () => Payloads): void {
  it('of every function was seen in a real run', () => {
    expect(Object.keys(payloadsOf()).sort()).toEqual([...new Set(calls.map(([, task]) => placeholderOf(task)))].sort())
  })
  it('holds every path that a state reads, on every way to it', () => {
    const entered = shapes(machine, payloadsOf(), ['$'])
    expect([...entered.keys()].sort()).toEqual(Object.keys(machine.States).sort())
    for (const [name, state] of Object.entries(machine.States)) {
      const missing = readsOf(state).filter((path) => !entered.get(name)?.has(path))
      expect({ [name]: missing }).toEqual({ [name]: [] })
    }
  })
  it.each(states.filter(([, state]) => state.ItemProcessor))(
    'holds every path that a state inside "%s" reads',
    (_, map) => {
      const item = Object.keys(map.ItemSelector ?? {}).map((field) => `$.${field.replace(/\.\$$/, '')}`)
      const entered = shapes(map.ItemProcessor as Machine, payloadsOf(), ['$', ...item])
      for (const [name, state] of Object.entries(map.ItemProcessor?.States ?? {})) {
        expect({ [name]: readsOf(state).filter((path) => !entered.get(name)?.has(path)) }).toEqual({ [name]: [] })
      }
    },
  )
  it('holds every path of an answer that a ResultSelector picks', () => {
    for (const [name, task] of calls) {
      const payload = payloadsOf()[placeholderOf(task)] as Record<string, unknown>
      const missing = pathsIn(task.ResultSelector).filter((path) => !(path.replace('$.Payload.', '') in payload))
      expect({ [name]: missing }).toEqual({ [name]: [] })
    }
  })
}
