import { describe, expect, it } from '@jest/globals'
import { answered, errorOf, failing, gate, mapOf, numbers, outputOf, run, start, task, until } from './machines.ts'

describe('A failed iteration', () => {
  const failingOn = (bad: number, calls: unknown[] = []) => ({
    f: async (payload: unknown) => {
      calls.push(payload)
      if (payload === bad) throw failing('Broken', 'so')
      return payload
    },
  })

  it('starts no further iteration, and ends the Map with its own error', async () => {
    const calls: unknown[] = []
    const { result, events } = await run(
      { A: mapOf('f', { MaxConcurrency: 1 }) },
      { input: numbers(9), functions: failingOn(2, calls) },
    )
    expect(calls).toEqual([0, 1, 2])
    expect(result).toEqual({ status: 'FAILED', error: 'Broken', cause: expect.stringContaining('"errorMessage":"so"') })
    expect(events.at(-1)).toMatchObject({ type: 'IterationFailed', state: 'A', index: 2 })
  })

  it('stops the others at once: no answer, no retry, no next state of theirs counts any more', async () => {
    const { f, state, letGo } = gate()
    let fail: () => void = () => {}
    const broken = new Promise<void>((_, reject) => {
      fail = () => reject(failing('Broken'))
    })
    const functions = { f: (payload: unknown) => (payload === 0 ? broken : f(payload)) }
    const inner = {
      StartAt: 'Item',
      States: { Item: task('f', { Retry: [{ ErrorEquals: ['Late'] }], Next: 'After' }), After: { Type: 'Succeed' } },
    }
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }]
    const states = { A: mapOf('f', { MaxConcurrency: 3, ItemProcessor: inner, Catch }), Caught: { Type: 'Succeed' } }
    const { execution, events } = start(states, { input: numbers(9), functions })
    await until(() => state.running === 2)
    fail()
    expect(await execution.result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Broken' } })
    const told = events.map((event) => `${event.type} ${event.state}`)
    const end = ['IterationFailed A', 'StateCaught A', 'StateExited A', 'StateEntered Caught', 'StateExited Caught']
    expect(told.slice(-5)).toEqual(end)
    letGo()
    await execution.stop()
    expect(state.calls).toBe(2)
    expect(events).toHaveLength(told.length)
  })

  it('ends the pauses of the others', async () => {
    const broken = async (payload: unknown) => {
      if (payload === 0) await until(() => pausing)
      throw failing(payload === 0 ? 'Broken' : 'Throttled')
    }
    let pausing = false
    const delay = (milliseconds: number) => {
      pausing = true
      return milliseconds
    }
    const inner = task('f', { Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 86_400 }] })
    expect(await errorOf({ A: mapOf('f', {}, inner) }, { input: [0, 1], functions: { f: broken }, delay })).toBe(
      'Broken',
    )
  })

  it('is reported once, also when another fails at the same moment', async () => {
    let calls = 0
    const gate = Promise.withResolvers<void>()
    const f = () => {
      if (++calls === 3) gate.reject(failing('Broken'))
      return gate.promise
    }
    const { events } = await run({ A: mapOf('f') }, { input: numbers(3), functions: { f } })
    expect(events.filter((event) => event.type === 'IterationFailed')).toHaveLength(1)
  })

  it('by a Fail state fails the Map with that error', async () => {
    const ItemProcessor = {
      StartAt: 'No',
      States: { No: { Type: 'Fail', ErrorPath: '$.error', CausePath: '$.cause' } },
    }
    const { result } = await run({ A: mapOf('f', { ItemProcessor }) }, { input: [{ error: 'E', cause: 'why' }] })
    expect(result).toEqual({ status: 'FAILED', error: 'E', cause: 'why' })
  })

  it('that catches its own error does not fail', async () => {
    const inner = {
      StartAt: 'Item',
      States: {
        Item: task('f', { Catch: [{ ErrorEquals: ['Broken'], ResultPath: null, Next: 'Note' }], ...answered }),
        Note: { Type: 'Pass', Parameters: { answer: 'noted' }, End: true },
      },
    }
    const states = { A: mapOf('f', { ItemProcessor: inner }) }
    expect(await outputOf(states, { input: numbers(3), functions: failingOn(1) })).toEqual(
      [0, 'noted', 2].map((answer) => ({ answer })),
    )
  })

  it('inside another Map stops both', async () => {
    const calls: unknown[] = []
    const inner = mapOf('f', { MaxConcurrency: 1 })
    const outer = mapOf('f', { MaxConcurrency: 1, ItemProcessor: { StartAt: 'Inner', States: { Inner: inner } } })
    const { result, events } = await run({ A: outer }, { input: [[0, 1, 2], [3]], functions: failingOn(1, calls) })
    expect(result).toMatchObject({ error: 'Broken' })
    expect(calls).toEqual([0, 1])
    expect(events.slice(-2)).toMatchObject([
      { type: 'IterationFailed', state: 'Inner', index: 1 },
      { type: 'IterationFailed', state: 'A', index: 0 },
    ])
  })
})
