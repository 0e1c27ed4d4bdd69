import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ReportInProgress } from '../../../core/model/errors.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import { observed } from '../../../functions/lambda/observe.ts'
import { linesOf } from '../../support/log-lines.ts'
import { eventOf, TOKEN } from '../../support/waiting.ts'

const CONTEXT = { awsRequestId: 'request-1' }
const env = { ...process.env }

beforeAll(() => {
  Object.assign(process.env, { KEYSWEEP_STAGE: 'test', _HANDLER: 'build/functions/make-plan.handler' })
})
afterAll(() => {
  process.env = env
})

/** The log of one call. */
const logOf = (event: unknown, answer: () => unknown) => {
  const handler = observed(async () => answer())
  // What the handler throws is for the test that asks for it.
  return linesOf(() => handler(event, CONTEXT).catch(() => {}))
}
const refuse = (error: unknown) => () => {
  throw error
}

describe('a call', () => {
  it('leaves one line: the function, the stage, the version, the run, what came of it, and how long it took', async () => {
    expect(await logOf({ runId: 'run-1' }, () => ({ next: 'deactivate', keys: [] }))).toEqual([
      {
        level: 'INFO',
        message: 'make-plan',
        service: 'keysweep',
        stage: 'test',
        keysweep: VERSION,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        function_request_id: 'request-1',
        cold_start: expect.any(Boolean),
        sampling_rate: 0,
        runId: 'run-1',
        outcome: 'deactivate',
        durationMilliseconds: expect.any(Number),
      },
    ])
  })
  it('of a key names the key', async () => {
    const event = { runId: 'run-1', user: 'bot', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }
    expect(await logOf(event, () => ({ outcome: 'deactivated' }))).toMatchObject([{ ...event, outcome: 'deactivated' }])
  })
  it.each([
    [{ status: 'planned', failed: false }, 'planned'],
    [{ state: 'STARTED', attempt: 1 }, 'STARTED'],
    [{ next: 500, done: false }, 'done'],
    [{ statusCode: 409, body: 'x' }, 409],
    [undefined, 'done'],
  ])('that answers %j ends as %j', async (answer, outcome) => {
    expect(await logOf({ runId: 'run-1' }, () => answer)).toMatchObject([{ outcome }])
  })
  it('says how long it took, and no longer than that', async () => {
    const began = performance.now()
    const [line] = await logOf({}, () => new Promise((resolve) => setTimeout(resolve, 20)))
    expect(line?.durationMilliseconds).toBeGreaterThanOrEqual(19)
    expect(line?.durationMilliseconds).toBeLessThanOrEqual(Math.ceil(performance.now() - began))
  })
  it.each([
    ['/runs/audit.2026-09/decision', 'audit.2026-09'],
    ['/prod/runs/run_1', 'run_1'],
    ['/runs', undefined],
    ['/runs/a%0Ab', undefined],
    [`/runs/${'x'.repeat(81)}`, undefined],
    [['/runs/run_1'], undefined],
  ])('of the decision API names the run whole, or not at all: %s', async (rawPath, runId) => {
    const lines = await logOf({ rawPath }, () => ({ statusCode: 200 }))
    expect(lines).toMatchObject([{ outcome: 200 }])
    expect(lines[0]?.runId).toBe(runId)
  })
  it('about nothing, that answers nothing, leaves its line as well', async () => {
    expect(await logOf(null, () => null)).toMatchObject([{ level: 'INFO', outcome: 'done' }])
  })
  it.each([
    ['build/functions/write-record.handler', 'write-record'],
    ['/var/build.2/functions/write-record.handler', 'write-record'],
    ['write-record', 'unknown'],
    [undefined, 'unknown'],
  ])('of the handler %s is one of the function %s', async (handler, message) => {
    const { _HANDLER } = process.env
    delete process.env._HANDLER
    if (handler !== undefined) process.env._HANDLER = handler
    try {
      expect(await logOf({}, () => ({}))).toMatchObject([{ message }])
    } finally {
      process.env._HANDLER = _HANDLER
    }
  })
  it('of a function without a stage says so', async () => {
    delete process.env.KEYSWEEP_STAGE
    try {
      expect(await logOf({}, () => ({}))).toMatchObject([{ stage: 'unknown' }])
    } finally {
      process.env.KEYSWEEP_STAGE = 'test'
    }
  })
  it('that throws is an error, by its name alone', async () => {
    const lines = await logOf({ runId: 'run-1' }, refuse(new ReportInProgress('message-canary')))
    expect(lines).toMatchObject([{ level: 'ERROR', outcome: 'threw', error: 'ReportInProgress' }])
    expect(JSON.stringify(lines)).not.toContain('message-canary')
  })
  it('throws what its handler throws', async () => {
    const error = new ReportInProgress('x')
    const handler = observed(async () => refuse(error)())
    await linesOf(() => expect(handler({}, CONTEXT)).rejects.toBe(error))
  })
  it('answers what its handler answers, with and without a context', async () => {
    const handler = observed(async (event) => event)
    await linesOf(async () => {
      expect(await handler({ a: 1 }, CONTEXT)).toEqual({ a: 1 })
      expect(await handler({ a: 2 })).toEqual({ a: 2 })
    })
  })
})

describe('a request to the decision API', () => {
  it('is logged by who made it, how and of which run, and not by what it says', async () => {
    const body = JSON.stringify({ plan: 'cafe', answer: 'approve', reason: 'body-canary' })
    const lines = await logOf(eventOf({ method: 'POST', path: '/runs/run-1/decision', body }), () => ({
      statusCode: 200,
    }))
    expect(lines).toMatchObject([
      { runId: 'run-1', method: 'POST', by: expect.stringMatching(/^arn:aws:/), outcome: 200 },
    ])
    expect(JSON.stringify(lines)).not.toContain('body-canary')
  })
})

describe('no log line holds', () => {
  it('a token, whether it came with the event, the answer or an error', async () => {
    const event = { runId: 'run-1', token: TOKEN, input: { reason: TOKEN }, error: { Error: 'X', Cause: TOKEN } }
    const lines = [
      ...(await logOf(event, () => ({ token: TOKEN, woken: [TOKEN] }))),
      ...(await logOf(event, refuse(new Error(TOKEN)))),
      ...(await logOf(event, refuse(TOKEN))),
      ...(await logOf({ runId: { token: TOKEN }, user: [TOKEN] }, () => TOKEN)),
    ]
    expect(lines).toHaveLength(4)
    expect(JSON.stringify(lines)).not.toContain(TOKEN)
  })
  it('a second line, whatever a name holds', async () => {
    const user = 'a\n{"level":"INFO"}\u001b[2K'
    expect(await logOf({ runId: 'run-1', user }, () => ({}))).toMatchObject([{ user }])
  })
  it('a name without end', async () => {
    const [line] = await logOf({ user: 'x'.repeat(10_000) }, () => ({}))
    expect(line?.user).toBe('x'.repeat(200))
  })
})
