// What the decision API says to callers that it refuses, and which runs it lists.

import { describe, expect, it } from '@jest/globals'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { makeDecide } from '../../functions/decide.ts'
import { runKey, tokenKey } from '../../io/store/run-store.ts'
import { countAtOnce } from '../support/at-once.ts'
import { factsIn } from '../support/error-facts.ts'
import { ago, NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { recordOf } from '../support/records.ts'
import { textOfPlan } from '../support/stored.ts'
import { eventOf, idOf, inputOf, openWaiting, plannedKeyOf, RUN, type Waiting } from '../support/waiting.ts'

const messageOf = async (response: ReturnType<Waiting['ask']>) => {
  const { status, body } = await response
  return [status, body.message]
}

describe('a refusal says why:', () => {
  it.each<[string, (waiting: Waiting) => ReturnType<Waiting['ask']>, number, string[]]>([
    [
      'no such route',
      ({ ask }) => ask({ path: '/plans' }),
      404,
      ['GET /runs', 'GET /runs/{id}', 'POST /runs/{id}/decision'],
    ],
    ['a run id that is none', ({ ask }) => ask({ path: '/runs/a%2Fb' }), 404, ['run id']],
    ['a run that is not there', ({ ask }) => ask({ path: '/runs/run-9' }), 404, ['run-9', 'plan']],
    ['an answer to it', ({ answer }) => answer({}, { path: '/runs/run-9/decision' }), 404, ['run-9', 'plan']],
    ['no answer', ({ answer }) => answer({ answer: 'yes' }), 400, ['answer', 'approve or reject']],
    ['another plan', ({ answer }) => answer({ plan: 'f'.repeat(64) }), 409, [RUN, 'f'.repeat(64)]],
    [
      'keys that are not planned',
      ({ answer }) => answer({ leaveOut: [4, 5, 6, 7, 8, 9].map(idOf) }),
      400,
      ['leaveOut', [4, 5, 6, 7, 8].map(idOf).join(', ')],
    ],
  ])('%s', async (_, ask, status, facts) => {
    expect(await messageOf(ask(await openWaiting()))).toEqual([status, factsIn(...facts)])
  })
  it('of keys that are not planned, it names no more than five', async () => {
    const { answer } = await openWaiting()
    const [, message] = await messageOf(answer({ leaveOut: [4, 5, 6, 7, 8, 9].map(idOf) }))
    expect(message).not.toContain(idOf(9))
  })
  it('a request that AWS has not signed for', async () => {
    const { ports } = await openWaiting()
    const { statusCode, body } = await makeDecide(ports)({ ...eventOf({}), requestContext: {} })
    expect([statusCode, JSON.parse(body).message]).toEqual([403, factsIn('AWS identity')])
  })
  it('an answer to a run that has ended, is not waiting yet, or needs no approval', async () => {
    const ended = await openWaiting()
    await ended.store.put(runKey(RUN, 'record.json'), '{}')
    expect(await messageOf(ended.answer({}))).toEqual([410, factsIn(RUN, 'ended')])
    const early = makeMemoryStore()
    const waiting = await openWaiting({ store: early })
    early.objects.delete(tokenKey(RUN, 1))
    early.objects.delete(tokenKey(RUN, 2))
    expect(await messageOf(waiting.answer({}))).toEqual([409, factsIn(RUN, 'not waiting')])
    const { runId, mode, caller } = inputOf()
    const facts = { runId, account: caller.account, mode, policy: policyOf(), stale: [], activeKeys: 9 }
    const text = textOfPlan(makePlan({ ...facts, approval: 'never' }, NOW))
    early.objects.set(runKey(RUN, 'plan.json'), text)
    expect(await messageOf(waiting.answer({ plan: planHash(text) }))).toEqual([410, factsIn(RUN, '"record"')])
  })
  it('an answer after the time-out', async () => {
    const { store, sha256, answer } = await openWaiting()
    const expired = {
      runId: RUN,
      plan: sha256,
      answer: 'expired',
      by: null,
      userId: null,
      at: ago(1),
      reason: null,
      leftOut: [],
    }
    await store.put(runKey(RUN, 'decision.json'), JSON.stringify(expired))
    expect((await answer({})).body).toEqual({
      message: factsIn(RUN, ago(1)),
      decision: expired,
    })
  })
  it('and a fault of our own is not taken for a machine that cannot be woken', async () => {
    const { answer } = await openWaiting({
      wake: async () => {
        throw new TypeError('a slip')
      },
    })
    await expect(answer({})).rejects.toThrow('a slip')
  })
})

describe('a path', () => {
  it.each([
    ['prod', '/prod/runs', 200],
    ['prod', '/runs', 200],
    ['prod', '/production/runs', 404],
    ['$default', '/runs', 200],
    ['$default', '/$default/runs', 404],
    [undefined, '/runs', 200],
    [undefined, '/undefined/runs', 404],
    ['p', '/p/runs', 200],
  ])('at the stage %s of %s is %d', async (stage, path, status) => {
    const { ports } = await openWaiting()
    const event = eventOf({ path })
    const requestContext = { ...event.requestContext, stage }
    expect((await makeDecide(ports)({ ...event, requestContext })).statusCode).toBe(status)
  })
})

it('an answer in base64, as API Gateway hands on what it takes for bytes, is an answer', async () => {
  const { ports, sha256, woken } = await openWaiting()
  const event = eventOf({ method: 'POST', path: `/runs/${RUN}/decision` })
  const body = Buffer.from(JSON.stringify({ plan: sha256, answer: 'approve' })).toString('base64')
  expect((await makeDecide(ports)({ ...event, body, isBase64Encoded: true })).statusCode).toBe(200)
  expect(woken).toHaveLength(2)
})

it.each([
  ['without a word on base64 is an answer', true, 200, undefined],
  ['without a body is none', false, 400, factsIn('JSON', '""')],
])('a request %s', async (_, hasBody, status, message) => {
  const { ports, sha256 } = await openWaiting({ store: makeMemoryStore() })
  const event = eventOf({ method: 'POST', path: `/runs/${RUN}/decision` })
  const body = JSON.stringify({ plan: sha256, answer: 'approve' })
  const said = await makeDecide(ports)(hasBody ? { ...event, body } : event)
  expect([said.statusCode, JSON.parse(said.body).message]).toEqual([status, message])
})

describe('the runs that wait', () => {
  const planOf = (runId: string, createdAt: Date) =>
    textOfPlan(
      makePlan(
        {
          runId,
          account: '111122223333',
          mode: 'apply',
          approval: 'always',
          policy: policyOf(),
          stale: [plannedKeyOf(1)],
          activeKeys: 9,
        },
        createdAt,
      ),
    )
  it('are listed by their age, without those that are over or have no plan yet', async () => {
    const store = makeMemoryStore()
    for (const [runId, days] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
      ['over', 4],
    ] as const) {
      await store.put(tokenKey(runId, 1), 'token')
      await store.put(runKey(runId, 'plan.json'), planOf(runId, new Date(ago(days))))
      await store.put(runKey(runId, 'input.json'), JSON.stringify(inputOf()))
    }
    await store.put(runKey('over', 'record.json'), '{}')
    await store.put(tokenKey('early', 1), 'token')
    const { ask } = await openWaiting({ store })
    const { body } = await ask({})
    expect((body.runs as { runId: string }[]).map(({ runId }) => runId)).toEqual(['b', 'c', 'a', RUN])
    expect(body.unreadable).toEqual([])
  })
  it.each([
    ['up to an hour after its own term', 2 * 24 + 0.99, [RUN]],
    ['and no longer', 2 * 24 + 1, []],
  ])('are those that can still be answered: one is listed %s', async (_, hours, listed) => {
    const store = makeMemoryStore()
    const { ports } = await openWaiting({ store, now: () => new Date(NOW.getTime() + hours * 3_600_000) })
    store.objects.set(runKey(RUN, 'input.json'), JSON.stringify(inputOf({ approvalDays: 2 })))
    const { body } = await makeDecide(ports)(eventOf({}))
    expect(JSON.parse(body).runs.map(({ runId }: { runId: string }) => runId)).toEqual(listed)
  })
  it('are read ten at a time, however many there are', async () => {
    const store = makeMemoryStore()
    const { ports } = await openWaiting({ store })
    for (let n = 0; n < 40; n += 1) store.objects.set(tokenKey(`run-${n}`, 1), 'token')
    const { counted, most } = countAtOnce()
    const get = counted(store.get)
    // Of each run three objects are read together.
    const plans: typeof store.get = (key) => (key.endsWith('/plan.json') ? get(key) : store.get(key))
    await makeDecide({ ...ports, store: { ...store, get: plans } })(eventOf({}))
    expect(most()).toBe(10)
  })
  it('show their status once there is a record', async () => {
    const { store, ask } = await openWaiting()
    expect((await ask({ path: `/runs/${RUN}` })).body.status).toBeNull()
    await store.put(runKey(RUN, 'record.json'), JSON.stringify(recordOf({ status: 'rejected' })))
    expect((await ask({ path: `/runs/${RUN}` })).body.status).toBe('rejected')
  })
})
