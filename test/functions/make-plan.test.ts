// A plan is made of a whole look at the account or not at all: what was not looked at, or could not be read, must not look
// like keys in use.

import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { Slice } from '../../core/model/documents/slice.ts'
import { FactsUnreadable, StoreDamaged } from '../../core/model/errors.ts'
import type { Policy } from '../../core/model/policy.ts'
import { planHash } from '../../core/run/plan.ts'
import { overCapText } from '../../core/texts/approval-text.ts'
import { MAX_UNREADABLE_PERCENT, makeMakePlan } from '../../functions/make-plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago, NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { suspectOf, suspectsOf } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'

const sliceOf = (from: number, to: number, fields: Partial<Slice> = {}): Slice => ({
  from,
  to,
  verdicts: [],
  stale: [],
  users: [],
  unreadable: [],
  ...fields,
})
const unreadable = (count: number): Slice['unreadable'] =>
  Array.from({ length: count }, (_, n) => ({ user: `user-${n}`, error: 'IamDenied', message: `no ${n}` }))

/** A run of this many suspects that was checked in these slices. */
function storeOf(suspects: number, slices: Slice[], input: Partial<RunInput> = { approval: 'never' }) {
  const list = Array.from({ length: suspects }, (_, n) => suspectOf(`user-${n}`))
  return makeMemoryStore(
    new Map([
      [runKey(RUN, 'input.json'), JSON.stringify(inputOf(input))],
      [runKey(RUN, 'suspects.json'), JSON.stringify(suspectsOf({ activeKeys: 9, list }))],
      ...slices.map((slice): [string, string] => [runKey(RUN, `verdicts/${slice.from}.json`), JSON.stringify(slice)]),
    ]),
  )
}

const planIn = (store: ReturnType<typeof storeOf>) => makeMakePlan({ store, now: () => NOW })({ runId: RUN })

describe('maxPercent', () => {
  const twoStale = [sliceOf(0, 2, { stale: [plannedKeyOf(1), plannedKeyOf(2)] })]
  const planOf = async (activeKeysNotExempt: number | undefined) => {
    const store = storeOf(2, twoStale)
    const list = [suspectOf('user-0'), suspectOf('user-1')]
    const suspects = suspectsOf({ activeKeys: 40, activeKeysNotExempt, list })
    store.objects.set(runKey(RUN, 'suspects.json'), JSON.stringify(suspects))
    await planIn(store)
    return JSON.parse(store.objects.get(runKey(RUN, 'plan.json')) ?? '')
  }
  it('is of the active keys of users who are not exempt', async () => {
    expect((await planOf(7)).overCaps).toEqual([
      overCapText({ cap: 'maxPercent', stale: 2, activeKeys: 7, allowed: 25 }),
    ])
    expect((await planOf(8)).overCaps).toEqual([])
  })
  it('is of all active keys if an earlier version listed the suspects', async () => {
    expect((await planOf(undefined)).overCaps).toEqual([])
  })
})

describe('a plan', () => {
  const stale = [sliceOf(0, 2, { stale: [plannedKeyOf(1)] }), sliceOf(2, 3, { stale: [plannedKeyOf(2)] })]

  it('hands on the keys of all slices, the longest idle first, with its name and what is counted', async () => {
    const store = storeOf(3, stale)
    expect(await planIn(store)).toEqual({
      next: 'deactivate',
      sha256: planHash(store.objects.get(runKey(RUN, 'plan.json')) ?? ''),
      keys: [2, 1].map((index) => ({ user: `user-${index}`, accessKeyId: idOf(index) })),
      metrics: { PlansMade: 1, KeysFound: 2, OverCap: 0, ReportAgeHours: 1 },
    })
  })
  it.each<[Partial<RunInput>, string]>([
    [{ approval: 'always' }, 'approval'],
    [{ mode: 'plan' }, 'record'],
  ])('of a run of %j hands on no keys: the next step is %s', async (input, next) => {
    const store = storeOf(3, stale, input)
    expect(await planIn(store)).toMatchObject({ next, keys: [] })
    expect(JSON.parse(store.objects.get(runKey(RUN, 'plan.json')) ?? '').keys).toHaveLength(2)
  })
  it('that is stored is the plan, also for a step that is tried again', async () => {
    const store = storeOf(3, stale)
    const first = await planIn(store)
    store.objects.set(runKey(RUN, 'verdicts/0.json'), JSON.stringify(sliceOf(0, 2)))
    expect(await planIn(store)).toEqual(first)
  })
  it('of an account without suspects is one of no keys', async () => {
    expect(await planIn(storeOf(0, [sliceOf(0, 0)]))).toMatchObject({ next: 'record', keys: [] })
  })
})

const DENIED = { complete: false, why: 'denied', detail: 'AccessDenied' } as const
const eventsRead = (witness: object) =>
  JSON.stringify({ n: 0, round: 1, from: ago(1), to: ago(0), pages: 1, nextToken: null, witness, events: [], odd: [] })

describe('the plan holds whether the event history was read', () => {
  it.each([[DENIED], [{ complete: true }]])('%j', async (witness) => {
    const store = storeOf(0, [sliceOf(0, 0)])
    store.objects.set(runKey(RUN, 'events/0.json'), eventsRead(witness))
    await planIn(store)
    expect(JSON.parse(store.objects.get(runKey(RUN, 'plan.json')) ?? '').witness).toEqual(witness)
  })
})

describe('no plan is made', () => {
  it.each([
    ['where a slice is missing at the beginning', [sliceOf(1, 3)], '1-3'],
    ['in the middle', [sliceOf(0, 1), sliceOf(2, 3)], '0-1, 2-3'],
    ['at the end', [sliceOf(0, 1), sliceOf(1, 2)], '0-1, 1-2'],
    ['where two slices overlap', [sliceOf(0, 2), sliceOf(1, 3)], '0-2, 1-3'],
    ['where nothing was checked', [], ''],
  ])('%s', async (_, slices, received) => {
    const store = storeOf(3, slices)
    const made = planIn(store)
    await expect(made).rejects.toThrow(StoreDamaged)
    await expect(made).rejects.toThrow(new RegExp(`\\b3 suspects; received slices ${received}$`))
    expect(store.objects.has(runKey(RUN, 'plan.json'))).toBe(false)
  })

  it.each([
    [100, 5, true],
    [100, 6, false],
    [20, 1, true],
    [19, 1, false],
    [1, 1, false],
  ])('of %i suspects where too many could not be read: %i', async (suspects, blind, goesOn) => {
    const made = planIn(storeOf(suspects, [sliceOf(0, suspects, { unreadable: unreadable(blind) })]))
    if (goesOn) return expect(await made).toMatchObject({ next: 'record' })
    await expect(made).rejects.toThrow(FactsUnreadable)
    await expect(made).rejects.toThrow(
      errorWith('FactsUnreadable', `${blind} of ${suspects}`, `${MAX_UNREADABLE_PERCENT} %`, 'IamDenied: no 0'),
    )
  })
  it.each<[string, number, Partial<Policy>]>([
    ['name', 9, { exemptUsers: ['user-1*'] }],
    ['path', 10, { exemptPaths: ['/service/'] }],
  ])('of suspects, without those who are exempt by %s and were not read', async (_, read, exemptions) => {
    const store = storeOf(20, [sliceOf(0, 20, { unreadable: unreadable(1) })], { policy: policyOf(exemptions) })
    const list = Array.from({ length: 20 }, (_, n) => suspectOf(`user-${n}`, n > 9 ? { path: '/service/' } : {}))
    store.objects.set(runKey(RUN, 'suspects.json'), JSON.stringify(suspectsOf({ list })))
    await expect(planIn(store)).rejects.toThrow(errorWith('FactsUnreadable', `1 of ${read}`))
  })
  it('where those of all slices together are too many', async () => {
    const slices = [0, 50].map((from) => sliceOf(from, from + 50, { unreadable: unreadable(3) }))
    await expect(planIn(storeOf(100, slices))).rejects.toThrow(errorWith('FactsUnreadable', '6 of 100'))
  })
  it('without a second witness, if the settings require one', async () => {
    const slices = [sliceOf(0, 1, { stale: [plannedKeyOf(1)] })]
    const store = storeOf(1, slices, { approval: 'never', keyEvents: 'required' })
    await expect(planIn(store)).rejects.toThrow(errorWith('NoSecondWitness', RUN, 'keyEvents: required'))
    expect(store.objects.has(runKey(RUN, 'plan.json'))).toBe(false)
    expect(await planIn(storeOf(1, slices))).toMatchObject({ next: 'deactivate' })
  })
})
