// A slice of suspects ends well within Lambda's time, wherever it is when its own is up.

import { describe, expect, it } from '@jest/globals'
import type { Slice } from '../../core/model/documents/slice.ts'
import { AccountRefused, IamDenied, MemberRoleDenied, NoSuchEntity, StoreUnavailable } from '../../core/model/errors.ts'
import { makeCheckSuspects, SLICE_MILLISECONDS, SLICE_SUSPECTS } from '../../functions/check-suspects.ts'
import { runKey } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { policyOf } from '../support/facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { suspectOf, suspectsOf } from '../support/stored.ts'
import { inputOf, RUN } from '../support/waiting.ts'
import { AT, accountOf, DAY, daysAgo, openWorld } from '../support/world.ts'

const SUSPECTS = 12
const users = Object.fromEntries(Array.from({ length: SUSPECTS }, (_, n) => [`user-${n}`, 100 + n]))

/** The slices of a run whose time is up at this suspect, `atOnce` suspects being asked about together. */
async function slicesOf(timeIsUpAt: number, atOnce: number): Promise<Slice[]> {
  const world = await openWorld({
    account: accountOf(users),
    settings: `{ mode: plan, policy: { concurrency: ${atOnce} } }`,
  })
  world.endpoint.on('ListAccessKeys', timeIsUpAt, () => world.pass(SLICE_MILLISECONDS))
  const { record } = await world.run()
  expect(record).toMatchObject({ status: 'planned', counts: { suspects: SUSPECTS, stale: SUSPECTS } })
  const keys = await world.ports.store.list('runs/run-1/verdicts/')
  const slices = await Promise.all(keys.map(async (key) => JSON.parse((await world.ports.store.get(key)) ?? '')))
  return slices.sort((a, b) => a.from - b.from)
}

describe('a slice whose time is up', () => {
  it.each([
    [1, 1],
    [5, 1],
    [1, 3],
    [5, 3],
    [12, 3],
    [1, 40],
  ])(
    'at suspect %i, %i at once, ends with the suspects that were started, in order and without a gap',
    async (at, atOnce) => {
      const slices = await slicesOf(at, atOnce)
      expect(slices.map(({ from }) => from)).toEqual([0, ...slices.slice(0, -1).map(({ to }) => to)])
      expect(slices.at(-1)?.to).toBe(SUSPECTS)
      for (const { from, to, verdicts } of slices) expect(verdicts).toHaveLength(to - from)
      expect(new Set(slices.flatMap(({ verdicts }) => verdicts.map(({ user }) => user))).size).toBe(SUSPECTS)
      // What was started when time was up is brought to its end, and nothing more is started.
      expect(slices[0]?.to).toBeGreaterThanOrEqual(Math.min(at, SUSPECTS))
      expect(slices[0]?.to).toBeLessThan(at + atOnce)
    },
  )
})

/** A run with these suspects, each with one key, before it checks them. */
function suspecting(...names: string[]): MemoryWorld {
  const world = openMemoryWorld(accountOf(Object.fromEntries(names.map((name) => [name, 200]))))
  const created = daysAgo(365).toISOString()
  const slot = { active: true, lastRotatedAt: created, lastUsedAt: null, lastUsedService: null, unknown: [] }
  const list = names.map((user) => suspectOf(user, { slots: [{ slot: 1, ...slot }] }))
  const suspects = suspectsOf({ generatedAt: daysAgo(0.1).toISOString(), activeKeys: names.length, list })
  world.objects.set(runKey(RUN, 'input.json'), JSON.stringify(inputOf()))
  world.objects.set(runKey(RUN, 'suspects.json'), JSON.stringify(suspects))
  return world
}

const check = ({ ports }: MemoryWorld, next = 0) => makeCheckSuspects(ports)({ runId: RUN, next })

const sliceIn = ({ objects }: MemoryWorld, from = 0) =>
  JSON.parse(objects.get(runKey(RUN, `verdicts/${from}.json`)) ?? 'null') as Slice

/** IAM answers for this user with an error. */
function failFor({ ports }: MemoryWorld, user: string, error: unknown): void {
  const { listAccessKeys } = ports.patientIam
  ports.patientIam = {
    ...ports.patientIam,
    listAccessKeys: async (name) => {
      if (name === user) throw error
      return listAccessKeys(name)
    },
  }
}

describe('a suspect', () => {
  it('who cannot be read is noted with the reason, and stops no other', async () => {
    const world = suspecting('a', 'b', 'c')
    failFor(world, 'b', new IamDenied('no'))
    expect(await check(world)).toEqual({ next: 3, done: true, metrics: { UnreadableSuspects: 1 } })
    const { stale, unreadable, verdicts } = sliceIn(world)
    expect(stale.map(({ user }) => user)).toEqual(['a', 'c'])
    expect(unreadable).toEqual([{ user: 'b', error: 'IamDenied', message: 'no' }])
    expect(verdicts[1]).toMatchObject({ user: 'b', verdict: 'kept', reason: 'unknown: IamDenied, no' })
  })
  it('who was deleted since the report is no failure', async () => {
    const world = suspecting('a', 'b')
    failFor(world, 'b', new NoSuchEntity('no such user'))
    expect(await check(world)).toEqual({ next: 2, done: true, metrics: { UnreadableSuspects: 0 } })
    expect(sliceIn(world)).toMatchObject({ stale: [{ user: 'a' }], unreadable: [] })
    expect(sliceIn(world).stale).toHaveLength(1)
    expect(sliceIn(world).verdicts[1]).toMatchObject({
      user: 'b',
      row: 'unknown',
      values: { doubt: 'user-deleted' },
    })
  })
  it.each([
    ['a store that is down', new StoreUnavailable('down')],
    ['a fault of our own, though it speaks of IAM', Object.assign(new Error('x'), { name: 'NotIam' })],
    ['what is no error', 'cut'],
    ['a role that the account refuses', new MemberRoleDenied('no')],
    ['a role of another account', new AccountRefused('no')],
  ])('is not what fails by %s: the step is tried again', async (_, error) => {
    const world = suspecting('a')
    failFor(world, 'a', error)
    await expect(check(world)).rejects.toBe(error)
    expect(sliceIn(world)).toBeNull()
  })
  it("is not judged by a clock that left the run's start a day behind", async () => {
    const world = suspecting('a')
    world.pass(DAY)
    await expect(check(world)).rejects.toThrow(errorWith('ClockRefused', 1, "the run's start"))
  })
})

it('a slice whose time is up before it begins still checks one suspect, or the run would never end', async () => {
  const world = suspecting('a', 'b')
  const { now } = world.ports
  world.ports.now = () => {
    world.pass(SLICE_MILLISECONDS)
    return now()
  }
  expect(await check(world)).toMatchObject({ next: 1, done: false })
})

it('says after each suspect how many of the run are checked, also one that cannot be read', async () => {
  const world = suspecting('a', 'b', 'c')
  failFor(world, 'b', new IamDenied('no'))
  const counts: [number, number][] = []
  const ports = { ...world.ports, suspectChecked: (checked: number, total: number) => counts.push([checked, total]) }
  await makeCheckSuspects(ports)({ runId: RUN, next: 0 })
  expect(counts).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ])
  counts.length = 0
  world.objects.delete(runKey(RUN, 'verdicts/0.json'))
  await makeCheckSuspects(ports)({ runId: RUN, next: 2 })
  expect(counts).toEqual([[3, 3]])
})

it('a stored slice is not checked again', async () => {
  const world = suspecting('a', 'b')
  const first = await check(world)
  failFor(world, 'a', new TypeError('nobody is to ask'))
  expect(await check(world)).toEqual(first)
})

describe('a slice', () => {
  it('is of 500 suspects at the most, and the next continues where it ends', async () => {
    const names = Array.from({ length: SLICE_SUSPECTS + 1 }, (_, n) => `user-${n}`)
    const world = suspecting(...names)
    expect(await check(world)).toMatchObject({ next: 500, done: false })
    expect(await check(world, 500)).toMatchObject({ next: 501, done: true })
    expect(sliceIn(world)).toMatchObject({ from: 0, to: 500 })
    expect(sliceIn(world, 500)).toMatchObject({ from: 500, to: 501, stale: [{ user: 'user-500' }] })
  })

  it.each([
    [1, 2],
    [0, 1],
  ])('starts no suspect from the millisecond on in which its time is up: %i before it', async (early, checked) => {
    const world = suspecting('a', 'b')
    world.objects.set(
      runKey(RUN, 'input.json'),
      JSON.stringify(inputOf({ policy: policyOf({ concurrency: 1 }), startedAt: AT.toISOString() })),
    )
    const { listAccessKeys } = world.ports.patientIam
    world.ports.patientIam = {
      ...world.ports.patientIam,
      listAccessKeys: async (name) => {
        if (name === 'a') world.pass(SLICE_MILLISECONDS - early)
        return listAccessKeys(name)
      },
    }
    expect(await check(world)).toMatchObject({ next: checked, done: checked === 2 })
  })

  it('holds the facts that each verdict was made of, and when they were read', async () => {
    const world = suspecting('a')
    await check(world)
    expect(sliceIn(world)).toMatchObject({
      verdicts: [{ user: 'a', verdict: 'stale', rule: 'unused' }],
      stale: [{ user: 'a' }],
      users: [
        {
          at: AT.toISOString(),
          facts: {
            user: 'a',
            path: '/',
            keys: [{ status: 'Active' }],
            report: {
              generatedAt: daysAgo(0.1).toISOString(),
              activeKeys: 1,
              slots: [{ slot: 1 }],
              userCreatedAt: null,
            },
          },
        },
      ],
    })
  })

  it('keeps who is exempt by name without asking IAM, and holds no facts of them', async () => {
    const world = suspecting('a', 'b')
    world.objects.set(runKey(RUN, 'input.json'), JSON.stringify(inputOf({ policy: policyOf({ exemptUsers: ['b'] }) })))
    failFor(world, 'b', new TypeError('nobody is to ask'))
    expect(await check(world)).toEqual({ next: 2, done: true, metrics: { UnreadableSuspects: 0 } })
    const { users, verdicts, unreadable } = sliceIn(world)
    expect(users.map(({ facts }) => facts.user)).toEqual(['a'])
    expect(verdicts.map(({ user, verdict }) => [user, verdict])).toEqual([
      ['a', 'stale'],
      ['b', 'kept'],
    ])
    expect(unreadable).toEqual([])
  })

  it('keeps a key that was reactivated since the report of an earlier run', async () => {
    const world = suspecting('a')
    const at = runKey(RUN, 'suspects.json')
    const suspects = JSON.parse(world.objects.get(at) ?? '')
    const created = daysAgo(365).toISOString()
    const reactivated = { since: daysAgo(20).toISOString(), slots: [{ wasRotatedAt: created, isRotatedAt: created }] }
    suspects.list[0].reactivated = reactivated
    world.objects.set(at, JSON.stringify(suspects))
    await check(world)
    expect(sliceIn(world)).toMatchObject({ stale: [], users: [{ facts: { report: { reactivated } } }] })
  })

  it.each([{ next: -1 }, { next: 0.5 }, { next: '0' }, {}])('is not checked for an event of %j', async (event) => {
    const world = suspecting('a')
    const checked = makeCheckSuspects(world.ports)({ runId: RUN, ...event })
    await expect(checked).rejects.toMatchObject({ name: 'ZodError', issues: [{ path: ['next'] }] })
  })
})
