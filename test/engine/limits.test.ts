import { describe, expect, it } from '@jest/globals'
import { factsIn } from '../support/error-facts.ts'
import { errorOf, mapOf, outputOf, run, task } from './machines.ts'

const LIMIT = 262_144
/** A string whose JSON is so many bytes long. */
const sized = (bytes: number) => 'x'.repeat(bytes - 2)
const TOO_LARGE = 'States.DataLimitExceeded'
const all = { ErrorEquals: ['States.ALL'] }
// It takes nothing of its input, so that only the state before it can fail.
const B = { B: { Type: 'Pass', Parameters: {}, End: true } }
const functions = { f: async () => 1, big: async () => sized(LIMIT) }

describe('256 KiB are the most a state may', () => {
  it('take: exactly as much passes, one byte more does not', async () => {
    const states = { A: { Type: 'Succeed' } }
    expect(await outputOf(states, { input: sized(LIMIT) })).toHaveLength(LIMIT - 2)
    const { result } = await run(states, { input: sized(LIMIT + 1) })
    expect(result).toEqual({ status: 'FAILED', error: TOO_LARGE, cause: factsIn(LIMIT, LIMIT + 1) })
  })

  it('take, counted in bytes and not in characters', async () => {
    expect(await errorOf({ A: { Type: 'Succeed' } }, { input: 'é'.repeat(LIMIT / 2) })).toBe(TOO_LARGE)
  })

  it('give to a function', async () => {
    let called = false
    const f = async () => {
      called = true
    }
    expect(await errorOf({ A: task('f') }, { input: sized(LIMIT), functions: { f } })).toBe(TOO_LARGE)
    expect(called).toBe(false)
  })

  it('get from a function, even where it drops the answer', async () => {
    expect(await errorOf({ A: task('big', { ResultPath: null }) }, { functions })).toBe(TOO_LARGE)
  })

  it('hand on: input and result together', async () => {
    const half = async () => sized(LIMIT / 2)
    const states = { A: task('half', { ResultSelector: { 'c.$': '$.Payload' }, ResultPath: '$.b' }) }
    expect(await errorOf(states, { input: { a: sized(LIMIT / 2) }, functions: { half } })).toBe(TOO_LARGE)
  })

  it('hand on from a Catch', async () => {
    const states = { A: task('none', { Catch: [{ ...all, ResultPath: '$.b', Next: 'B' }] }), ...B }
    const parameters = { Parameters: { FunctionName: 'none', Payload: 1 } }
    expect(await errorOf({ ...states, A: { ...states.A, ...parameters } }, { input: { a: sized(LIMIT - 20) } })).toBe(
      TOO_LARGE,
    )
  })

  it('give to an iteration', async () => {
    const map = mapOf(
      'f',
      { ItemSelector: { 'a.$': '$', 'b.$': '$' } },
      task('f', { Parameters: { FunctionName: 'f', Payload: 1 } }),
    )
    expect(await errorOf({ A: map }, { input: [sized(LIMIT / 2)], functions })).toBe(TOO_LARGE)
  })

  it('collect from all iterations of a Map', async () => {
    const half = { half: async () => sized(LIMIT / 2) }
    expect(await errorOf({ A: mapOf('half', { ResultPath: null }) }, { input: [1, 2], functions: half })).toBe(
      TOO_LARGE,
    )
  })
})

describe('States.DataLimitExceeded', () => {
  it('is not retried and not caught as States.ALL or States.TaskFailed', async () => {
    for (const ErrorEquals of [['States.ALL'], ['States.TaskFailed']]) {
      const A = task('big', { Retry: [{ ErrorEquals }], Catch: [{ ErrorEquals, Next: 'B' }] })
      const { result, events } = await run({ A, ...B }, { functions })
      expect(result).toMatchObject({ error: TOO_LARGE })
      expect(events.map((event) => event.type)).toEqual(['StateEntered'])
    }
  })

  it("passes by a Map's States.ALL as well", async () => {
    const map = mapOf('big', { Catch: [{ ...all, Next: 'B' }], End: true })
    expect(await errorOf({ A: map, ...B }, { input: [1], functions })).toBe(TOO_LARGE)
  })

  it('is caught by its own name', async () => {
    const A = task('big', { Catch: [{ ErrorEquals: [TOO_LARGE], Next: 'B' }] })
    const { events } = await run({ A, ...B }, { functions })
    expect(events[1]).toMatchObject({ type: 'StateCaught', state: 'A', error: TOO_LARGE })
  })
})
