import { describe, expect, it } from '@jest/globals'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { failing, mapOf, run, start, task, tokenTask, turns, until } from './machines.ts'

const aborted = { status: 'ABORTED' }
const real = (milliseconds: number) => milliseconds

describe('stop()', () => {
  it('ends a wait at once', async () => {
    const { execution, events } = start({ A: { Type: 'Wait', Seconds: 86_400, End: true } }, { delay: real })
    await until(() => events.length === 1)
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect(events.map((event) => event.type)).toEqual(['StateEntered'])
  })

  it('ends a retry’s pause at once and burns none of the retries that are left', async () => {
    let calls = 0
    let pausing = false
    const f = async () => {
      calls++
      throw failing('E')
    }
    const delay = (milliseconds: number) => {
      pausing = true
      return milliseconds
    }
    const states = { A: task('f', { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 86_400, MaxAttempts: 9 }] }) }
    const { execution, events } = start(states, { functions: { f }, delay })
    await until(() => pausing)
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect(calls).toBe(1)
    expect(events.map((event) => event.type)).toEqual(['StateEntered'])
  })

  it('ends the wait for a token, which is then worth nothing', async () => {
    let token = ''
    const ask = async (payload: unknown) => {
      token = (payload as { token: string }).token
    }
    const { execution } = start({ A: tokenTask('ask', { TimeoutSeconds: 604_800 }) }, { functions: { ask } })
    await until(() => token !== '')
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect(() => execution.sendTaskSuccess(token, '1')).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }))
  })

  it('lets the functions in flight return, starts no other, and resolves when they have', async () => {
    let calls = 0
    let returned = 0
    const gate = Promise.withResolvers<void>()
    const f = async () => {
      calls++
      await gate.promise
      returned++
    }
    const states = { A: mapOf('f', { MaxConcurrency: 3, Next: 'B' }), B: task('f') }
    const { execution, events } = start(states, { functions: { f }, input: Array.from({ length: 20 }, () => 0) })
    await until(() => calls === 3)
    const told = events.length
    const ended: string[] = []
    execution.stop().then(() => ended.push('stop'))
    execution.stop().then(() => ended.push('second stop'))
    execution.result.then(() => ended.push('result'))
    await turns(20)
    expect([ended, returned]).toEqual([[], 0])
    gate.resolve()
    await until(() => ended.length === 3)
    expect(await execution.result).toEqual(aborted)
    expect([calls, returned]).toEqual([3, 3])
    expect(events).toHaveLength(told)
  })

  it('reaches the functions in flight as a signal', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const f: LocalFunction = async (_, context) => {
      signals.push(context?.signal)
      if (signals.length < 2) return {}
      return new Promise((_, reject) => {
        context?.signal.addEventListener('abort', () => reject(context.signal.reason))
      })
    }
    const { execution } = start({ A: task('f', { Next: 'B' }), B: task('f') }, { functions: { f } })
    await until(() => signals.length === 2)
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false])
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true])
  })

  it('after the end waits for a function whose task has timed out', async () => {
    const gate = Promise.withResolvers<void>()
    let calls = 0
    const f = () => {
      calls++
      return gate.promise
    }
    const { execution } = start({ A: task('f', { TimeoutSeconds: 1 }) }, { functions: { f } })
    expect(await execution.result).toMatchObject({ error: 'States.Timeout' })
    let stopped = false
    const stopping = execution.stop().then(() => {
      stopped = true
    })
    await turns(20)
    expect([calls, stopped]).toEqual([1, false])
    gate.resolve()
    await stopping
  })

  it('at the very moment a task begins still calls nothing', async () => {
    let calls = 0
    const { execution } = start(
      { A: task('f') },
      { functions: { f: async () => calls++ }, onEvent: () => void execution.stop() },
    )
    expect(await execution.result).toEqual(aborted)
    expect(calls).toBe(0)
  })

  it('before the first state calls nothing', async () => {
    let calls = 0
    const { execution, events } = start({ A: task('f') }, { functions: { f: async () => calls++ } })
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect([calls, events]).toEqual([0, []])
  })

  it('is not caught by States.ALL', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }]
    const gate = Promise.withResolvers<void>()
    let calls = 0
    const f = async () => {
      calls++
      await gate.promise
      throw failing('Late')
    }
    const { execution } = start({ A: task('f', { Catch }), B: task('f') }, { functions: { f } })
    await until(() => calls === 1)
    gate.resolve()
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
    expect(calls).toBe(1)
  })

  it('ends a loop of states that wait for nothing', async () => {
    const { execution, events } = start({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } })
    await until(() => events.length > 100)
    await execution.stop()
    expect(await execution.result).toEqual(aborted)
  })

  it('after the end changes nothing', async () => {
    const { execution } = start({ A: { Type: 'Succeed' } }, { input: 1 })
    const result = await execution.result
    await execution.stop()
    expect(await execution.result).toBe(result)
    expect(result).toEqual({ status: 'SUCCEEDED', output: 1 })
  })
})

describe('A fault outside the machine', () => {
  const fault = new TypeError('the display broke')
  const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }]
  const B = { B: { Type: 'Succeed' } }

  it('rejects the result, and is neither retried nor caught', async () => {
    const limits: string[] = []
    const limit = (_: number, state: string) => {
      limits.push(state)
      throw fault
    }
    const states = { A: task('f', { TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch }), ...B }
    await expect(run(states, { limit })).rejects.toBe(fault)
    expect(limits).toEqual(['A'])
  })

  it('in a Map rejects the result, and is not caught', async () => {
    const states = { A: { Type: 'Wait', Seconds: 1, Next: 'Map' }, Map: mapOf('f', { Catch }), ...B }
    const seen: string[] = []
    const onEvent = (event: { type: string; state: string }) => {
      seen.push(event.type)
      if (event.type === 'MapStarted') throw fault
    }
    await expect(run(states, { functions: {}, input: [1], onEvent })).rejects.toBe(fault)
    expect(seen).toEqual(['StateEntered', 'StateExited', 'StateEntered', 'MapStarted'])
  })

  it('in an iteration stops the others', async () => {
    let calls = 0
    const f = async () => {
      calls++
    }
    const onEvent = (event: { type: string; state: string }) => {
      if (event.type === 'StateExited' && event.state === 'Item') throw fault
    }
    const states = { A: mapOf('f', { MaxConcurrency: 1, Catch }), ...B }
    await expect(run(states, { functions: { f }, input: [1, 2, 3], onEvent })).rejects.toBe(fault)
    expect(calls).toBe(1)
  })

  it('is reported also when the execution is being stopped', async () => {
    const delay = () => {
      void execution.stop()
      throw fault
    }
    const { execution } = start({ A: { Type: 'Wait', Seconds: 1, End: true } }, { delay })
    await expect(execution.result).rejects.toBe(fault)
  })
})
