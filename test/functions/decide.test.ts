import { describe, expect, it } from '@jest/globals'
import { MachineUnavailable } from '../../core/errors.ts'
import { planHash } from '../../core/plan.ts'
import { makeDecide } from '../../functions/decide.ts'
import { runKey } from '../../io/run-store.ts'
import { APPROVER, eventOf, idOf, inputOf, openWaiting, RUN, TOKEN } from '../support/waiting.ts'

const decisionIn = async ({ store }: Awaited<ReturnType<typeof openWaiting>>) =>
  JSON.parse((await store.get(runKey(RUN, 'decision.json'))) ?? 'null')

describe('an answer', () => {
  it('is written once, with who gave it, and wakes the machine by the newest token', async () => {
    const waiting = await openWaiting()
    expect(await waiting.answer({ leaveOut: [idOf(2)], reason: 'printer' })).toMatchObject({
      status: 200,
      body: { woken: true },
    })
    expect(await decisionIn(waiting)).toEqual({
      runId: RUN,
      plan: waiting.sha256,
      answer: 'approve',
      by: APPROVER,
      userId: 'AROAANNANNANNANNANNA:ann',
      at: '2026-09-11T12:00:00.000Z',
      reason: 'printer',
      leftOut: [idOf(2)],
    })
    expect(waiting.woken).toEqual([TOKEN])
  })
  it('given again is harmless, and wakes a machine that a crash left asleep', async () => {
    const waiting = await openWaiting()
    await waiting.answer({})
    expect((await waiting.answer({})).status).toBe(200)
    expect((await waiting.answer({}, { arn: 'arn:aws:iam::111122223333:user/bob' })).status).toBe(200)
    expect(waiting.woken).toHaveLength(3)
    expect((await decisionIn(waiting)).by).toBe(APPROVER)
  })
  it.each([
    ['the other word', { answer: 'reject' }],
    ['other keys left out', { leaveOut: [idOf(1)] }],
  ])('with %s comes too late: the first stands, and it says whose and when', async (_, second) => {
    const waiting = await openWaiting()
    await waiting.answer({})
    expect(await waiting.answer(second)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining(`${APPROVER} answered "approve" at 2026-09-11`) },
    })
    expect((await decisionIn(waiting)).answer).toBe('approve')
  })
  it('to another plan is refused', async () => {
    const waiting = await openWaiting()
    expect(await waiting.answer({ plan: planHash('another') })).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('Another plan') },
    })
    expect(await decisionIn(waiting)).toBeNull()
  })
  it('after the time-out is told that nobody answered', async () => {
    const waiting = await openWaiting()
    const expired = {
      runId: RUN,
      plan: waiting.sha256,
      answer: 'expired',
      by: null,
      userId: null,
      at: 'then',
      reason: null,
      leftOut: [],
    }
    await waiting.store.put(runKey(RUN, 'decision.json'), JSON.stringify(expired))
    expect((await waiting.answer({})).status).toBe(410)
    expect(waiting.woken).toEqual([])
  })
  it('to a run that is over is refused', async () => {
    const waiting = await openWaiting()
    await waiting.store.put(runKey(RUN, 'record.json'), '{}')
    expect((await waiting.answer({})).status).toBe(410)
  })
  it('to a run that does not wait for anybody is refused', async () => {
    const waiting = await openWaiting()
    const text = (await waiting.store.get(runKey(RUN, 'plan.json'))) ?? ''
    const plan = JSON.stringify({ ...JSON.parse(text), runId: 'run-2', next: 'deactivate' })
    await waiting.store.put(runKey('run-2', 'plan.json'), plan)
    await waiting.store.put(runKey('run-2', 'input.json'), JSON.stringify(inputOf({ runId: 'run-2' })))
    expect((await waiting.answer({ plan: planHash(plan) }, { path: '/runs/run-2/decision' })).status).toBe(410)
  })
  it('before the question is out is told to come again', async () => {
    const waiting = await openWaiting()
    const plan = JSON.stringify({
      ...JSON.parse((await waiting.store.get(runKey(RUN, 'plan.json'))) ?? ''),
      runId: 'run-3',
    })
    await waiting.store.put(runKey('run-3', 'plan.json'), plan)
    expect((await waiting.answer({ plan: planHash(plan) }, { path: '/runs/run-3/decision' })).status).toBe(409)
    expect(await waiting.store.get(runKey('run-3', 'decision.json'))).toBeNull()
  })
  it('that is noted while the machine cannot be woken says so, and asking again wakes it', async () => {
    let down = true
    const wake = async () => {
      if (down) throw new MachineUnavailable('SendTaskSuccess: TimeoutError: expected the waiting machine to be woken')
      return true
    }
    const waiting = await openWaiting({ wake })
    expect((await waiting.answer({})).status).toBe(503)
    down = false
    expect(await waiting.answer({})).toMatchObject({ status: 200, body: { woken: true } })
  })
  it('to a machine that has gone on already stands all the same', async () => {
    const waiting = await openWaiting({ wake: async () => false })
    expect(await waiting.answer({})).toMatchObject({ status: 200, body: { woken: false } })
  })
})

describe('a malformed answer changes nothing', () => {
  it.each([
    ['no JSON', 'approve'],
    ['an empty body', ''],
    ['a word that is none', JSON.stringify({ plan: 'a'.repeat(64), answer: 'yes' })],
    ['a field we do not know', JSON.stringify({ plan: 'a'.repeat(64), answer: 'approve', force: true })],
    ['a hash that is none', JSON.stringify({ plan: 'abc', answer: 'approve' })],
    ['a reason without end', JSON.stringify({ plan: 'a'.repeat(64), answer: 'approve', reason: 'x'.repeat(1001) })],
    ['more than 64 KiB', JSON.stringify({ plan: 'a'.repeat(64), answer: 'approve', leaveOut: ['x'.repeat(70_000)] })],
  ])('%s', async (_, body) => {
    const waiting = await openWaiting()
    expect((await waiting.ask({ method: 'POST', path: `/runs/${RUN}/decision`, body })).status).toBe(400)
    expect([await decisionIn(waiting), waiting.woken]).toEqual([null, []])
  })
  it('a key to leave out that the plan does not hold', async () => {
    const waiting = await openWaiting()
    expect((await waiting.answer({ leaveOut: ['AKIAANOTHERANOTHER12'] })).status).toBe(400)
    expect(await decisionIn(waiting)).toBeNull()
  })
})

describe('no other request changes anything', () => {
  const methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'post']
  it.each(methods)('%s on the decision', async (method) => {
    const waiting = await openWaiting()
    expect((await waiting.answer({}, { method })).status).toBe(404)
    expect([await decisionIn(waiting), waiting.woken]).toEqual([null, []])
  })
  it.each([`/runs/${RUN}`, '/runs', `/runs/${RUN}/decision/`, `/runs/${RUN}/decision/x`, '/', '//runs'])(
    'POST on %s',
    async (path) => {
      const waiting = await openWaiting()
      const { status } = await waiting.answer({}, { path })
      expect([status, await decisionIn(waiting)]).toEqual(
        path.endsWith('decision/') ? [200, expect.anything()] : [404, null],
      )
    },
  )
  it.each(['../../x', 'run%2F1', 'x'.repeat(81), '.'])('a run id that is none: %s', async (id) => {
    const waiting = await openWaiting()
    expect((await waiting.answer({}, { path: `/runs/${id}/decision` })).status).toBe(404)
  })
  it.each([
    [
      'no authorizer',
      (event: ReturnType<typeof eventOf>) => ({ ...event, requestContext: { http: event.requestContext.http } }),
    ],
    [
      'an identity in a header',
      (event: ReturnType<typeof eventOf>) => ({
        ...event,
        headers: { 'x-amzn-iam-user-arn': APPROVER },
        requestContext: { http: event.requestContext.http },
      }),
    ],
    [
      'a JWT instead of a signature',
      (event: ReturnType<typeof eventOf>) => ({
        ...event,
        requestContext: { http: event.requestContext.http, authorizer: { jwt: { claims: { sub: 'ann' } } } },
      }),
    ],
    [
      'an empty arn',
      (event: ReturnType<typeof eventOf>) => ({
        ...event,
        requestContext: { ...event.requestContext, authorizer: { iam: { userArn: '', userId: 'x' } } },
      }),
    ],
    ['nothing at all', () => ({})],
  ])('one without an identity: %s', async (_, strip) => {
    const waiting = await openWaiting()
    const body = JSON.stringify({ plan: waiting.sha256, answer: 'approve' })
    const event = strip(eventOf({ method: 'POST', path: `/runs/${RUN}/decision`, body }))
    expect((await makeDecide(waiting.ports)(event)).statusCode).toBe(403)
    expect([await decisionIn(waiting), waiting.woken]).toEqual([null, []])
  })
})

describe('what is shown', () => {
  it('is the runs that wait, and no others', async () => {
    const waiting = await openWaiting()
    expect((await waiting.ask({})).body).toEqual({
      runs: [
        {
          runId: RUN,
          account: '111122223333',
          createdAt: '2026-09-11T12:00:00.000Z',
          keys: 3,
          why: ['approval is asked for every plan'],
          plan: waiting.sha256,
        },
      ],
    })
    await waiting.answer({ answer: 'reject' })
    expect((await waiting.ask({})).body).toEqual({ runs: [] })
  })
  it('is the plan to the byte, so that whoever answers can hash it', async () => {
    const waiting = await openWaiting()
    const { body } = await waiting.ask({ path: `/runs/${RUN}` })
    const { sha256, text } = body.plan as { sha256: string; text: string }
    expect([planHash(text), sha256]).toEqual([waiting.sha256, waiting.sha256])
  })
  it('is nothing of a run that is not there', async () => {
    expect((await (await openWaiting()).ask({ path: '/runs/run-9' })).status).toBe(404)
  })
  it('never holds the token, and is no page that a browser would run', async () => {
    const waiting = await openWaiting()
    const answers = [
      await waiting.ask({}),
      await waiting.ask({ path: `/runs/${RUN}` }),
      await waiting.answer({}),
      await waiting.answer({ answer: 'reject' }),
    ]
    expect(JSON.stringify(answers)).not.toContain('taskTokenCanary')
    for (const { headers } of answers)
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
  })
  it('is found below a named stage too', async () => {
    const waiting = await openWaiting()
    const event = eventOf({ path: `/prod/runs/${RUN}` })
    event.requestContext.stage = 'prod'
    expect((await makeDecide(waiting.ports)(event)).statusCode).toBe(200)
  })
})
