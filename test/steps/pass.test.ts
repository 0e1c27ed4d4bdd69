// Who has the pass of a run, and who may record a run that has none.
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import type { RunInput } from '../../core/model/documents/input.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { type RunStore, runKey } from '../../io/store/run-store.ts'
import { admitEnd, passHash, refuseWithout, withPass } from '../../steps/pass.ts'
import type { DescribedExecution } from '../../steps/ports.ts'
import { errorWith } from '../support/error-facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { inputOf, RUN } from '../support/waiting.ts'

const PASS = 'open sesame'
/** Of `PASS`, by sha256sum. */
const HASH = '41ef4bb0b23661e66301aac36066912dac037827b4ae63a7b1165a5aa93ed4eb'
const WITH_PASS = inputOf({ passSha256: HASH })
const WITHOUT = inputOf({ passSha256: null })

const storeOf = (input: unknown) =>
  makeMemoryStore(new Map(input === null ? [] : [[runKey(RUN, 'input.json'), JSON.stringify(input)]]))

it('the hash of a pass is its sha256, in hex', () => {
  expect(passHash(PASS)).toBe(HASH)
})

/** The error for a pass that is not the run's; null for one that is. */
function refusalFor(input: RunInput, pass: string | undefined): unknown {
  try {
    refuseWithout(input, pass)
    return null
  } catch (error) {
    return error
  }
}

describe('a pass', () => {
  it.each([
    ['the pass of the run', WITH_PASS, PASS],
    ['none, of a run without a hash', WITHOUT, undefined],
    ['any, of a run without a hash', WITHOUT, 'another'],
  ])('is accepted: %s', (_, input, pass) => {
    expect(refusalFor(input, pass)).toBeNull()
  })
  it.each([
    ['none', undefined, 'none'],
    ['an empty one', '', 'another'],
    ['another one', 'open', 'another'],
    ['the stored hash', HASH, 'another'],
  ])('is refused by the name of the run, and not repeated: %s', (_, pass, received) => {
    const refusal = refusalFor(WITH_PASS, pass)
    expect(refusal).toEqual(errorWith('PassRefused', RUN, received))
    expect(String(refusal)).not.toContain(HASH)
  })
})

describe('a handler with a pass', () => {
  const payload = z.object({ runId: z.string(), user: z.string() })

  /** What the handler answers, and what it was called with. */
  async function called(input: unknown, event: unknown) {
    const calls: unknown[] = []
    const handler = withPass({ store: storeOf(input) }, payload, async (...args) => {
      calls.push(args)
      return 'handled'
    })
    return { answer: await handler(event).catch((error: Error) => error), calls }
  }

  it('gets what it needs of the event, and the input of the run', async () => {
    const event = { runId: RUN, pass: PASS, user: 'bot', more: 1 }
    expect(await called(WITH_PASS, event)).toEqual({
      answer: 'handled',
      calls: [[{ runId: RUN, user: 'bot' }, WITH_PASS]],
    })
  })
  it('of a run that an earlier version started needs none', async () => {
    expect(await called(WITHOUT, { runId: RUN, user: 'bot' })).toMatchObject({ answer: 'handled' })
  })
  it.each<[string, unknown, unknown, unknown]>([
    ['another pass, before all else', WITH_PASS, { runId: RUN, pass: 'x' }, errorWith('PassRefused', RUN, 'another')],
    ['no pass', WITH_PASS, { runId: RUN, user: 'bot' }, errorWith('PassRefused', RUN, 'none')],
    ['a pass that is no text', WITH_PASS, { runId: RUN, pass: 1, user: 'bot' }, { name: 'ZodError' }],
    ['no run id', WITH_PASS, { pass: PASS, user: 'bot' }, { name: 'ZodError' }],
    ['an event that lacks a field', WITH_PASS, { runId: RUN, pass: PASS }, { name: 'ZodError' }],
    ['a run without an input', null, { runId: RUN, pass: PASS }, errorWith('StoreDamaged', runKey(RUN, 'input.json'))],
  ])('is not called for %s', async (_, input, event, error) => {
    const { answer, calls } = await called(input, event)
    expect(answer).toMatchObject(error as object)
    expect(calls).toEqual([])
  })
})

describe('the end of a run', () => {
  const { executionId, startedAt } = inputOf()
  const FAILED = { Error: 'InputRefused', Cause: 'no' }
  const KNOWN: DescribedExecution = { runId: RUN, startedAt, isRunning: true, input: {} }
  const ANOTHER_START = '2026-09-11T08:00:00.000Z'

  interface Given {
    store?: RunStore
    known?: DescribedExecution | null
    runId?: string
    startedAt?: string
    error?: typeof FAILED | null
    pass?: string
  }

  /** The refusal, null if it is admitted; and for which executions Step Functions was asked. */
  async function admitted({ store = storeOf(WITH_PASS), known = KNOWN, pass, ...named }: Given) {
    const asked: string[] = []
    const execution = async (id: string) => {
      asked.push(id)
      return known
    }
    const ports = { store, execution, pause: async () => {} }
    const refusal = await admitEnd(ports, { runId: RUN, executionId, startedAt, error: null, ...named }, pass).then(
      () => null,
      (error: Error) => error,
    )
    return { refusal, asked: new Set(asked) }
  }
  const NOBODY = new Set()
  const ONCE = new Set([executionId])

  it('is admitted by its pass, and Step Functions is not asked', async () => {
    expect(await admitted({ pass: PASS })).toEqual({ refusal: null, asked: NOBODY })
    expect(await admitted({ pass: PASS, error: FAILED })).toEqual({ refusal: null, asked: NOBODY })
  })
  it.each([null, FAILED])('with an input of its own is refused without the pass, error %j', async (error) => {
    expect(await admitted({ error })).toEqual({ refusal: errorWith('PassRefused', RUN, 'none'), asked: NOBODY })
    expect(await admitted({ error, pass: 'x' })).toEqual({
      refusal: errorWith('PassRefused', RUN, 'another'),
      asked: NOBODY,
    })
  })
  it.each<[string, Given]>([
    ['no input', { store: storeOf(null) }],
    ['an input that is cut', { store: makeMemoryStore(new Map([[runKey(RUN, 'input.json'), '{']])) }],
    ['the input of another execution', { startedAt: ANOTHER_START, known: { ...KNOWN, startedAt: ANOTHER_START } }],
  ])('of a failed start that has %s is admitted once Step Functions confirms it', async (_, given) => {
    expect(await admitted({ ...given, error: FAILED })).toEqual({ refusal: null, asked: ONCE })
    const unknown = await admitted({ ...given, error: FAILED, known: null })
    expect(unknown).toEqual({ refusal: errorWith('ExecutionNotConfirmed', RUN, 'none'), asked: ONCE })
  })
  it.each([
    [null, 'no error'],
    [{ Error: 'Interrupted', Cause: 'by hand' }, 'Interrupted'],
    [{ Error: 'AnotherRunOpen', Cause: 'run-0' }, 'AnotherRunOpen'],
  ])('without an input of its own is refused where the start did not fail: %j', async (error, received) => {
    const { refusal, asked } = await admitted({ store: storeOf(null), error })
    expect(refusal).toEqual(errorWith('PassRefused', RUN, received))
    expect(asked).toEqual(NOBODY)
  })
  it('of a name that no run can have looks for no input', async () => {
    const runId = '-1'
    const store = { ...storeOf(null), get: () => Promise.reject(new TypeError('not to be read')) }
    expect(await admitted({ store, runId, error: FAILED, known: { ...KNOWN, runId } })).toEqual({
      refusal: null,
      asked: ONCE,
    })
  })
  it('is not judged by a store that does not answer', async () => {
    const store = { ...storeOf(null), get: () => Promise.reject(new StoreUnavailable('down')) }
    expect((await admitted({ store, error: FAILED })).refusal).toBeInstanceOf(StoreUnavailable)
  })
})
