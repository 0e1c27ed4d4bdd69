import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { ExecutionResult } from '../../engine/step-functions.ts'
import { answered, failing, outputOf, run, type States, start, task, tokenTask, turns, until } from './machines.ts'

const DAY = 86_400
const real = { delay: (milliseconds: number) => milliseconds }
const never = () => new Promise<never>(() => {})

/** Runs on fake timers; tells how the execution stands when so much time has passed. */
function clocked(states: States, options: Parameters<typeof start>[1] = {}) {
  const started = start(states, { ...real, ...options })
  let result: ExecutionResult | undefined
  started.execution.result.then((value) => {
    result = value
  })
  return {
    ...started,
    async passed(seconds: number) {
      await jest.advanceTimersByTimeAsync(seconds * 1000)
      // The walk takes turns of the event loop besides its timers.
      await turns(20)
      return result
    },
    entered: (state: string) =>
      until(() => started.events.some((event) => event.type === 'StateEntered' && event.state === state)),
  }
}

describe('Wait', () => {
  it.each([[5], [0], [99_999_999]])('of %d seconds asks to pause so long, and for what', async (Seconds) => {
    const waits: unknown[] = []
    const delay = (...wait: unknown[]) => {
      waits.push(wait)
      return 0
    }
    expect(await outputOf({ A: { Type: 'Wait', Seconds, End: true } }, { input: 'handed on', delay })).toBe('handed on')
    expect(waits).toEqual([[Seconds * 1000, 'A', 'wait']])
  })
})

describe('On the clock', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it.each([[5], [30 * DAY], [365 * DAY]])('a Wait of %d seconds lasts that long, not less', async (Seconds) => {
    const { passed, entered } = clocked({ A: { Type: 'Wait', Seconds, Next: 'B' }, B: { Type: 'Succeed' } })
    await entered('A')
    await turn()
    expect(await passed(Seconds - 1)).toBeUndefined()
    expect(await passed(1)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it.each([[7 * DAY], [365 * DAY]])('a task waits for its token %d seconds, then times out', async (TimeoutSeconds) => {
    const tokens: string[] = []
    const f = async (payload: unknown) => {
      tokens.push((payload as { token: string }).token)
    }
    const { execution, passed } = clocked({ A: tokenTask('f', { TimeoutSeconds }) }, { functions: { f } })
    await until(() => tokens.length === 1)
    expect(await passed(TimeoutSeconds - 1)).toBeUndefined()
    expect(await passed(1)).toEqual({ status: 'FAILED', error: 'States.Timeout', cause: '' })
    expect(() => execution.sendTaskSuccess(tokens[0] ?? '', '1')).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    )
  })

  it('a time limit may be read from the data', async () => {
    const { passed, entered } = clocked(
      { A: task('f', { TimeoutSecondsPath: '$.seconds' }) },
      { functions: { f: never }, input: { seconds: 50 } },
    )
    await entered('A')
    await turns(5)
    expect(await passed(49)).toBeUndefined()
    expect(await passed(1)).toMatchObject({ error: 'States.Timeout' })
  })

  it.each([0, 1.5, '60', null])('a time limit of %j in the data ends the execution by name', async (seconds) => {
    const { execution } = clocked(
      { A: task('f', { TimeoutSecondsPath: '$.seconds' }) },
      { functions: { f: never }, input: { seconds } },
    )
    expect(await execution.result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' })
  })

  it('a task without TimeoutSeconds is not timed: a day is nothing', async () => {
    const answer = Promise.withResolvers<unknown>()
    const f = () => answer.promise
    const { passed, entered } = clocked({ A: task('f', answered) }, { functions: { f } })
    await entered('A')
    expect(await passed(DAY)).toBeUndefined()
    answer.resolve('late, but welcome')
    expect(await passed(0)).toEqual({ status: 'SUCCEEDED', output: { answer: 'late, but welcome' } })
  })

  it('leaves no timer behind when a task has ended', async () => {
    const { execution } = clocked({ A: task('f', { TimeoutSeconds: 930 }) }, { functions: { f: async () => 1 } })
    await execution.result
    await turns(20)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('TimeoutSeconds counts for each attempt by itself', async () => {
    const retry = { Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1, IntervalSeconds: 10 }] }
    let calls = 0
    const f = () => {
      calls++
      return never()
    }
    const { passed } = clocked({ A: task('f', { TimeoutSeconds: 100, ...retry }) }, { functions: { f } })
    await until(() => calls === 1)
    expect(await passed(109)).toBeUndefined()
    expect(calls).toBe(1)
    expect(await passed(1)).toBeUndefined()
    expect(calls).toBe(2)
    expect(await passed(99)).toBeUndefined()
    expect(await passed(1)).toMatchObject({ error: 'States.Timeout' })
  })
})

describe('States.Timeout', () => {
  const after = { B: { Type: 'Succeed' }, C: { Type: 'Pass', End: true } }
  const timedOut = async (more: Record<string, unknown>, f: () => Promise<unknown>) => {
    const states = { A: task('f', { TimeoutSeconds: 1, ...more }), ...after }
    return run(states, { functions: { f } })
  }
  const rule = (name: string, Next: string) => ({ ErrorEquals: [name], Next })

  it('is caught by its name or by States.ALL, not by States.TaskFailed, and its cause is empty', async () => {
    const [byName, byAll] = await Promise.all([
      timedOut({ Catch: [rule('States.TaskFailed', 'C'), rule('States.Timeout', 'B')] }, never),
      timedOut({ Catch: [rule('States.TaskFailed', 'C'), rule('States.ALL', 'B')] }, never),
    ])
    expect(byName.result).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } })
    expect(byAll.result).toEqual(byName.result)
  })

  it.each([
    ['answer', async () => 'late'],
    ['error', () => Promise.reject(failing('TooLate'))],
  ])('drops the late %s of the function', async (_, late) => {
    const gate = Promise.withResolvers<void>()
    const f = () => gate.promise.then(late)
    const states = { A: task('f', { TimeoutSeconds: 1, Catch: [rule('States.Timeout', 'B')], Next: 'C' }), ...after }
    const { execution, events } = start(states, { functions: { f } })
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } })
    const told = [...events]
    gate.resolve()
    await execution.stop()
    expect(events).toEqual(told)
  })
})
