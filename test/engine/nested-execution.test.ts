import { describe, expect, it } from '@jest/globals'
import {
  type Execution,
  ExecutionAlreadyExists,
  type LocalMachine,
  startExecution,
} from '../../engine/step-functions.ts'
import { factsIn } from '../support/error-facts.ts'
import {
  distributed,
  errorOf,
  failing,
  gate,
  machineOf,
  mapOf,
  nestedTask,
  numbers,
  outputOf,
  run,
  type States,
  start,
  task,
  turns,
  until,
} from './machines.ts'

const ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:child'
const pass: States = { Inside: { Type: 'Pass', Parameters: { 'got.$': '$' }, End: true } }
const input = { name: 'child-1', input: { a: [1] } }
const all = [{ ErrorEquals: ['States.ALL'], Next: 'B' }]
const B = { B: { Type: 'Succeed' } }

/** A machine of this process that runs these states, and the executions that it has started. */
function machine(states: States, functions = {}, dates: Date[] = []) {
  const started: Execution[] = []
  const child: LocalMachine = ({ name, input }) => {
    const now = () => (dates.length > 1 ? dates.shift() : dates[0]) ?? new Date()
    const execution = startExecution({
      definition: machineOf(states),
      substitutions: {},
      functions,
      name,
      machineName: 'child',
      input,
      now,
      delay: () => 0,
    })
    started.push(execution)
    return execution
  }
  return { started, machines: { [ARN]: child } }
}

describe('A nested execution', () => {
  it('gives its description, with input and output as JSON and dates in milliseconds', async () => {
    const { machines } = machine(pass, {}, [new Date(1000), new Date(2500)])
    expect(await outputOf({ A: nestedTask(ARN) }, { input, machines })).toEqual({
      ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:child:child-1',
      Input: { a: [1] },
      InputDetails: { Included: true },
      Name: 'child-1',
      Output: { got: { a: [1] } },
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: factsIn('SUCCEEDED'),
      StartDate: 1000,
      StateMachineArn: ARN,
      Status: 'SUCCEEDED',
      StopDate: 2500,
    })
  })

  it('takes a name and an input made of the state’s input, by template and selector', async () => {
    const { machines, started } = machine(pass)
    const Parameters = {
      StateMachineArn: ARN,
      'Name.$': "States.Format('{}-survey-{}', $.run, $.account)",
      Input: { 'account.$': '$.account', 'by.$': '$$.Execution.Id', phase: 'survey' },
    }
    const A = nestedTask(ARN, { Parameters, ResultSelector: { 'of.$': '$.Output.got.account' }, ResultPath: '$.child' })
    const given = { run: 'org', account: '012345678901' }
    expect(await outputOf({ A }, { input: given, machines })).toEqual({ ...given, child: { of: '012345678901' } })
    expect(started[0]?.describe()).toMatchObject({
      name: 'org-survey-012345678901',
      input: {
        account: '012345678901',
        by: 'arn:aws:states:us-east-1:000000000000:execution:local:run-1',
        phase: 'survey',
      },
    })
  })

  it('is described as running, and then with the time of its end', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f') }, { f }, [new Date(1), new Date(2)])
    const { execution } = start({ A: nestedTask(ARN) }, { input, machines })
    await until(() => state.running === 1)
    expect(started[0]?.describe()).toMatchObject({ status: 'RUNNING', startDate: new Date(1), stopDate: null })
    letGo()
    await execution.result
    expect(started[0]?.describe()).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date(2) })
  })
})

describe('A nested execution that fails', () => {
  const broken = { Inside: task('f') }
  const functions = {
    f: async () => {
      throw failing('Broken', 'why')
    },
  }

  it('is States.TaskFailed, with its description as cause', async () => {
    const { machines } = machine(broken, functions, [new Date(1000), new Date(2500)])
    const { result } = await run({ A: nestedTask(ARN) }, { input, machines })
    const { error, cause } = result as { error: string; cause: string }
    expect(error).toBe('States.TaskFailed')
    expect(JSON.parse(cause)).toEqual({
      Cause: expect.stringContaining('"errorMessage":"why"'),
      Error: 'Broken',
      ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:child:child-1',
      Input: '{"a":[1]}',
      InputDetails: { Included: true },
      Name: 'child-1',
      RedriveCount: 0,
      RedriveStatus: 'REDRIVABLE',
      StartDate: 1000,
      StateMachineArn: ARN,
      Status: 'FAILED',
      StopDate: 2500,
    })
  })

  it.each([['States.ALL'], ['States.TaskFailed']])('is caught as %s, and not by its own error', async (name) => {
    const { machines } = machine(broken, functions)
    const own = { ErrorEquals: ['Broken'], Next: 'Wrong' }
    const A = nestedTask(ARN, { Catch: [own, { ErrorEquals: [name], ResultPath: '$.e', Next: 'B' }] })
    const states = { A, ...B, Wrong: { Type: 'Fail' } }
    expect(await outputOf(states, { input, machines })).toMatchObject({ ...input, e: { Error: 'States.TaskFailed' } })
  })

  it('because somebody stopped it, has no error and no cause', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine(broken, { f })
    const { execution } = start({ A: nestedTask(ARN) }, { input, machines })
    await until(() => state.running === 1)
    const stopped = started[0]?.stop()
    letGo()
    await stopped
    const { error, cause } = (await execution.result) as { error: string; cause: string }
    expect([error, JSON.parse(cause)]).toEqual(['States.TaskFailed', expect.objectContaining({ Status: 'ABORTED' })])
    expect(JSON.parse(cause)).not.toHaveProperty('Error')
  })

  it('because its input is too large, fails its task', async () => {
    const { machines } = machine(pass)
    const { result } = await run(
      { A: nestedTask(ARN, { Parameters: { StateMachineArn: ARN, Name: 'n', 'Input.$': '$' } }) },
      { input: 'x'.repeat(262_144 - 2), machines },
    )
    expect(result).toMatchObject({ error: 'States.DataLimitExceeded' })
  })
})

describe('An execution that cannot start', () => {
  it.each([[ARN], ['toString']])('for there is no such machine: %s', async (arn) => {
    const A = nestedTask(arn, {
      Catch: [{ ErrorEquals: ['StepFunctions.StateMachineDoesNotExistException'], Next: 'B' }],
    })
    const output = { Error: 'StepFunctions.StateMachineDoesNotExistException', Cause: expect.stringContaining(arn) }
    expect(await outputOf({ A, ...B }, { input })).toEqual(output)
  })

  it.each([[''], ['x'.repeat(81)], ['a b'], ['a:b'], ['a/b'], ['a;b'], ['a*'], ['a\u0001'], [5], [null], [{}]])(
    'for its name is not allowed: %j',
    async (name) => {
      const { machines, started } = machine(pass)
      const error = await errorOf({ A: nestedTask(ARN) }, { input: { ...input, name }, machines })
      expect(error).toBe('StepFunctions.InvalidNameException')
      expect(started).toEqual([])
    },
  )

  it.each([['x'.repeat(80)], ['a.b-c_D=9@é']])('but with this name it can: %s', async (name) => {
    const { machines } = machine(pass)
    expect(await outputOf({ A: nestedTask(ARN) }, { input: { ...input, name }, machines })).toMatchObject({
      Name: name,
    })
  })

  it('for its name is taken, also after its end and for a retry', async () => {
    const { machines, started } = machine({ Inside: { Type: 'Fail' } })
    const Retry = [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }]
    const { result, events } = await run({ A: nestedTask(ARN, { Retry, Catch: all }), ...B }, { input, machines })
    const cause = expect.stringContaining("'child-1'")
    expect(result).toMatchObject({ output: { Error: 'StepFunctions.ExecutionAlreadyExistsException', Cause: cause } })
    expect(events.map((event) => event.type)).toContain('StateRetried')
    expect(started).toHaveLength(1)
  })

  it('for its name is taken by one that runs with another input', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f') }, { f })
    const map = mapOf('none', {}, nestedTask(ARN, { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Item' }] }))
    const inner = { StartAt: 'Item', States: { Item: nestedTask(ARN, { Catch: all }), ...B } }
    const same = { name: 'n', input: 1 }
    const { execution } = start(
      { A: { ...map, ItemProcessor: inner } },
      { input: [same, { name: 'n', input: 2 }], machines },
    )
    await until(() => state.running === 1)
    await turns(20)
    letGo()
    expect(await execution.result).toMatchObject({
      output: [{ Name: 'n', Input: 1 }, { Error: 'StepFunctions.ExecutionAlreadyExistsException' }],
    })
    expect(started).toHaveLength(1)
  })

  it('but the same start again returns the one that is running', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f') }, { f })
    const { execution } = start({ A: mapOf('none', {}, nestedTask(ARN)) }, { input: [input, { ...input }], machines })
    await until(() => state.running === 1)
    await turns(20)
    letGo()
    expect(await execution.result).toMatchObject({ output: [{ Name: 'child-1' }, { Name: 'child-1' }] })
    expect(started).toHaveLength(1)
  })

  it('for its name is taken by one that has ended, while a function of it still runs', async () => {
    const { f, letGo } = gate()
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Done' }]
    const child = { Inside: task('f', { TimeoutSeconds: 1, Catch }), Done: { Type: 'Succeed' } }
    const { machines, started } = machine(child, { f })
    const states = { A: nestedTask(ARN, { ResultPath: null, Next: 'C' }), C: nestedTask(ARN) }
    expect(await errorOf(states, { input, machines })).toBe('StepFunctions.ExecutionAlreadyExistsException')
    letGo()
    expect(started).toHaveLength(1)
  })

  it('and the name of another machine is free', async () => {
    const other = ARN.replace('child', 'other')
    const { machines, started } = machine(pass)
    const twice = { ...machines, [other]: machines[ARN] as LocalMachine }
    const states = { A: nestedTask(ARN, { ResultPath: '$.r', Next: 'C' }), C: nestedTask(other, { ResultPath: null }) }
    await outputOf(states, { input, machines: twice })
    expect(started).toHaveLength(2)
  })

  it('for the caller says that the name is taken', async () => {
    const taken = () => {
      throw new ExecutionAlreadyExists('a run of another day has this name')
    }
    const error = await errorOf({ A: nestedTask(ARN) }, { input, machines: { [ARN]: taken } })
    expect(error).toBe('StepFunctions.ExecutionAlreadyExistsException')
  })

  it('for any other reason rejects the result: it is no failure of the machine', async () => {
    const fault = new TypeError('no handlers')
    const broken = () => {
      throw fault
    }
    const states = { A: nestedTask(ARN, { Catch: all }), ...B }
    await expect(run(states, { input, machines: { [ARN]: broken } })).rejects.toBe(fault)
  })

  it('and a fault in the nested execution rejects the result', async () => {
    const fault = new TypeError('the display broke')
    const child: LocalMachine = ({ name, input }) =>
      startExecution({
        definition: machineOf(pass),
        substitutions: {},
        functions: {},
        name,
        input,
        onEvent: () => {
          throw fault
        },
      })
    const map = distributed(
      'none',
      { ToleratedFailurePercentage: 100, ResultPath: null },
      nestedTask(ARN, { Catch: undefined }),
    )
    await expect(run({ A: map }, { input: [input], machines: { [ARN]: child } })).rejects.toBe(fault)
  })
})

describe('The time limit of a nested execution', () => {
  it('ends the task with States.Timeout and stops the execution', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f', { Next: 'After' }), After: task('f') }, { f })
    const A = nestedTask(ARN, { TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }] })
    const limits: unknown[] = []
    const limit = (milliseconds: number, name: string) => {
      limits.push([milliseconds, name])
      return 50
    }
    const { execution } = start({ A, ...B }, { input, machines, limit })
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } })
    expect([limits, state.calls]).toEqual([[[5000, 'A']], 1])
    let stopped = false
    const stopping = execution.stop().then(() => {
      stopped = true
    })
    await turns(20)
    expect(stopped).toBe(false)
    letGo()
    await stopping
    expect(await started[0]?.result).toEqual({ status: 'ABORTED' })
    expect(state.calls).toBe(1)
  })
})

describe('stop() during nested executions', () => {
  const wide = { ToleratedFailurePercentage: 100, ResultPath: null }
  const inputs = numbers(5).map((n) => ({ name: `child-${n}`, input: n }))

  it('stops those of every child of a Map, and resolves when all they have called has returned', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f', { Next: 'After' }), After: task('f') }, { f })
    const map = distributed(
      'none',
      { ...wide, MaxConcurrency: 3, Next: 'B' },
      nestedTask(ARN, { Retry: [{ ErrorEquals: ['States.ALL'] }] }),
    )
    const { execution } = start({ A: map, ...B }, { input: inputs, machines })
    await until(() => state.running === 3)
    const ended: string[] = []
    execution.stop().then(() => ended.push('stop'))
    execution.result.then(() => ended.push('result'))
    await turns(50)
    expect([ended, state.running]).toEqual([[], 3])
    letGo()
    await until(() => ended.length === 2)
    expect(await execution.result).toEqual({ status: 'ABORTED' })
    expect(await Promise.all(started.map(({ result }) => result))).toEqual(started.map(() => ({ status: 'ABORTED' })))
    expect([started.length, state.calls]).toEqual([3, 3])
  })

  it('of an inline Map that another iteration stops are stopped too', async () => {
    const { f, letGo, state } = gate()
    const { machines, started } = machine({ Inside: task('f') }, { f })
    const bad = { name: 'a b', input: 0 }
    const map = mapOf('none', { MaxConcurrency: 2 }, nestedTask(ARN))
    const slow = { name: 'child', input: 0 }
    const { execution } = start({ A: map }, { input: [slow, bad], machines })
    expect(await execution.result).toMatchObject({ error: 'StepFunctions.InvalidNameException' })
    letGo()
    await execution.stop()
    expect(state.running).toBe(0)
    expect(await Promise.all(started.map(({ result }) => result))).toEqual([{ status: 'ABORTED' }])
  })

  it('at the very moment a task begins starts no execution', async () => {
    const { machines, started } = machine(pass)
    const { execution } = start({ A: nestedTask(ARN) }, { input, machines, onEvent: () => void execution.stop() })
    expect(await execution.result).toEqual({ status: 'ABORTED' })
    expect(started).toEqual([])
  })

  it('after the end waits for a function that outlived its task in a nested execution', async () => {
    const { f, letGo, state } = gate()
    const { machines } = machine(
      {
        Inside: task('f', { TimeoutSeconds: 1, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] }),
        Done: { Type: 'Succeed' },
      },
      { f },
    )
    const { execution } = start({ A: nestedTask(ARN) }, { input, machines })
    expect(await execution.result).toMatchObject({ status: 'SUCCEEDED' })
    let stopped = false
    const stopping = execution.stop().then(() => {
      stopped = true
    })
    await turns(20)
    expect([stopped, state.running]).toEqual([false, 1])
    letGo()
    await stopping
  })
})
