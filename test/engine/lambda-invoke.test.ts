import { runInNewContext } from 'node:vm'
import { describe, expect, it } from '@jest/globals'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { factsIn } from '../support/error-facts.ts'
import { openLoopbackServer } from '../support/loopback-server.ts'
import { answered, errorOf, failing, outputOf, run, task } from './machines.ts'

const payloadOf = async (f: LocalFunction, input: unknown = {}) => {
  const output = await outputOf({ A: task('f', answered) }, { functions: { f }, input })
  return (output as { answer: unknown }).answer
}

async function caught(f: LocalFunction): Promise<{ Error: string; Cause: string }> {
  const states = { A: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: { Type: 'Succeed' } }
  return (await outputOf(states, { functions: { f } })) as { Error: string; Cause: string }
}

describe('lambda:invoke', () => {
  it("answers with Lambda's envelope", async () => {
    const output = await outputOf({ A: task('f') }, { functions: { f: async () => ({ a: 1 }) } })
    expect(output).toStrictEqual({
      ExecutedVersion: '$LATEST',
      Payload: { a: 1 },
      SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    })
  })

  it.each([[null], [false], [0], [''], [[]], [{ a: [1] }]])(
    'carries a payload of %j there and back',
    async (payload) => {
      expect(await payloadOf(async (given) => given, payload)).toStrictEqual(payload)
    },
  )

  it('makes JSON of the answer: undefined is dropped, a Date becomes a string, nothing becomes null', async () => {
    const answer = { at: new Date(0), gone: undefined }
    expect(await payloadOf(async () => answer)).toStrictEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(await payloadOf(async () => undefined)).toBe(null)
  })

  it.each([['nobody'], ['toString'], ['__proto__']])(
    'of a function that is not there fails as in Lambda: %s',
    async (name) => {
      const { result } = await run({ A: task(name) })
      expect(result).toEqual({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException', cause: factsIn(name) })
    },
  )

  it('never goes out to AWS, whatever the environment offers', async () => {
    let requests = 0
    const server = await openLoopbackServer((_, response) => {
      requests++
      response.end('{}')
    })
    const before = { ...process.env }
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    try {
      expect(await errorOf({ A: task('nobody') })).toBe('Lambda.ResourceNotFoundException')
      expect(await payloadOf(async () => 1)).toBe(1)
    } finally {
      process.env = before
      await server.stop()
    }
    expect(requests).toBe(0)
  })
})

describe('What a function throws', () => {
  it('is caught as exactly Error and Cause, the cause being JSON as Lambda writes it', async () => {
    const error = failing('IamThrottled', 'Rate exceeded')
    const output = await caught(async () => {
      throw error
    })
    expect(Object.keys(output).sort()).toEqual(['Cause', 'Error'])
    expect(output.Error).toBe('IamThrottled')
    expect(JSON.parse(output.Cause)).toStrictEqual({
      errorType: 'IamThrottled',
      errorMessage: 'Rate exceeded',
      trace: error.stack?.split('\n'),
    })
  })

  it('is matched by its name, not by its class', async () => {
    class Named extends Error {
      override readonly name = 'ReportNotReady' as const
    }
    class Nameless extends Error {}
    expect((await caught(() => Promise.reject(new Named()))).Error).toBe('ReportNotReady')
    expect((await caught(() => Promise.reject(new Nameless()))).Error).toBe('Error')
  })

  it('may be an error of another realm, or of the platform', async () => {
    const foreign = runInNewContext('new RangeError("far")') as Error
    expect((await caught(() => Promise.reject(foreign))).Error).toBe('RangeError')
    const timeout = new DOMException('took too long', 'TimeoutError')
    expect((await caught(() => Promise.reject(timeout))).Error).toBe('TimeoutError')
  })

  const oddities: [string, unknown, string, string][] = [
    ['a string', 'oops', 'string', 'oops'],
    ['a number', 5, 'number', '5'],
    ['null', null, 'object', 'null'],
    ['nothing', undefined, 'undefined', 'undefined'],
    ['an object', { code: 1 }, 'object', '[object Object]'],
  ]
  it.each(oddities)('may be %s', async (_, thrown, errorType, errorMessage) => {
    const output = await caught(() => Promise.reject(thrown))
    expect(output.Error).toBe(errorType)
    expect(JSON.parse(output.Cause)).toStrictEqual({ errorType, errorMessage, trace: [] })
  })

  it('may come before the function has returned a promise', async () => {
    const output = await caught(() => {
      throw failing('AtOnce')
    })
    expect(output.Error).toBe('AtOnce')
  })

  it('may be an answer that is no JSON', async () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect((await caught(async () => cycle)).Error).toBe('Runtime.MarshalError')
    expect((await caught(async () => 5n)).Error).toBe('Runtime.MarshalError')
  })

  it('ends the execution with the same error and cause where nothing catches it', async () => {
    const { result, events } = await run(
      { A: task('f') },
      { functions: { f: () => Promise.reject(failing('Broken', 'so')) } },
    )
    expect(result).toEqual({ status: 'FAILED', error: 'Broken', cause: expect.stringContaining('"errorMessage":"so"') })
    expect(events.map((event) => event.type)).toEqual(['StateEntered'])
  })
})
