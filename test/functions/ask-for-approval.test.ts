// What people are promised when a question is put again long after its plan, as a redrive of an aborted run does: the
// plan's date does not move, and by that the API takes answers.

import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import { makePlan } from '../../core/run/plan.ts'
import { makeAskForApproval } from '../../functions/ask-for-approval.ts'
import { type RunStore, runKey, tokenKey, tokenPrefix } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago, NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { textOfPlan } from '../support/stored.ts'
import { inputOf, openWaiting, plannedKeyOf, RUN, TOKEN } from '../support/waiting.ts'

const DAY_HOURS = 24

const hoursOn = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)

/** A question of three keys, put again so many hours after its plan. */
async function askedAgain(hours: number, store?: RunStore) {
  const waiting = await openWaiting({ now: () => hoursOn(hours), ...(store && { store }) })
  const messages: ApprovalWanted[] = []
  const ask = makeAskForApproval({
    store: waiting.store,
    now: waiting.ports.now,
    notify: async (message) => void messages.push(message),
    answerCommand: () => 'keysweep approve',
  })
  return { waiting, messages, again: () => ask({ runId: RUN, token: 'of the redrive' }) }
}

describe('a question', () => {
  it.each([
    ['as soon as there is a plan', 0, 7 * DAY_HOURS],
    ['again on day 5', 5 * DAY_HOURS, 7 * DAY_HOURS],
    ['by a clock that is a little behind', -0.05, 7 * DAY_HOURS - 0.05],
  ])('that is put %s promises no longer than the term from its plan on', async (_, hours, until) => {
    const { again, messages } = await askedAgain(hours)
    expect(await again()).toMatchObject({ expiresAt: hoursOn(until).toISOString() })
    expect(messages).toMatchObject([{ expiresAt: hoursOn(until).toISOString() }])
  })

  it('is still put in the last hour in which an answer is taken', async () => {
    const { again, waiting } = await askedAgain(7 * DAY_HOURS + 0.99)
    await again()
    expect((await waiting.answer({})).status).toBe(200)
    expect(waiting.woken[0]).toBe('of the redrive')
  })

  it('is sent to nobody from the moment at which no answer is accepted any more', async () => {
    const { again, messages, waiting } = await askedAgain(7 * DAY_HOURS + 1)
    expect((await waiting.answer({})).status).toBe(410)
    const before = await waiting.store.list(tokenPrefix(RUN))
    const [until, now] = [7 * DAY_HOURS, 7 * DAY_HOURS + 1].map((hours) => hoursOn(hours).toISOString())
    await expect(again()).rejects.toThrow(errorWith('ClockRefused', RUN, `${until}`, `${now}`))
    expect(messages).toEqual([])
    expect(await waiting.store.list(tokenPrefix(RUN))).toEqual(before)
  })

  it('that was answered in time and is asked again too late continues with its answer', async () => {
    const { again, waiting } = await askedAgain(7 * DAY_HOURS + 1)
    await waiting.store.put(
      runKey(RUN, 'decision.json'),
      JSON.stringify(decisionOf({ runId: RUN, plan: waiting.sha256, at: ago(1) })),
    )
    await expect(again()).rejects.toThrow(errorWith('AlreadyDecided', RUN, ago(1)))
  })

  it('of a run without a plan is sent to nobody', async () => {
    const { again, messages, waiting } = await askedAgain(0, makeMemoryStore())
    const { objects } = waiting.store as ReturnType<typeof makeMemoryStore>
    objects.delete(runKey(RUN, 'plan.json'))
    await expect(again()).rejects.toThrow(errorWith('StoreDamaged', RUN, 'plan'))
    expect(messages).toEqual([])
  })

  it.each<[string, Partial<RunInput>]>([
    ['record', { mode: 'plan' }],
    ['deactivate', { approval: 'never' }],
  ])('that the plan does not ask, because its next step is %s, is sent to nobody', async (next, fields) => {
    const store = makeMemoryStore()
    const { again, messages } = await askedAgain(0, store)
    const { runId, account, mode, approval, policy } = inputOf(fields)
    const plan = makePlan({ runId, account, mode, approval, policy, stale: [plannedKeyOf(1)], activeKeys: 100 }, NOW)
    store.objects.set(runKey(RUN, 'plan.json'), textOfPlan(plan))
    const before = await store.list(tokenPrefix(RUN))
    await expect(again()).rejects.toThrow(errorWith('PlanRefused', RUN, `"${next}"`))
    expect(messages).toEqual([])
    expect(await store.list(tokenPrefix(RUN))).toEqual(before)
  })

  it('names the plan, its keys and the command of this run, and is counted', async () => {
    const { waiting } = await askedAgain(0)
    const messages: ApprovalWanted[] = []
    const ask = makeAskForApproval({
      store: waiting.store,
      now: waiting.ports.now,
      notify: async (message) => void messages.push(message),
      answerCommand: (runId) => `keysweep approve ${runId}`,
    })
    const expiresAt = hoursOn(7 * DAY_HOURS).toISOString()
    expect(await ask({ runId: RUN, token: 't' })).toEqual({ runId: RUN, expiresAt, metrics: { ApprovalsWaiting: 1 } })
    expect(messages).toMatchObject([{ runId: RUN, plan: waiting.sha256, expiresAt }])
    expect(JSON.stringify(messages)).toContain(`keysweep approve ${RUN}`)
  })

  it.each([{ token: '' }, { token: 1 }, {}])('without a token is sent to nobody: %j', async (event) => {
    const { waiting } = await askedAgain(0)
    const ask = makeAskForApproval({
      store: waiting.store,
      now: waiting.ports.now,
      notify: async () => {
        throw new TypeError('nobody is to be told')
      },
      answerCommand: () => '',
    })
    const asked = ask({ runId: RUN, ...event })
    await expect(asked).rejects.toMatchObject({ name: 'ZodError', issues: [{ path: ['token'] }] })
  })

  it('keeps its token also where another attempt took the next number in the same instant', async () => {
    const store = makeMemoryStore()
    const { list } = store
    store.list = async (prefix) => (await list(prefix)).slice(0, 1)
    const { again } = await askedAgain(0, store)
    await again()
    expect([1, 2, 3, 4].map((n) => store.objects.get(tokenKey(RUN, n)))).toEqual([
      'an older token',
      TOKEN,
      'of the redrive',
      undefined,
    ])
  })
})

it('the shorter term of a run is the one that counts', async () => {
  const waiting = await openWaiting({ now: () => hoursOn(2 * DAY_HOURS + 1) })
  const { store, ports } = waiting
  const get: typeof store.get = async (key) =>
    key === runKey(RUN, 'input.json') ? JSON.stringify(inputOf({ approvalDays: 2 })) : store.get(key)
  const ask = makeAskForApproval({
    store: { ...store, get },
    now: ports.now,
    notify: async () => {},
    answerCommand: () => '',
  })
  await expect(ask({ runId: RUN, token: 'x' })).rejects.toMatchObject({ name: 'ClockRefused' })
})
