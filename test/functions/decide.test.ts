import { describe, expect, it } from '@jest/globals'
import { MachineUnavailable, StoreUnavailable } from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { planHash } from '../../core/run/plan.ts'
import { makeDecide } from '../../functions/decide.ts'
import { type RunStore, runKey, tokenKey } from '../../io/store/run-store.ts'
import { factsIn } from '../support/error-facts.ts'
import { ago, NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { APPROVER, eventOf, idOf, inputOf, openWaiting, RUN, TOKEN } from '../support/waiting.ts'

const decisionIn = async ({ store }: Awaited<ReturnType<typeof openWaiting>>) =>
  JSON.parse((await store.get(runKey(RUN, 'decision.json'))) ?? 'null')

describe('an answer', () => {
  it('is written once, with who gave it, and wakes the machine by each of its tokens, the newest first', async () => {
    const waiting = await openWaiting()
    expect(await waiting.answer({ leaveOut: [idOf(2)], reason: 'printer' })).toMatchObject({
      status: 200,
      body: { woken: true },
    })
    expect(await decisionIn(waiting)).toEqual({
      keysweep: VERSION,
      runId: RUN,
      plan: waiting.sha256,
      answer: 'approve',
      by: APPROVER,
      userId: 'AROAANNANNANNANNANNA:ann',
      at: '2026-09-11T12:00:00.000Z',
      reason: 'printer',
      leftOut: [idOf(2)],
    })
    expect(waiting.woken).toEqual([TOKEN, 'an older token'])
  })
  it('given again is harmless, and wakes a machine that a crash left asleep', async () => {
    const waiting = await openWaiting()
    await waiting.answer({})
    expect((await waiting.answer({})).status).toBe(200)
    expect((await waiting.answer({}, { arn: 'arn:aws:iam::111122223333:user/bob' })).status).toBe(200)
    expect(waiting.woken).toHaveLength(3 * 2)
    expect((await decisionIn(waiting)).by).toBe(APPROVER)
  })
  it.each([
    ['the other word', { answer: 'reject' }],
    ['other keys left out', { leaveOut: [idOf(1)] }],
  ])('with %s comes too late: the first counts, and it says whose and when', async (_, second) => {
    const waiting = await openWaiting()
    await waiting.answer({})
    expect(await waiting.answer(second)).toMatchObject({
      status: 409,
      body: { message: factsIn(APPROVER, '"approve"', NOW.toISOString()) },
    })
    expect((await decisionIn(waiting)).answer).toBe('approve')
  })
  it('to another plan is refused', async () => {
    const waiting = await openWaiting()
    expect(await waiting.answer({ plan: planHash('another') })).toMatchObject({
      status: 409,
      body: { message: factsIn(RUN, waiting.sha256, planHash('another')) },
    })
    expect(await decisionIn(waiting)).toBeNull()
  })
  it('after the time-out gets the answer that nobody answered in time', async () => {
    const waiting = await openWaiting()
    const expired = {
      runId: RUN,
      plan: waiting.sha256,
      answer: 'expired',
      by: null,
      userId: null,
      at: ago(1),
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
  it('that approves is refused while keysweep is switched off, and one that rejects is not', async () => {
    const waiting = await openWaiting({ deployedMode: () => 'off' })
    expect(await waiting.answer({})).toMatchObject({ status: 409, body: { message: factsIn(RUN, 'mode: off') } })
    expect(await decisionIn(waiting)).toBeNull()
    expect(waiting.woken).toEqual([])
    expect((await waiting.answer({ answer: 'reject' })).status).toBe(200)
  })
  it('that approved before keysweep was switched off still wakes the run, whose keys are then skipped', async () => {
    let deployed: 'apply' | 'off' = 'apply'
    const waiting = await openWaiting({ deployedMode: () => deployed })
    expect((await waiting.answer({})).status).toBe(200)
    deployed = 'off'
    expect((await waiting.answer({})).status).toBe(200)
  })
  it('to a run that does not wait for anybody is refused', async () => {
    const waiting = await openWaiting()
    const text = (await waiting.store.get(runKey(RUN, 'plan.json'))) ?? ''
    const plan = JSON.stringify({ ...JSON.parse(text), runId: 'run-2', next: 'deactivate' })
    await waiting.store.put(runKey('run-2', 'plan.json'), plan)
    await waiting.store.put(runKey('run-2', 'input.json'), JSON.stringify(inputOf({ runId: 'run-2' })))
    expect((await waiting.answer({ plan: planHash(plan) }, { path: '/runs/run-2/decision' })).status).toBe(410)
  })
  it('before the question was sent gets the answer to try again', async () => {
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
      if (down) throw new MachineUnavailable('SendTaskSuccess failed with TimeoutError')
      return true
    }
    const waiting = await openWaiting({ wake })
    expect(await waiting.answer({})).toMatchObject({
      status: 503,
      body: {
        message: factsIn('stored', 'not be resumed'),
        decision: { answer: 'approve', by: APPROVER },
      },
    })
    down = false
    expect(await waiting.answer({})).toMatchObject({ status: 200, body: { woken: true } })
  })
  it('to a machine that has already continued still counts', async () => {
    const waiting = await openWaiting({ wake: async () => false })
    expect(await waiting.answer({})).toMatchObject({ status: 200, body: { woken: false } })
  })
  it('that resumes nothing gets that the run has continued or was stopped, and that it has ended once its record is there', async () => {
    const waiting = await openWaiting({ wake: async () => false })
    expect((await waiting.answer({})).body.message).toEqual(factsIn('not waiting', 'continued', 'stopped'))
    await waiting.store.put(runKey(RUN, 'record.json'), '{}')
    expect((await waiting.answer({})).body.message).toEqual(factsIn('already ended'))
  })
  it('wakes the machine by an older token where the newest came from a call that was late', async () => {
    const waiting = await openWaiting({ wake: async (token) => token === 'an older token' })
    expect((await waiting.answer({})).body).toMatchObject({ woken: true })
  })
  it('wakes the machine by an older token where Step Functions does not answer to the newest, and says so', async () => {
    const woken: string[] = []
    const wake = async (token: string) => {
      woken.push(token)
      if (token === TOKEN) throw new MachineUnavailable('SendTaskSuccess failed with TimeoutError')
      return true
    }
    const waiting = await openWaiting({ wake })
    expect((await waiting.answer({})).status).toBe(503)
    expect(woken).toEqual([TOKEN, 'an older token'])
  })
  it('that meets a fault of our own at a token is no answer', async () => {
    const wake = async () => {
      throw new TypeError('a slip')
    }
    await expect((await openWaiting({ wake })).answer({})).rejects.toThrow('a slip')
  })
  it('wakes the machine by an older token where the newest was removed in the meantime', async () => {
    const waiting = await openWaiting()
    const get: RunStore['get'] = async (key) => (key === tokenKey(RUN, 2) ? null : waiting.store.get(key))
    const decide = makeDecide({ ...waiting.ports, store: { ...waiting.store, get } })
    const body = JSON.stringify({ plan: waiting.sha256, answer: 'approve' })
    const { statusCode } = await decide(eventOf({ method: 'POST', path: `/runs/${RUN}/decision`, body }))
    expect([statusCode, waiting.woken]).toEqual([200, ['an older token']])
  })
  const HOUR = 3_600_000
  const at = (hours: number) => () => new Date(NOW.getTime() + hours * HOUR)
  it.each([true, false])(
    'long after its time is refused, and not written (the machine still waits: %s)',
    async (wakes) => {
      const waiting = await openWaiting({ wake: async () => wakes, now: at(30 * 24) })
      expect(await waiting.answer({})).toMatchObject({
        status: 410,
        body: { message: factsIn(RUN, '7 days', '2026-09-11T12:00:00.000Z') },
      })
      expect(await decisionIn(waiting)).toBeNull()
    },
  )
  it('counts while the machine may still wait: the question is asked after the plan, and asked again', async () => {
    expect((await (await openWaiting({ now: at(7 * 24 + 0.99) })).answer({})).status).toBe(200)
    expect((await (await openWaiting({ now: at(7 * 24 + 1) })).answer({})).status).toBe(410)
  })
  it('that is stored is shown again also after the term', async () => {
    const waiting = await openWaiting()
    await waiting.answer({})
    waiting.ports.now = at(30 * 24)
    expect(await waiting.answer({})).toMatchObject({ status: 200, body: { decision: { answer: 'approve' } } })
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
  it.each(['../../x', 'run%2F1', 'x'.repeat(81), '.'])('an invalid run id: %s', async (id) => {
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
          why: JSON.parse((await waiting.store.get(runKey(RUN, 'plan.json'))) ?? '').approvalReasons,
          plan: waiting.sha256,
        },
      ],
      unreadable: [],
    })
    await waiting.answer({ answer: 'reject' })
    expect((await waiting.ask({})).body).toEqual({ runs: [], unreadable: [] })
  })
  it('is no run whose time is up: a machine that was stopped writes nothing any more', async () => {
    const waiting = await openWaiting({ now: () => new Date(NOW.getTime() + 8 * 24 * 3_600_000) })
    expect((await waiting.ask({})).body).toEqual({ runs: [], unreadable: [] })
  })
  it.each([
    ['no plan of this version', 'plan.json', '{"runId":"older"}', /^Plan refused: .*account: /],
    ['a plan that is no JSON', 'plan.json', 'x', /^Plan refused: .*\bJSON\b/],
    ['an input that is none', 'input.json', '[]', /^Cannot read runs\/older\/input.json/],
  ])('is every other run beside one with %s, which is named with the reason', async (_, name, text, reason) => {
    const waiting = await openWaiting()
    await waiting.store.put(tokenKey('older', 1), 'a token')
    await waiting.store.put(runKey('older', name), text)
    const plan = JSON.parse((await waiting.store.get(runKey(RUN, 'plan.json'))) ?? '')
    await waiting.store.put(
      runKey('older', 'plan.json'),
      JSON.stringify({ ...plan, runId: 'older', createdAt: ago(1) }),
    )
    const { status, body } = await waiting.ask({})
    expect({ status, ...body }).toMatchObject({
      status: 200,
      runs: [{ runId: RUN }],
      unreadable: [{ runId: 'older', reason: expect.stringMatching(reason) }],
    })
    expect(JSON.stringify(body)).not.toContain('a token')
  })
  it.each([
    ['up to the hour after the longest term there is', 7 * 24 + 0.99, [{ runId: 'older' }]],
    ['not after it: it was stopped, whatever its own term was', 7 * 24 + 1, []],
  ])('names a run whose input cannot be read %s', async (_, hours, unreadable) => {
    const waiting = await openWaiting({ now: () => new Date(NOW.getTime() + hours * 3_600_000) })
    const plan = JSON.parse((await waiting.store.get(runKey(RUN, 'plan.json'))) ?? '')
    await waiting.store.put(tokenKey('older', 1), 'a token')
    await waiting.store.put(runKey('older', 'plan.json'), JSON.stringify({ ...plan, runId: 'older' }))
    await waiting.store.put(runKey('older', 'input.json'), '{"of":"another version"}')
    expect((await waiting.ask({})).body).toMatchObject({ unreadable })
  })
  it('is shown under an id with a dot as well, and is found by the tokens alone', async () => {
    const { store, ask } = await openWaiting({ store: makeMemoryStore() })
    const plan = JSON.parse((await store.get(runKey(RUN, 'plan.json'))) ?? '')
    await store.put(runKey('run.1', 'plan.json'), JSON.stringify({ ...plan, runId: 'run.1' }))
    await store.put(runKey('run.1', 'input.json'), JSON.stringify(inputOf({ runId: 'run.1' })))
    expect(await ask({ path: '/runs/run.1' })).toMatchObject({ status: 200, body: { runId: 'run.1' } })
    const [listed, { list }]: [string[], RunStore] = [[], { ...store }]
    store.list = async (prefix) => {
      listed.push(prefix)
      return list(prefix)
    }
    await ask({})
    expect(listed).toEqual(['tokens/'])
  })
  it('is every run beside what is no run', async () => {
    const waiting = await openWaiting()
    await waiting.store.put('tokens/runs/a copy/000001', 'x')
    expect((await waiting.ask({})).body).toMatchObject({ runs: [{ runId: RUN }], unreadable: [] })
  })
  it('is no list where the store did not answer for one of them', async () => {
    const waiting = await openWaiting()
    const get: RunStore['get'] = async (key) => {
      if (key.endsWith('plan.json')) throw new StoreUnavailable('down')
      return waiting.store.get(key)
    }
    const decide = makeDecide({ ...waiting.ports, store: { ...waiting.store, get } })
    await expect(decide(eventOf({}))).rejects.toThrow('down')
  })
  it('is the plan to the byte, so that the person who answers can hash it', async () => {
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
