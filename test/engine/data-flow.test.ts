import { describe, expect, it } from '@jest/globals'
import { factsIn } from '../support/error-facts.ts'
import { errorOf, outputOf, run, type States, task } from './machines.ts'

const pass = (Parameters: unknown): States => ({ A: { Type: 'Pass', Parameters, End: true } })
const unchanged: States = { A: { Type: 'Pass', End: true } }
const BARE = [null, false, 0, '', 'text', 5, [], [null], {}]

describe('A path', () => {
  it.each(BARE.map((value) => [value]))('finds a whole input that is a bare %j', async (input) => {
    expect(await outputOf(pass({ 'input.$': '$', error: null }), { input })).toEqual({ input, error: null })
  })

  it.each(BARE.map((value) => [value]))('finds a field that is %j', async (value) => {
    expect(await outputOf(pass({ 'x.$': '$.a.b' }), { input: { a: { b: value } } })).toEqual({ x: value })
  })

  it.each([['$.b'], ['$.a.b'], ['$.none.b'], ['$.list.length'], ['$.text.length'], ['$.toString'], ['$.__proto__']])(
    'to nothing fails the execution, without a retry: %s',
    async (path) => {
      const Parameters = { FunctionName: 'f', Payload: { 'x.$': path } }
      const states = { A: task('f', { Parameters, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [all('B')] }), ...B }
      const { result, events } = await run(states, {
        input: { a: 1, none: null, list: [], text: 'x' },
        functions: { f: async () => 1 },
      })
      expect(result).toEqual({ status: 'FAILED', error: 'States.Runtime', cause: factsIn(`'${path}'`) })
      expect(events.map((event) => event.type)).toEqual(['StateEntered'])
    },
  )

  it('to nothing in a result fails the execution, without a retry', async () => {
    const states = { A: task('f', { ResultSelector: { 'x.$': '$.Payload.none' }, Catch: [all('B')] }), ...B }
    const { result } = await run(states, { functions: { f: async () => ({}) } })
    expect(result).toEqual({ status: 'FAILED', error: 'States.Runtime', cause: factsIn("'$.Payload.none'") })
  })

  it('finds what is named as something that every object has', async () => {
    const input = JSON.parse('{"toString": 1, "__proto__": {"x": 2}}')
    expect(await outputOf(pass({ 'a.$': '$.toString', 'b.$': '$.__proto__.x' }), { input })).toEqual({ a: 1, b: 2 })
  })
})

const B = { B: { Type: 'Succeed' } }
const all = (Next: string) => ({ ErrorEquals: ['States.ALL'], Next })

describe('A template', () => {
  it('fills in paths at any depth and leaves all else as it is', async () => {
    const Parameters = {
      a: '$.x',
      'b.$': '$.x',
      c: [{ 'd.$': '$.y' }, '$.x', null],
      e: { f: { 'g.$': '$.y.z' } },
      h: false,
    }
    const output = { a: '$.x', b: 1, c: [{ d: { z: 0 } }, '$.x', null], e: { f: { g: 0 } }, h: false }
    expect(await outputOf(pass(Parameters), { input: { x: 1, y: { z: 0 } } })).toEqual(output)
  })

  it('reads the execution, the machine and the input from the context', async () => {
    const context = [
      'Execution.Id',
      'Execution.Name',
      'Execution.StartTime',
      'Execution.Input.a',
      'StateMachine.Id',
      'StateMachine.Name',
    ]
    const Parameters = Object.fromEntries(context.map((path) => [`${path.replaceAll(/\W/g, '')}.$`, `$$.${path}`]))
    const options = { input: { a: [7] }, machineName: 'sweep', now: () => new Date('2026-09-01T00:00:00.123Z') }
    const First = { Type: 'Pass', Parameters: { other: 1 }, Next: 'A' }
    expect(await outputOf({ First, ...pass(Parameters) }, options)).toEqual({
      ExecutionId: 'arn:aws:states:us-east-1:000000000000:execution:sweep:run-1',
      ExecutionName: 'run-1',
      ExecutionStartTime: '2026-09-01T00:00:00.123Z',
      ExecutionInputa: [7],
      StateMachineId: 'arn:aws:states:us-east-1:000000000000:stateMachine:sweep',
      StateMachineName: 'sweep',
    })
  })
})

describe('ResultPath', () => {
  const functions = { f: async () => 2 }
  /** A task whose result is `{n: 2}`. */
  const two = (more: Record<string, unknown>) => ({ A: task('f', { ResultSelector: { 'n.$': '$.Payload' }, ...more }) })

  it('of "$" or none is the result alone, of null the input alone', async () => {
    expect(await outputOf(two({}), { input: { a: 1 }, functions })).toEqual({ n: 2 })
    expect(await outputOf(two({ ResultPath: '$' }), { input: { a: 1 }, functions })).toEqual({ n: 2 })
    expect(await outputOf(two({ ResultPath: null }), { input: { a: 1 }, functions })).toEqual({ a: 1 })
  })

  it('lays the result into the input, making objects on the way', async () => {
    const states = two({ ResultPath: '$.b.c.d' })
    expect(await outputOf(states, { input: { a: 1 }, functions })).toEqual({ a: 1, b: { c: { d: { n: 2 } } } })
    const output = { b: { c: { e: 1, d: { n: 2 } } } }
    expect(await outputOf(states, { input: { b: { c: { e: 1 } } }, functions })).toEqual(output)
    expect(await outputOf(two({ ResultPath: '$.b' }), { input: { b: null }, functions })).toEqual({ b: { n: 2 } })
  })

  it('lays it into what the state was given, not into its parameters', async () => {
    const Parameters = { FunctionName: 'echo', 'Payload.$': '$.a' }
    const echo = async (payload: unknown) => payload
    const states = two({ Parameters, ResultPath: '$.r' })
    expect(await outputOf(states, { input: { a: 1, c: 2 }, functions: { echo } })).toEqual({ a: 1, c: 2, r: { n: 1 } })
  })

  it.each([[5], ['text'], [null], [[1]], [{ b: 'text' }]])('fails where no object takes it: %j', async (input) => {
    expect(await errorOf(two({ ResultPath: '$.b.c' }), { input, functions })).toBe('States.ResultPathMatchFailure')
  })

  it('a result that does not fit can be caught, and nothing of it is handed on', async () => {
    const states = {
      A: task('f', { ResultPath: '$.a.b', Catch: [{ ...all('B'), ResultPath: null }], End: true }),
      ...B,
    }
    expect(await outputOf(states, { input: { a: 1 }, functions: { f: async () => 1 } })).toEqual({ a: 1 })
  })

  it('what Catch hands on is laid into the raw input of the state', async () => {
    const Parameters = { FunctionName: 'f', 'Payload.$': '$.a' }
    const states = { A: task('f', { Parameters, Catch: [{ ...all('B'), ResultPath: '$.error' }] }), ...B }
    const output = { a: 1, error: { Error: 'Lambda.ResourceNotFoundException', Cause: 'Function not found: f' } }
    expect(await outputOf(states, { input: { a: 1, error: null } })).toEqual(output)
  })
})

describe('Succeed and Fail', () => {
  it.each(BARE.map((value) => [value]))('Succeed hands on its input: %j', async (input) => {
    expect(await outputOf({ A: { Type: 'Succeed' } }, { input })).toEqual(input)
  })

  it.each<[Record<string, unknown>, string, string]>([
    [{ ErrorPath: '$.e', CausePath: '$.c' }, 'X', 'why'],
    [{ ErrorPath: '$.e', CausePath: '$.empty' }, 'X', ''],
    [{ ErrorPath: '$.e' }, 'X', ''],
    [{}, '', ''],
  ])('Fail ends with its error and cause: %j', async (more, error, cause) => {
    const { result } = await run({ A: { Type: 'Fail', ...more } }, { input: { e: 'X', c: 'why', empty: '' } })
    expect(result).toEqual({ status: 'FAILED', error, cause })
  })

  it.each([['$.n'], ['$.none']])('Fail with an error path to no string is a runtime error: %s', async (ErrorPath) => {
    expect(await errorOf({ A: { Type: 'Fail', ErrorPath } }, { input: { n: null } })).toBe('States.Runtime')
  })
})

describe('JSON between states', () => {
  it('is what an execution starts with: dates become strings, undefined is dropped, no input is {}', async () => {
    const input = { at: new Date(0), gone: undefined, list: [undefined] }
    expect(await outputOf(unchanged, { input })).toStrictEqual({ at: '1970-01-01T00:00:00.000Z', list: [null] })
    expect(await outputOf(unchanged, { input: undefined })).toStrictEqual({})
    expect(await outputOf(unchanged, { input: null })).toBe(null)
  })

  it('cannot be changed from outside while it is on its way', async () => {
    const input = { a: 1 }
    const keep: Record<string, unknown>[] = []
    const functions = {
      f: async (payload: unknown) => {
        const mine = payload as Record<string, unknown>
        mine.a = 2
        keep.push(mine)
        return mine
      },
    }
    const states = { A: task('f', { ResultPath: '$.r', Next: 'C' }), C: task('g', { ResultPath: null }) }
    const g = async () => {
      for (const mine of keep) mine.a = 3
    }
    expect(await outputOf(states, { input, functions: { ...functions, g } })).toMatchObject({
      a: 1,
      r: { Payload: { a: 2 } },
    })
    expect(input).toEqual({ a: 1 })
  })
})
