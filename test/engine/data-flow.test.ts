import { describe, expect, it } from '@jest/globals'
import { errorOf, outputOf, run, type States, task } from './machines.ts'

const pass = (more: Record<string, unknown>): States => ({ A: { Type: 'Pass', End: true, ...more } })
const BARE = [null, false, 0, '', 'text', 5, [], [null], {}]

describe('A path', () => {
  it.each(BARE.map((value) => [value]))('finds a whole input that is a bare %j', async (input) => {
    const states = pass({ InputPath: '$', Parameters: { 'input.$': '$', error: null }, OutputPath: '$' })
    expect(await outputOf(states, { input })).toEqual({ input, error: null })
  })

  it.each(BARE.map((value) => [value]))('finds a field that is %j', async (value) => {
    expect(await outputOf(pass({ InputPath: '$.a.b' }), { input: { a: { b: value } } })).toEqual(value)
  })

  it('goes into arrays and quoted names', async () => {
    const input = { list: [0, { 'a name': { x: 1 } }] }
    expect(await outputOf(pass({ InputPath: "$.list[1]['a name'].x" }), { input })).toBe(1)
  })

  it.each([['$.b'], ['$.a.b'], ['$.none.b'], ['$.list[3]'], ['$.list.length'], ['$.text[0]'], ['$.toString']])(
    'to nothing fails the execution for good: %s',
    async (path) => {
      const states = {
        A: task('f', { InputPath: path, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch: [all('B')] }),
        ...B,
      }
      const { result, events } = await run(states, {
        input: { a: 1, none: null, list: [], text: 'x' },
        functions: { f: async () => 1 },
      })
      const cause = `Path expression '${path}' does not point to a value`
      expect(result).toEqual({ status: 'FAILED', error: 'States.Runtime', cause })
      expect(events.map((event) => event.type)).toEqual(['StateEntered'])
    },
  )

  it('of null gives an empty object', async () => {
    expect(await outputOf(pass({ InputPath: null }), { input: { a: 1 } })).toEqual({})
    expect(await outputOf(pass({ OutputPath: null }), { input: { a: 1 } })).toEqual({})
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
    expect(await outputOf(pass({ Parameters }), { input: { x: 1, y: { z: 0 } } })).toEqual(output)
  })

  it('reads the execution, the machine and the input from the context', async () => {
    const context = [
      'Execution.Id',
      'Execution.Name',
      'Execution.StartTime',
      'Execution.Input.a[0]',
      'StateMachine.Id',
      'StateMachine.Name',
    ]
    const Parameters = Object.fromEntries(context.map((path) => [`${path.replaceAll(/\W/g, '')}.$`, `$$.${path}`]))
    const options = { input: { a: [7] }, machineName: 'sweep', now: () => new Date('2026-09-01T00:00:00.123Z') }
    expect(await outputOf({ First: { Type: 'Pass', Result: 1, Next: 'A' }, ...pass({ Parameters }) }, options)).toEqual(
      {
        ExecutionId: 'arn:aws:states:us-east-1:000000000000:execution:sweep:run-1',
        ExecutionName: 'run-1',
        ExecutionStartTime: '2026-09-01T00:00:00.123Z',
        ExecutionInputa0: 7,
        StateMachineId: 'arn:aws:states:us-east-1:000000000000:stateMachine:sweep',
        StateMachineName: 'sweep',
      },
    )
  })
})

describe('Result and ResultPath', () => {
  it.each(BARE.map((value) => [value]))('a Pass hands on its Result, also %j', async (value) => {
    expect(await outputOf(pass({ Result: value }), { input: { a: 1 } })).toEqual(value)
  })

  it('"$" is the result alone, null the input alone', async () => {
    expect(await outputOf(pass({ Result: 2, ResultPath: '$' }), { input: { a: 1 } })).toBe(2)
    expect(await outputOf(pass({ Result: 2, ResultPath: null }), { input: { a: 1 } })).toEqual({ a: 1 })
  })

  it('lays the result into the input, making objects on the way', async () => {
    const states = pass({ Result: 2, ResultPath: '$.b.c.d' })
    expect(await outputOf(states, { input: { a: 1 } })).toEqual({ a: 1, b: { c: { d: 2 } } })
    expect(await outputOf(states, { input: { b: { c: { e: 1 } } } })).toEqual({ b: { c: { e: 1, d: 2 } } })
    expect(await outputOf(pass({ Result: 2, ResultPath: '$.b' }), { input: { b: null } })).toEqual({ b: 2 })
  })

  it('lays it into what the state was given, not into what InputPath let through', async () => {
    const states = { A: task('f', { InputPath: '$.a', ResultSelector: { 'b.$': '$.Payload' }, ResultPath: '$.r' }) }
    const functions = { f: async (payload: unknown) => payload }
    expect(await outputOf(states, { input: { a: 1, c: 2 }, functions })).toEqual({ a: 1, c: 2, r: { b: 1 } })
  })

  it.each([[5], ['text'], [null], [[1]], [{ b: 'text' }]])('fails where no object takes it: %j', async (input) => {
    expect(await errorOf(pass({ Result: 2, ResultPath: '$.b.c' }), { input })).toBe('States.ResultPathMatchFailure')
  })

  it('a result that does not fit can be caught, and nothing of it is handed on', async () => {
    const states = {
      A: task('f', { ResultPath: '$.a.b', Catch: [{ ...all('B'), ResultPath: null }], End: true }),
      ...B,
    }
    expect(await outputOf(states, { input: { a: 1 }, functions: { f: async () => 1 } })).toEqual({ a: 1 })
  })

  it('what Catch hands on is laid into the raw input of the state', async () => {
    const states = { A: task('f', { InputPath: '$.a', Catch: [{ ...all('B'), ResultPath: '$.error' }] }), ...B }
    const output = { a: 1, error: { Error: 'Lambda.ResourceNotFoundException', Cause: 'Function not found: f' } }
    expect(await outputOf(states, { input: { a: 1, error: null } })).toEqual(output)
  })
})

describe('Succeed and Fail', () => {
  it('Succeed filters what it hands on', async () => {
    expect(await outputOf({ A: { Type: 'Succeed', OutputPath: '$.a' } }, { input: { a: 1 } })).toBe(1)
  })

  it.each<[Record<string, unknown>, string, string]>([
    [{ Error: 'E', Cause: 'why' }, 'E', 'why'],
    [{ ErrorPath: '$.e', CausePath: '$.c' }, 'X', ''],
    [{ Error: 'E' }, 'E', ''],
    [{}, '', ''],
  ])('Fail ends with its error and cause: %j', async (more, error, cause) => {
    const { result } = await run({ A: { Type: 'Fail', ...more } }, { input: { e: 'X', c: '' } })
    expect(result).toEqual({ status: 'FAILED', error, cause })
  })

  it.each([['$.n'], ['$.none']])('Fail with an error path to no string is a runtime error: %s', async (ErrorPath) => {
    expect(await errorOf({ A: { Type: 'Fail', ErrorPath } }, { input: { n: null } })).toBe('States.Runtime')
  })
})

describe('JSON between states', () => {
  it('is what an execution starts with: dates become strings, undefined is dropped, no input is {}', async () => {
    const input = { at: new Date(0), gone: undefined, list: [undefined] }
    expect(await outputOf(pass({}), { input })).toStrictEqual({ at: '1970-01-01T00:00:00.000Z', list: [null] })
    expect(await outputOf(pass({}), { input: undefined })).toStrictEqual({})
    expect(await outputOf(pass({}), { input: null })).toBe(null)
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
