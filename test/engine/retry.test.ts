import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { answered, errorOf, failing, outputOf, run, task } from './machines.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

/** Fails with these errors, one a call, then answers with the number of calls. */
function failingWith(...names: string[]) {
  const left = [...names]
  let calls = 0
  return async () => {
    calls++
    const name = left.shift()
    if (name !== undefined) throw failing(name)
    return calls
  }
}

const E = { ErrorEquals: ['E'] }

/** Runs a task with this Retry on a function that fails so; gives the pauses asked for and the retries told. */
async function pausesOf(Retry: Record<string, unknown>[], ...errors: string[]) {
  const pauses: number[] = []
  const delay = (milliseconds: number, state: string, why: string) => {
    expect([state, why]).toEqual(['A', 'retry'])
    pauses.push(milliseconds)
    return 0
  }
  const { result, events } = await run(
    { A: task('f', { Retry, ...answered }) },
    { functions: { f: failingWith(...errors) }, delay },
  )
  return { pauses, result, retries: events.filter((event) => event.type === 'StateRetried') }
}

describe('Retry', () => {
  it('pauses 1, 2 and 4 seconds and tries three times unless it says otherwise', async () => {
    const { pauses, result } = await pausesOf([E], 'E', 'E', 'E')
    expect(pauses).toEqual([1000, 2000, 4000])
    expect(result).toEqual({ status: 'SUCCEEDED', output: { answer: 4 } })
  })

  it('gives up after MaxAttempts with the error it had', async () => {
    const { pauses, result } = await pausesOf([{ ...E, MaxAttempts: 2 }], 'E', 'E', 'E')
    expect(pauses).toHaveLength(2)
    expect(result).toMatchObject({ status: 'FAILED', error: 'E' })
  })

  it('with MaxAttempts 0 never tries again', async () => {
    expect((await pausesOf([{ ...E, MaxAttempts: 0 }], 'E')).pauses).toEqual([])
  })

  it('grows by BackoffRate up to MaxDelaySeconds', async () => {
    const retrier = { ...E, IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 5, MaxDelaySeconds: 5 }
    expect((await pausesOf([retrier], 'E', 'E', 'E', 'E')).pauses).toEqual([2000, 3000, 4500, 5000])
  })

  it.each([
    [0, [0, 0, 0, 0]],
    [0.5, [1000, 2000, 2500, 2500]],
    [0.999_999_9, [2000, 4000, 5000, 5000]],
  ])('with FULL jitter takes a random share of the whole pause, the cap included: %d', async (chance, expected) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance)
    const retrier = { ...E, IntervalSeconds: 2, MaxAttempts: 9, MaxDelaySeconds: 5, JitterStrategy: 'FULL' }
    expect((await pausesOf([retrier], 'E', 'E', 'E', 'E')).pauses).toEqual(expected)
  })

  it('tells each retry with its number and its error', async () => {
    const { retries } = await pausesOf([{ ErrorEquals: ['E', 'F'] }], 'E', 'F')
    expect(retries).toMatchObject([
      { state: 'A', stateType: 'Task', index: null, attempt: 1, error: 'E' },
      { state: 'A', stateType: 'Task', index: null, attempt: 2, error: 'F' },
    ])
  })

  it('counts for each retrier by itself', async () => {
    const rules = [
      { ...E, MaxAttempts: 1 },
      { ErrorEquals: ['F'], IntervalSeconds: 7, MaxAttempts: 1 },
    ]
    expect((await pausesOf(rules, 'E', 'F')).pauses).toEqual([1000, 7000])
  })

  it('does not go on to the next retrier when the first that fits is used up', async () => {
    const { result, pauses } = await pausesOf([{ ...E, MaxAttempts: 1 }, { ErrorEquals: ['States.ALL'] }], 'E', 'E')
    expect(pauses).toEqual([1000])
    expect(result).toMatchObject({ error: 'E' })
  })

  it('counts anew at each visit of the state', async () => {
    const f = failingWith('E', 'none of it', 'E')
    const states = {
      A: task('f', {
        Retry: [{ ...E, MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }],
        ...answered,
      }),
    }
    expect(await outputOf(states, { functions: { f } })).toEqual({ answer: 4 })
  })

  it('fills in the parameters anew from the same input', async () => {
    const seen: unknown[] = []
    const f = async (payload: unknown) => {
      seen.push(payload)
      if (seen.length < 3) throw failing('E')
    }
    await outputOf({ A: task('f', { Retry: [E] }) }, { functions: { f }, input: { a: 1 } })
    expect(seen).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }])
  })
})

describe('Which error meets which rule', () => {
  const cases: [string, string, boolean][] = [
    ['E', 'E', true],
    ['E', 'e', false],
    ['States.TaskFailed', 'E', true],
    ['States.TaskFailed', 'Lambda.Unknown', true],
    ['States.ALL', 'E', true],
    ['States.Timeout', 'E', false],
  ]
  it.each(cases)('%s for %s: %j', async (rule, error, fits) => {
    const functions = { f: failingWith(error) }
    const { result } = await run({ A: task('f', { Retry: [{ ErrorEquals: [rule] }] }) }, { functions })
    expect(result.status).toBe(fits ? 'SUCCEEDED' : 'FAILED')
    const states = { A: task('f', { Catch: [{ ErrorEquals: [rule], Next: 'B' }] }), B: { Type: 'Succeed' } }
    const { result: afterCatch } = await run(states, { functions: { f: failingWith(error) } })
    expect(afterCatch.status).toBe(fits ? 'SUCCEEDED' : 'FAILED')
  })
})

describe('Catch', () => {
  const B = { B: { Type: 'Pass', Parameters: { went: 'B' }, End: true } }
  const C = { C: { Type: 'Pass', Parameters: { went: 'C' }, End: true } }

  it('is tried after the retries, by the first rule that matches', async () => {
    const Catch = [
      { ErrorEquals: ['F', 'E'], Next: 'B' },
      { ErrorEquals: ['States.ALL'], Next: 'C' },
    ]
    const states = { A: task('f', { Retry: [{ ...E, MaxAttempts: 1 }], Catch }), ...B, ...C }
    expect(await outputOf(states, { functions: { f: failingWith('E', 'E') } })).toEqual({ went: 'B' })
    expect(await outputOf(states, { functions: { f: failingWith('G') } })).toEqual({ went: 'C' })
  })

  it('tells what was caught, then that the state was left', async () => {
    const states = { A: task('f', { Catch: [{ ...E, Next: 'B' }] }), ...B }
    const { events } = await run(states, { functions: { f: failingWith('E') } })
    expect(events.map((event) => `${event.type} ${event.state}`)).toEqual([
      'StateEntered A',
      'StateCaught A',
      'StateExited A',
      'StateEntered B',
      'StateExited B',
    ])
    expect(events[1]).toMatchObject({
      stateType: 'Task',
      index: null,
      error: 'E',
      cause: expect.stringContaining('{"errorType":"E"'),
    })
  })

  it('of another error leaves it to end the execution', async () => {
    const states = { A: task('f', { Catch: [{ ...E, Next: 'B' }] }), ...B }
    expect(await errorOf(states, { functions: { f: failingWith('F') } })).toBe('F')
  })
})
