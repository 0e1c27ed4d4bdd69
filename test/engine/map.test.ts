import { describe, expect, it } from '@jest/globals'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { answered, errorOf, failing, gate, mapOf, numbers, outputOf, run, start, task, until } from './machines.ts'

/** What the tasks inside hand on. */
const answers = (values: unknown[]) => values.map((answer) => ({ answer }))
const echo = { f: async (payload: unknown) => payload }

describe('A Map', () => {
  it('gives the outputs in the order of the items, whichever ends first', async () => {
    const slowFirst = async (payload: unknown) => {
      for (let turns = payload === 0 ? 20 : 0; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
      return payload
    }
    const states = { A: mapOf('f', {}, task('f', answered)) }
    expect(await outputOf(states, { input: numbers(5), functions: { f: slowFirst } })).toEqual(answers(numbers(5)))
  })

  it('of no items is an empty array', async () => {
    const { result, events } = await run({ A: mapOf('f') }, { input: [], functions: echo })
    expect(result).toEqual({ status: 'SUCCEEDED', output: [] })
    expect(events.map((event) => event.type)).toEqual(['StateEntered', 'MapStarted', 'StateExited'])
  })

  it('takes its items and its selection from the input, the execution and the item', async () => {
    const ItemSelector = {
      'run.$': '$$.Execution.Name',
      'all.$': '$.more',
      'n.$': '$$.Map.Item.Index',
      'user.$': '$$.Map.Item.Value.user',
    }
    const map = mapOf('f', { ItemsPath: '$.keys', ItemSelector }, task('f', answered))
    const input = { keys: [{ user: 'a' }, { user: 'b' }], more: 1 }
    expect(await outputOf({ A: map }, { input, functions: echo })).toEqual(
      answers([
        { run: 'run-1', all: 1, n: 0, user: 'a' },
        { run: 'run-1', all: 1, n: 1, user: 'b' },
      ]),
    )
  })

  it('selects from its own input, however deep in other Maps it is', async () => {
    const ItemSelector = { 'outer.$': '$.name', 'inner.$': '$$.Map.Item.Value' }
    const inner = mapOf('f', { ItemsPath: '$.list', ItemSelector }, task('f', answered))
    const outer = mapOf('f', { ItemProcessor: { StartAt: 'Inner', States: { Inner: inner } } })
    const input = [
      { name: 'x', list: [1, 2] },
      { name: 'y', list: [] },
    ]
    expect(await outputOf({ A: outer }, { input, functions: echo })).toEqual([
      answers([
        { outer: 'x', inner: 1 },
        { outer: 'x', inner: 2 },
      ]),
      [],
    ])
  })

  it("shows the states inside the whole execution's context, its input and start time included", async () => {
    const Parameters = {
      FunctionName: 'f',
      Payload: { 'input.$': '$$.Execution.Input', 'at.$': '$$.Execution.StartTime', 'id.$': '$$.Execution.Id' },
    }
    const moments = ['2026-09-01T00:00:00.000Z', '2026-09-02T00:00:00.000Z']
    const now = () => new Date(moments.length > 1 ? (moments.shift() ?? '') : (moments[0] ?? ''))
    const states = { A: mapOf('f', { ItemsPath: '$.items' }, task('f', { Parameters, ...answered })) }
    const input = { items: ['item'], other: 1 }
    const id = 'arn:aws:states:us-east-1:000000000000:execution:local:run-1'
    expect(await outputOf(states, { input, functions: echo, now })).toEqual(
      answers([{ input, at: '2026-09-01T00:00:00.000Z', id }]),
    )
  })

  it('lays its outputs into its input like any other state', async () => {
    const map = mapOf('f', { ItemsPath: '$.n', ResultPath: '$.out' }, task('f', answered))
    expect(await outputOf({ A: map }, { input: { n: [7] }, functions: echo })).toEqual({ n: [7], out: answers([7]) })
  })

  it.each([[{}], [null], ['ab'], [5]])('needs an array, not %j', async (input) => {
    expect(await errorOf({ A: mapOf('f') }, { input, functions: echo })).toBe('States.Runtime')
  })
})

describe('MaxConcurrency', () => {
  const cases: [string, Record<string, unknown>, number][] = [
    ['bounds what runs at once', { MaxConcurrency: 3 }, 3],
    ['may come from the input', { MaxConcurrencyPath: '$.most' }, 2],
    ['of 0 is 40, the most AWS runs inline', { MaxConcurrency: 0 }, 40],
    ['that is not given is 40', {}, 40],
    ['over 40 is 40', { MaxConcurrency: 400 }, 40],
  ]
  it.each(cases)('%s', async (_, more, expected) => {
    const { f, state, letGo } = gate()
    const map = mapOf('f', { ItemsPath: '$.items', ...more })
    const { execution } = start({ A: map }, { input: { items: numbers(50), most: 2 }, functions: { f } })
    let ended = false
    execution.result.finally(() => {
      ended = true
    })
    await until(() => state.running === expected)
    await until(() => {
      letGo()
      return ended
    })
    expect(state).toEqual({ calls: 50, running: 0, most: expected })
  })

  it.each([[-1], [1.5], ['2'], [null]])('from the input must be a whole number, not %j', async (most) => {
    const map = mapOf('f', { ItemsPath: '$.items', MaxConcurrencyPath: '$.most' })
    expect(await errorOf({ A: map }, { input: { items: [1], most }, functions: echo })).toBe('States.Runtime')
  })
})

describe('The events of a Map', () => {
  const line = (event: EngineEvent) => `${event.type} ${event.state} ${'index' in event ? event.index : ''}`.trim()

  it('come in order, each with the index of its iteration', async () => {
    const states = { A: mapOf('f', { MaxConcurrency: 1, Next: 'B' }, task('f', answered)), B: { Type: 'Succeed' } }
    const { events } = await run(states, { input: ['x', 'y'], functions: echo })
    expect(events.map(line)).toEqual([
      'StateEntered A null',
      'MapStarted A',
      'StateEntered Item 0',
      'StateExited Item 0',
      'IterationSucceeded A 0',
      'StateEntered Item 1',
      'StateExited Item 1',
      'IterationSucceeded A 1',
      'StateExited A null',
      'StateEntered B null',
      'StateExited B null',
    ])
    expect(events[1]).toMatchObject({ items: 2 })
    expect(events[4]).toMatchObject({ output: { answer: 'x' } })
  })

  it('give the index of the innermost Map, and of their own iteration when many run at once', async () => {
    const inner = mapOf('f', {}, task('f', answered))
    const outer = mapOf('f', { ItemProcessor: { StartAt: 'Inner', States: { Inner: inner } } })
    const { events } = await run({ A: outer }, { input: [['a', 'b', 'c'], ['d']], functions: echo })
    const of = (type: string, state: string) =>
      events.filter((event) => event.type === type && event.state === state).map(line)
    expect(of('StateExited', 'Item').sort()).toEqual([0, 0, 1, 2].map((index) => `StateExited Item ${index}`))
    expect(of('StateExited', 'Inner').sort()).toEqual(['StateExited Inner 0', 'StateExited Inner 1'])
    const outputs = events.filter((event) => event.type === 'IterationSucceeded' && event.state === 'A')
    expect(outputs).toContainEqual(expect.objectContaining({ index: 0, output: answers(['a', 'b', 'c']) }))
    expect(outputs).toContainEqual(expect.objectContaining({ index: 1, output: answers(['d']) }))
  })

  it('tell a retry and a catch inside with their index', async () => {
    let tries = 0
    const f = async () => {
      throw failing(++tries > 1 ? 'F' : 'E')
    }
    const inner = {
      StartAt: 'Item',
      States: {
        Item: task('f', { Retry: [{ ErrorEquals: ['E'] }], Catch: [{ ErrorEquals: ['F'], Next: 'Note' }] }),
        Note: { Type: 'Succeed' },
      },
    }
    const map = mapOf('f', { ItemProcessor: inner, MaxConcurrency: 1 })
    const { events } = await run({ A: map }, { input: [0], functions: { f } })
    expect(events.filter((event) => /Retried|Caught/.test(event.type))).toMatchObject([
      { type: 'StateRetried', state: 'Item', index: 0, attempt: 1, error: 'E' },
      { type: 'StateCaught', state: 'Item', index: 0, error: 'F' },
    ])
  })
})
