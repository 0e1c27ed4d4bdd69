import { describe, expect, it } from '@jest/globals'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import {
  answered,
  distributed,
  errorOf,
  failing,
  gate,
  mapOf,
  numbers,
  outputOf,
  run,
  start,
  task,
  tokenTask,
  turns,
  until,
} from './machines.ts'

const echo = { f: async (payload: unknown) => payload }
const answers = (values: unknown[]) => values.map((answer) => ({ answer }))
const tolerant = (percent: number) => ({ ToleratedFailurePercentage: percent, ResultPath: null })
const EXCEEDED = 'States.ExceedToleratedFailureThreshold'
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

describe('A distributed Map', () => {
  it('gives the outputs in the order of the items, whichever child ends first', async () => {
    const slowFirst = async (payload: unknown) => {
      await turns(payload === 0 ? 20 : 0)
      return payload
    }
    const states = { A: distributed('f', {}, task('f', answered)) }
    expect(await outputOf(states, { input: numbers(5), functions: { f: slowFirst } })).toEqual(answers(numbers(5)))
  })

  it('of no items is an empty array', async () => {
    const { result, events } = await run({ A: distributed('f', tolerant(0)) }, { input: [], functions: echo })
    expect(result).toEqual({ status: 'SUCCEEDED', output: [] })
    expect(events.map((event) => event.type)).toEqual(['StateEntered', 'MapRunStarted', 'StateExited'])
    expect(await outputOf({ A: distributed('f') }, { input: [] })).toEqual([])
  })

  it("selects from the Map's input, the parent's execution and the item", async () => {
    const ItemSelector = {
      'name.$': "States.Format('{}-{}-{}', $$.Execution.Name, $.more, $$.Map.Item.Value)",
      'n.$': '$$.Map.Item.Index',
      'machine.$': '$$.StateMachine.Name',
    }
    const map = distributed('f', { ItemsPath: '$.list', ItemSelector }, task('f', answered))
    const options = { input: { list: ['a', 'b'], more: 1 }, functions: echo, machineName: 'sweep' }
    expect(await outputOf({ A: map }, options)).toEqual(
      answers([
        { name: 'run-1-1-a', n: 0, machine: 'sweep' },
        { name: 'run-1-1-b', n: 1, machine: 'sweep' },
      ]),
    )
  })

  it("shows the states inside the child's own execution", async () => {
    const names = [
      'Execution.Id',
      'Execution.Name',
      'Execution.Input',
      'Execution.StartTime',
      'StateMachine.Id',
      'StateMachine.Name',
    ]
    const Payload = Object.fromEntries(names.map((path) => [`${path.replace('.', '')}.$`, `$$.${path}`]))
    const moments = numbers(40).map((day) => new Date(Date.UTC(2026, 0, 1 + day)))
    const map = distributed(
      'f',
      { Label: 'My-label_1', MaxConcurrency: 1 },
      task('f', { Parameters: { FunctionName: 'f', Payload }, ...answered }),
    )
    const options = {
      input: ['x', 'y'],
      functions: echo,
      machineName: 'sweep',
      now: () => moments.shift() ?? new Date(0),
    }
    const output = (await outputOf({ A: map }, options)) as { answer: Record<string, string> }[]
    const [first, second] = output.map(({ answer }) => answer)
    expect(first).toEqual({
      ExecutionId: `arn:aws:states:us-east-1:000000000000:execution:sweep/My-label_1:${first?.ExecutionName}`,
      ExecutionName: expect.stringMatching(UUID),
      ExecutionInput: 'x',
      ExecutionStartTime: expect.stringMatching(/^2026-0[12]-.*Z$/),
      StateMachineId: 'arn:aws:states:us-east-1:000000000000:stateMachine:sweep/My-label_1',
      StateMachineName: 'sweep/My-label_1',
    })
    expect(second?.ExecutionInput).toBe('y')
    expect(second?.ExecutionName).not.toBe(first?.ExecutionName)
    expect(Date.parse(`${second?.ExecutionStartTime}`)).toBeGreaterThan(Date.parse(`${first?.ExecutionStartTime}`))
  })

  it('lays its outputs into its input, or leaves the input as it was', async () => {
    const laid = distributed('f', { ItemsPath: '$.n', ResultPath: '$.out' }, task('f', answered))
    expect(await outputOf({ A: laid }, { input: { n: [7] }, functions: echo })).toEqual({ n: [7], out: answers([7]) })
    const dropped = distributed('f', { ItemsPath: '$.n', ResultPath: null })
    expect(await outputOf({ A: dropped }, { input: { n: [7] }, functions: echo })).toEqual({ n: [7] })
  })

  it.each([[{}], [null], ['ab'], [5]])('needs an array, not %j', async (input) => {
    expect(await errorOf({ A: distributed('f', tolerant(100)) }, { input, functions: echo })).toBe('States.Runtime')
  })

  it('that cannot select fails without a retry and starts no child, whatever it tolerates', async () => {
    const ItemSelector = { 'x.$': '$$.Map.Item.Value.x' }
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }]
    const states = { A: distributed('f', { ...tolerant(100), ItemSelector, Catch }), B: { Type: 'Succeed' } }
    const { result, events } = await run(states, { input: [{ x: 1 }, {}], functions: echo })
    expect(result).toMatchObject({ error: 'States.Runtime' })
    expect(events.map((event) => event.type)).toEqual(['StateEntered'])
  })

  it('waits for the answer to a token in a child', async () => {
    const tokens: string[] = []
    const ask = async (payload: unknown) => void tokens.push((payload as { token: string }).token)
    const { execution } = start({ A: distributed('f', {}, tokenTask('ask')) }, { input: [1, 2], functions: { ask } })
    await until(() => tokens.length === 2)
    for (const token of tokens) execution.sendTaskSuccess(token, '"yes"')
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: ['yes', 'yes'] })
  })
})

describe('MaxConcurrency of a distributed Map', () => {
  it.each<[string, Record<string, unknown>, number]>([
    ['bounds what runs at once', { MaxConcurrency: 3 }, 3],
    ['may come from the input', { MaxConcurrencyPath: '$.most' }, 2],
    ['may be over the 40 of an inline Map', { MaxConcurrency: 50 }, 50],
    ['of 0 is 1,000', { MaxConcurrency: 0 }, 1000],
    ['that is not given is 1,000', {}, 1000],
    ['over 1,000 is 1,000', { MaxConcurrency: 10_000 }, 1000],
  ])('%s', async (_, more, expected) => {
    const { f, state, letGo } = gate()
    const { execution } = start(
      { A: distributed('f', { ItemsPath: '$.items', ...more }, task('f', { ResultPath: null })) },
      { input: { items: numbers(1010), most: 2 }, functions: { f } },
    )
    let ended = false
    execution.result.finally(() => {
      ended = true
    })
    await until(() => state.running === expected)
    await until(() => {
      letGo()
      return ended
    })
    expect(state).toEqual({ calls: 1010, running: 0, most: expected })
  })
})

describe('A failed child', () => {
  /** Fails for these items. */
  const failingOn = (bad: number[]) => ({
    f: async (payload: unknown) => {
      if (bad.includes(payload as number)) throw failing('Broken', `item ${payload}`)
      return payload
    },
  })

  it.each<[string, number, number[], boolean]>([
    ['0 % tolerate no failure', 0, [3], false],
    ['25 % of 4 tolerate one', 25, [3], true],
    ['25 % of 4 do not tolerate two', 25, [0, 3], false],
    ['24 % of 4 do not tolerate one', 24, [3], false],
    ['99.9 % do not tolerate all', 99.9, [0, 1, 2, 3], false],
    ['99.9 % tolerate three of 4', 99.9, [0, 1, 3], true],
    ['100 % tolerate all', 100, [0, 1, 2, 3], true],
  ])('%s', async (_, percent, bad, succeeds) => {
    const { result, events } = await run(
      { A: distributed('f', { ...tolerant(percent), MaxConcurrency: 1 }) },
      { input: numbers(4), functions: failingOn(bad) },
    )
    const cause = factsIn('threshold')
    expect(result).toEqual(
      succeeds ? { status: 'SUCCEEDED', output: numbers(4) } : { status: 'FAILED', error: EXCEEDED, cause },
    )
    if (!succeeds) return
    expect(events.filter((event) => event.type === 'ChildFailed')).toHaveLength(bad.length)
    expect(events.filter((event) => event.type === 'ChildSucceeded')).toHaveLength(4 - bad.length)
  })

  it('of a Map that tolerates nothing fails it, with nothing of the child’s error', async () => {
    const { result } = await run({ A: distributed('f') }, { input: [0], functions: failingOn([0]) })
    expect(result).toMatchObject({ status: 'FAILED', error: EXCEEDED })
  })

  it('over the tolerance starts no further child and can be caught', async () => {
    const calls: unknown[] = []
    const f = async (payload: unknown) => {
      calls.push(payload)
      throw failing('Broken')
    }
    const Catch = [{ ErrorEquals: [EXCEEDED], ResultPath: '$.error', Next: 'B' }]
    const map = distributed('f', { ...tolerant(20), ItemsPath: '$.items', MaxConcurrency: 1, Catch, Next: 'B' })
    const { result } = await run(
      { A: map, B: { Type: 'Succeed' } },
      { input: { items: numbers(10) }, functions: { f } },
    )
    expect(calls).toEqual([0, 1, 2])
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { items: numbers(10), error: { Error: EXCEEDED } } })
  })

  it('over the tolerance stops the others at once, and nothing of theirs counts any more', async () => {
    const { f, state, letGo } = gate()
    const broken = Promise.withResolvers<void>()
    const functions = { f: (payload: unknown) => (payload === 0 ? broken.promise : f(payload)) }
    const inner = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Item',
      States: { Item: task('f', { Next: 'After' }), After: task('f') },
    }
    const { execution, events } = start(
      { A: distributed('f', { ItemProcessor: inner, MaxConcurrency: 3 }) },
      { input: numbers(9), functions },
    )
    await until(() => state.running === 2)
    broken.reject(failing('Broken'))
    expect(await execution.result).toMatchObject({ error: EXCEEDED })
    const told = events.map((event) => event.type)
    expect(told.filter((type) => type === 'ChildFailed')).toHaveLength(1)
    expect(told).not.toContain('ChildSucceeded')
    letGo()
    await execution.stop()
    expect(state.calls).toBe(2)
    expect(events).toHaveLength(told.length)
  })

  it('may fail by an error that ends any execution: it is the child’s, and no more than a failure', async () => {
    const inner = task('f', { ResultSelector: { 'x.$': '$.Payload.none' } })
    const big = task('g', answered)
    const functions = { f: async () => ({}), g: async () => 'x'.repeat(300_000) }
    for (const [state, error] of [
      [inner, 'States.Runtime'],
      [big, 'States.DataLimitExceeded'],
    ] as const) {
      const { result, events } = await run({ A: distributed('f', tolerant(100), state) }, { input: [1], functions })
      expect(result).toEqual({ status: 'SUCCEEDED', output: [1] })
      expect(events).toContainEqual(expect.objectContaining({ type: 'ChildFailed', error }))
    }
  })

  it('whose error is caught inside has not failed', async () => {
    const inner = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Item',
      States: {
        Item: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Note' }], ...answered }),
        Note: { Type: 'Pass', Parameters: { answer: 'noted' }, End: true },
      },
    }
    const states = { A: distributed('f', { ItemProcessor: inner }) }
    expect(await outputOf(states, { input: numbers(3), functions: failingOn([1]) })).toEqual(answers([0, 'noted', 2]))
  })

  it('of a distributed Map in a distributed Map is the outer child’s failure', async () => {
    const inner = distributed('f', { Label: 'Inner' })
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Inner',
      States: { Inner: inner },
    }
    const { events } = await run(
      { A: distributed('f', { ...tolerant(100), ItemProcessor }) },
      { input: [[0], [1]], functions: failingOn([1]) },
    )
    expect(events.filter(({ type }) => type.startsWith('Child'))).toMatchObject([
      { type: 'ChildStarted', index: 0 },
      { type: 'ChildStarted', index: 1 },
      { type: 'ChildSucceeded', index: 0 },
      { type: 'ChildFailed', index: 1, error: EXCEEDED },
    ])
  })
})

describe('256 KiB', () => {
  const half = 'x'.repeat(131_072)

  it('are the most that the children may give together, even where it is dropped', async () => {
    const states = { A: distributed('f', { ResultPath: null }, task('f', answered)) }
    const { result } = await run(states, { input: [1, 2], functions: { f: async () => half } })
    expect(result).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded', cause: factsIn(262_144) })
  })

  it('are the most that a child may take', async () => {
    const states = { A: distributed('f', { ItemSelector: { 'a.$': '$', 'b.$': '$' } }) }
    expect(await errorOf(states, { input: [half], functions: echo })).toBe('States.DataLimitExceeded')
  })
})

describe('The events of a distributed Map', () => {
  const line = (event: EngineEvent) => `${event.type} ${event.state} ${'index' in event ? event.index : ''}`.trim()

  it('tell each child, and nothing of the states inside', async () => {
    const f = async (payload: unknown) => {
      if (payload === 'y') throw failing('Broken', 'why')
      return payload
    }
    const map = distributed('f', { ...tolerant(100), MaxConcurrency: 1, Next: 'B' }, task('f', answered))
    const { events } = await run({ A: map, B: { Type: 'Succeed' } }, { input: ['x', 'y'], functions: { f } })
    expect(events.map(line)).toEqual([
      'StateEntered A null',
      'MapRunStarted A',
      'ChildStarted A 0',
      'ChildSucceeded A 0',
      'ChildStarted A 1',
      'ChildFailed A 1',
      'StateExited A null',
      'StateEntered B null',
      'StateExited B null',
    ])
    expect(events[1]).toMatchObject({ items: 2 })
    expect(events[2]).toMatchObject({ input: 'x' })
    expect(events[3]).toMatchObject({ output: { answer: 'x' } })
    expect(events[5]).toMatchObject({ error: 'Broken', cause: expect.stringContaining('"errorMessage":"why"') })
  })

  it('of an inline Map in a child are not told either, nor those of one around it with another index', async () => {
    const inline = mapOf('f', {}, task('f', answered))
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Inner',
      States: { Inner: inline },
    }
    const { events } = await run({ A: distributed('f', { ItemProcessor }) }, { input: [[1, 2]], functions: echo })
    expect(new Set(events.map((event) => event.state))).toEqual(new Set(['A']))
  })
})

describe('stop() during a distributed Map', () => {
  it('lets the functions in flight return, starts no other, and resolves when they have', async () => {
    const { f, state, letGo } = gate()
    const inner = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Item',
      States: { Item: task('f', { Next: 'After' }), After: task('f') },
    }
    const states = {
      A: distributed('f', { ...tolerant(100), ItemProcessor: inner, MaxConcurrency: 3, Next: 'B' }),
      B: task('f'),
    }
    const { execution, events } = start(states, { functions: { f }, input: numbers(20) })
    await until(() => state.running === 3)
    const told = events.length
    let stopped = false
    const stopping = execution.stop().then(() => {
      stopped = true
    })
    await turns(20)
    expect([stopped, state.running]).toEqual([false, 3])
    letGo()
    await stopping
    expect(await execution.result).toEqual({ status: 'ABORTED' })
    expect(state).toEqual({ calls: 3, running: 0, most: 3 })
    expect(events).toHaveLength(told)
  })
})

describe('A fault outside the machine', () => {
  it.each(['MapRunStarted', 'ChildStarted', 'ChildSucceeded', 'ChildFailed'])(
    'at the event %s rejects the result, is not tolerated and stops the others',
    async (type) => {
      const fault = new TypeError('the display broke')
      const calls: unknown[] = []
      const f = async (payload: unknown) => {
        calls.push(payload)
        if (type === 'ChildFailed') throw failing('Broken')
      }
      const onEvent = (event: EngineEvent) => {
        if (event.type === type) throw fault
      }
      const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }]
      const states = { A: distributed('f', { ...tolerant(100), MaxConcurrency: 1, Catch }), B: { Type: 'Succeed' } }
      await expect(run(states, { functions: { f }, input: [1, 2, 3], onEvent })).rejects.toBe(fault)
      expect(calls).toEqual(
        type.startsWith('ChildS') && type !== 'ChildStarted' ? [1] : type === 'ChildFailed' ? [1] : [],
      )
    },
  )

  it('refuses a definition with a wrong state in a distributed Map by name', () => {
    expect(() => start({ A: distributed('f', {}, task('f', { HeartbeatSeconds: 1 })) })).toThrow(
      errorWith('UnsupportedField', '"Item"', 'HeartbeatSeconds'),
    )
  })
})
