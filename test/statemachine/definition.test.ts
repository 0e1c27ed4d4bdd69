// Holds the definition to what validators miss. Its facts come from the functions themselves: what they answered in a
// real run, and which errors the code can throw.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from '@jest/globals'
import * as errors from '../../core/model/errors.ts'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import { type Execution, startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { describedBy, makeHandlers, wakeIn } from '../../local/local-run.ts'
import { eventOf } from '../support/waiting.ts'
import { accountOf, openWorld } from '../support/world.ts'
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

const TEXT = readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8')
const machine = JSON.parse(TEXT) as Machine
const states = allStates(machine)
const tasks = states.filter(([, state]) => state.Type === 'Task')

/** Errors that Step Functions and Lambda throw at a lambda:invoke task (Step Functions Developer Guide, "Handling errors"). */
const AWS_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.DataLimitExceeded',
  'States.ALL',
]
const OUR_ERRORS = Object.values(errors).map((OurError) => new OurError('').name)

/** What each function answered, in a run with approval, its undo, and a run with a stored plan that together met every one of them. */
async function realPayloads(): Promise<Payloads> {
  const world = await openWorld({
    account: accountOf({ idle: 200, stuck: 200 }),
    settings: '{ mode: apply, approval: always }',
  })
  const match = ({ UserName }: Record<string, string>) => UserName === 'stuck'
  world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match })
  const payloads: Payloads = {}
  const run = async (name: string, input: unknown) => {
    const notify = async (message: ApprovalWanted) => void setImmediate(() => approve(message))
    const approve = async ({ runId, plan }: ApprovalWanted) => {
      const decide = makeDecide({ ...world.ports, wake: wakeIn(execution) })
      const body = JSON.stringify({ plan, answer: 'approve' })
      await decide(eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body }))
    }
    const functions = Object.fromEntries(
      Object.entries(makeHandlers({ ...world.ports, notify, execution: describedBy(() => execution) })).map(
        ([placeholder, handler]) => [
          placeholder,
          async (payload: unknown) => {
            payloads[placeholder] = await handler(payload)
            return payloads[placeholder]
          },
        ],
      ),
    )
    const substitutions = {
      Partition: 'aws',
      ...Object.fromEntries(Object.keys(functions).map((placeholder) => [placeholder, placeholder])),
    }
    const execution: Execution = startExecution({
      definition: machine,
      substitutions,
      functions,
      name,
      input,
      now: world.ports.now,
      delay: () => 0,
    })
    await execution.result
  }
  await run('run-1', {})
  await run('run-2', { undo: { run: 'run-1' } })
  await run('run-3', { mode: 'plan' })
  await run('run-4', { mode: 'plan', apply: { run: 'run-3' } })
  return payloads
}

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
    const world = await openWorld({ account: accountOf({}) })
    const named = [...TEXT.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])
    expect([...new Set(named)].sort()).toEqual(['Partition', ...Object.keys(makeHandlers(world.ports))].sort())
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

it('however a question ends, nothing of the end is kept, and it leads to the decision', () => {
  const ask = machine.States['Ask for approval']
  expect(ask?.Retry?.flatMap((retrier) => retrier.ErrorEquals)).not.toContain('States.Timeout')
  const dropped = { ResultPath: null, Next: 'Read decision' }
  expect(ask).toMatchObject(dropped)
  expect(ask?.Catch).toEqual([
    // States.ALL does not match it.
    { ErrorEquals: ['States.DataLimitExceeded'], ...dropped },
    { ErrorEquals: ['States.ALL'], ...dropped },
  ])
})

it('only Ask for approval takes its end from a token', () => {
  const waiting = tasks.filter(([, task]) => String(task.Resource).endsWith('.waitForTaskToken'))
  expect(waiting.map(([name]) => name)).toEqual(['Ask for approval'])
})

it('every failure of a stage leads to the record, and every failure of a key to its note', () => {
  const last = (name: string) => states.find(([known]) => known === name)?.[1].Catch?.at(-1)?.Next
  const theEnd = ['Write record', 'Close untold']
  const others = [...theEnd, 'Ask for approval']
  const top = Object.entries(machine.States).filter(([name, state]) => state.Catch && !others.includes(name))
  expect([...new Set(top.map(([name]) => last(name)))]).toEqual(['Write record'])
  expect([...theEnd.map(last), last('Deactivate key'), last('Note failure')]).toEqual([
    'Failed',
    'Failed',
    'Note failure',
    'Failure not noted',
  ])
})

it('a record that nobody could be told of is told again, and then ends the run by what it says', () => {
  const { 'Write record': write, 'Close untold': close } = machine.States
  expect(write?.Retry?.flatMap((retrier) => retrier.ErrorEquals)).toContain('NoticeFailed')
  expect(write?.Catch?.[0]).toEqual({ ErrorEquals: ['NoticeFailed'], ResultPath: null, Next: 'Close untold' })
  expect(close?.Next).toBe('How did it end?')
  expect(close?.ResultSelector).toEqual(write?.ResultSelector)
})

describe('the data', () => {
  let payloads: Payloads
  beforeAll(async () => {
    payloads = await realPayloads()
  })

  it('of every function was seen in a real run', () => {
    expect(Object.keys(payloads).sort()).toEqual([...new Set(tasks.map(([, task]) => placeholderOf(task)))].sort())
  })
  it('holds every path that a state reads, on every way to it', () => {
    const entered = shapes(machine, payloads, ['$'])
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
      const entered = shapes(map.ItemProcessor as Machine, payloads, ['$', ...item])
      for (const [name, state] of Object.entries(map.ItemProcessor?.States ?? {})) {
        expect({ [name]: readsOf(state).filter((path) => !entered.get(name)?.has(path)) }).toEqual({ [name]: [] })
      }
    },
  )
  it('holds every path of an answer that a ResultSelector picks', () => {
    for (const [name, task] of tasks) {
      const payload = payloads[placeholderOf(task)] as Record<string, unknown>
      const missing = pathsIn(task.ResultSelector).filter((path) => !(path.replace('$.Payload.', '') in payload))
      expect({ [name]: missing }).toEqual({ [name]: [] })
    }
  })
  it('is found missing where a definition forgets it: the check can fail', () => {
    const broken = structuredClone(machine)
    const start = broken.States['Start run']
    if (start?.ResultSelector) delete start.ResultSelector['report.$']
    expect(shapes(broken, payloads, ['$']).get('Generate report')?.has('$.report.attempt')).toBe(false)
  })
})
