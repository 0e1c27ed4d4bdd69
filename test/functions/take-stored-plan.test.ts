// The plan that a run takes from an earlier one: its keys, held against the active keys of that run's report.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { StoredSuspects } from '../../core/model/documents/suspects.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { overCapText } from '../../core/texts/approval-text.ts'
import { reportCsv } from '../../demo/report.ts'
import { makeTakeStoredPlan } from '../../functions/take-stored-plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { passHash } from '../../steps/pass.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago, NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { suspectsOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'
import { accountOf } from '../support/world.ts'

const SOURCE = 'planned'

/** A plan of two keys, made a day ago in mode plan. */
const SOURCE_PLAN = textOfPlan(
  makePlan(
    {
      runId: SOURCE,
      account: '111122223333',
      mode: 'plan',
      approval: 'never',
      policy: policyOf(),
      stale: [plannedKeyOf(1), plannedKeyOf(2)],
      activeKeys: 100,
    },
    new Date(ago(1)),
  ),
)

/** The run that takes it, and what the store holds of its source. */
function storeOf(input: Partial<RunInput> = {}, suspects: Partial<StoredSuspects> = {}) {
  const run = inputOf({ approval: 'never', apply: { run: SOURCE, plan: planHash(SOURCE_PLAN) }, ...input })
  return makeMemoryStore(
    new Map([
      [runKey(RUN, 'input.json'), JSON.stringify(run)],
      [runKey(SOURCE, 'input.json'), JSON.stringify(inputOf({ runId: SOURCE, mode: 'plan' }))],
      [runKey(SOURCE, 'plan.json'), SOURCE_PLAN],
      [runKey(SOURCE, 'suspects.json'), JSON.stringify(suspectsOf({ activeKeys: 40, ...suspects }))],
    ]),
  )
}

type Store = ReturnType<typeof storeOf>

const take = (store: Store, event: object = {}) =>
  makeTakeStoredPlan({ store, now: () => NOW })({ runId: RUN, ...event })

const planIn = (store: Store) => JSON.parse(store.objects.get(runKey(RUN, 'plan.json')) ?? 'null')

const over = (activeKeys: number) => [overCapText({ cap: 'maxPercent', stale: 2, activeKeys, allowed: 25 })]

describe('a plan of an earlier run', () => {
  it("becomes the run's own: what comes next, its keys, and what is counted, without a report's age", async () => {
    const store = storeOf()
    const answer = await take(store)
    expect(answer).toEqual({
      next: 'deactivate',
      sha256: planHash(store.objects.get(runKey(RUN, 'plan.json')) ?? ''),
      keys: [2, 1].map((index) => ({ user: `user-${index}`, accessKeyId: idOf(index) })),
      metrics: { PlansMade: 1, KeysFound: 2, OverCap: 0 },
    })
    expect(planIn(store)).toMatchObject({
      runId: RUN,
      mode: 'apply',
      createdAt: NOW.toISOString(),
      source: { run: SOURCE, sha256: planHash(SOURCE_PLAN), unmatchedExemptions: { users: [], paths: [] } },
    })
    expect(store.objects.get(runKey(SOURCE, 'plan.json'))).toBe(SOURCE_PLAN)
  })

  it('is taken once: a step that is tried again finds it, whatever became of its source', async () => {
    const store = storeOf()
    const first = await take(store)
    store.objects.delete(runKey(SOURCE, 'plan.json'))
    expect(await take(store)).toEqual(first)
  })

  it('is taken only for an event of the run, with its pass', async () => {
    const store = storeOf({ passSha256: passHash('the pass') })
    await expect(take(store)).rejects.toThrow(errorWith('PassRefused', RUN))
    await expect(take(store, { runId: 7 })).rejects.toMatchObject({ name: 'ZodError' })
    expect(await take(store, { pass: 'the pass' })).toMatchObject({ next: 'deactivate' })
  })
})

const DENIED = { complete: false, why: 'denied', detail: 'AccessDenied' } as const
const eventsRead = (witness: object) =>
  JSON.stringify({ n: 0, round: 1, from: ago(1), to: ago(0), pages: 1, nextToken: null, witness, events: [], odd: [] })

it.each([[DENIED], [{ complete: true }]])(
  'a taken plan holds whether this run read the event history: %j',
  async (witness) => {
    const store = storeOf()
    store.objects.set(runKey(SOURCE, 'events/0.json'), eventsRead({ ...DENIED, why: 'unavailable' }))
    store.objects.set(runKey(RUN, 'events/0.json'), eventsRead(witness))
    await take(store)
    expect(planIn(store).witness).toEqual(witness)
  },
)

describe('maxPercent of a taken plan', () => {
  it.each<[string, Partial<StoredSuspects>, string[]]>([
    ['is of the active keys of users who are not exempt', { activeKeysNotExempt: 7 }, over(7)],
    ['is met by one key more', { activeKeysNotExempt: 8 }, []],
    ['is of all active keys where an earlier version listed the suspects', { activeKeys: 7 }, over(7)],
    ['is met by one key more of those', { activeKeys: 8 }, []],
  ])('%s', async (_, suspects, overCaps) => {
    const store = storeOf({}, suspects)
    const { metrics } = await take(store)
    expect(planIn(store).overCaps).toEqual(overCaps)
    expect(metrics.OverCap).toBe(overCaps.length)
  })

  it('is of the report again if it is kept, under the exemptions of today', async () => {
    const store = storeOf(
      { policy: policyOf({ exemptUsers: ['a*', 'gone'], exemptPaths: ['/none/'] }) },
      { activeKeysNotExempt: 40 },
    )
    // a, b, used and the operator have a key each.
    store.objects.set(runKey(SOURCE, 'report.csv'), reportCsv(accountOf({ a: 200, b: 300, used: 1 })))
    await take(store)
    expect(planIn(store)).toMatchObject({
      overCaps: over(3),
      source: { unmatchedExemptions: { users: ['gone'], paths: ['/none/'] } },
    })
  })

  it('is by the count of then if this version cannot read the kept report', async () => {
    const store = storeOf({}, { activeKeysNotExempt: 7 })
    store.objects.set(runKey(SOURCE, 'report.csv'), 'no report')
    await take(store)
    expect(planIn(store).overCaps).toEqual(over(7))
  })
})

describe('no plan is taken, and none is stored,', () => {
  it.each<[string, (store: Store) => unknown, Partial<RunInput>, string[]]>([
    [
      'without the input of its run',
      ({ objects }) => objects.delete(runKey(SOURCE, 'input.json')),
      {},
      [SOURCE, 'keysweep show'],
    ],
    [
      'where its run has none',
      ({ objects }) => objects.delete(runKey(SOURCE, 'plan.json')),
      {},
      [SOURCE, 'keysweep run'],
    ],
    [
      'where its run listed no suspects',
      ({ objects }) => objects.delete(runKey(SOURCE, 'suspects.json')),
      {},
      [SOURCE, 'keysweep run'],
    ],
    [
      'where a person answered it',
      ({ objects }) =>
        objects.set(
          runKey(SOURCE, 'decision.json'),
          JSON.stringify(decisionOf({ runId: SOURCE, plan: planHash(SOURCE_PLAN), answer: 'reject', by: 'ann' })),
        ),
      {},
      [SOURCE, '"reject"', 'ann'],
    ],
    [
      'where another was looked at',
      () => {},
      { apply: { run: SOURCE, plan: 'f'.repeat(64) } },
      [SOURCE, 'f'.repeat(64), planHash(SOURCE_PLAN)],
    ],
    ['by a run that names no run', () => {}, { apply: null }, [RUN]],
  ])('%s', async (_, change, input, facts) => {
    const store = storeOf(input)
    change(store)
    await expect(take(store)).rejects.toThrow(errorWith('PlanRefused', ...facts))
    expect(store.objects.has(runKey(RUN, 'plan.json'))).toBe(false)
  })
})
