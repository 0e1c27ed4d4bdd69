// What is asked of IAM about one user, and what our own runs are asked: no more than a verdict needs, and never less.

import { describe, expect, it } from '@jest/globals'
import { IamDenied, NoSuchEntity, StoreUnavailable } from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import type { Policy } from '../../core/model/policy.ts'
import { accessKeyId, newUser } from '../../demo/account.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { readUser, readUserAndNote } from '../../steps/user-facts.ts'
import { CALLER, policyOf } from '../support/facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { intentOf, keyOutcomeOf } from '../support/stored.ts'
import { AT, accountOf, DAY, daysAgo, keyIn, keyUsed } from '../support/world.ts'

const ID = accessKeyId('a')

/** User `a` with keys that were last used so many days ago, in slots that agree with them. */
function open(...days: (number | null)[]): MemoryWorld {
  const keys = days.map((day, index) => keyUsed(index === 0 ? 'a' : `a/${index + 1}`, day))
  return openMemoryWorld(accountOf({}, [newUser('a', { keys, tags: { owner: 'ann' } })]))
}

const readingOf = ({ ports, endpoint }: MemoryWorld, policy: Partial<Policy> = {}, runId = 'run-9') => {
  const keys = endpoint.account.users.find(({ name }) => name === 'a')?.keys ?? []
  const slots = keys.map(({ createdAt, status }, index) => ({
    slot: index === 0 ? (1 as const) : (2 as const),
    active: status === 'Active',
    lastRotatedAt: createdAt.toISOString(),
    lastUsedAt: null,
    lastUsedService: null,
    unknown: [],
  }))
  const activeKeys = slots.filter((slot) => slot.active).length
  const report = { generatedAt: daysAgo(0.1).toISOString(), activeKeys, slots, userCreatedAt: null }
  return { user: 'a', path: '/', report, runId, policy: policyOf(policy), caller: CALLER, now: ports.now }
}

const read = async (world: MemoryWorld, policy: Partial<Policy> = {}, runId?: string) =>
  (await readUserAndNote(world.ports.store, world.ports.iam, readingOf(world, policy, runId))).facts

const reactivationOf = async (world: MemoryWorld, runId?: string) =>
  (await read(world, {}, runId)).keys.map((key) => key.reactivatedAt)

describe('the tags of a user', () => {
  it.each([
    ['a key is stale', [200], { owner: 'ann' }],
    ['a key will be stale soon', [85], { owner: 'ann' }],
    ['one key of two will be stale soon', [1, 85], { owner: 'ann' }],
    ['one key of two is stale', [1, 200], { owner: 'ann' }],
    ['every key is in use', [1, 2], null],
  ])('are read where %s, and only there', async (_, days, tags) => {
    expect((await read(open(...days))).tags).toEqual(tags)
  })
})

describe('a key', () => {
  it('that is not Active is not asked for its last use', async () => {
    const world = open(200)
    keyIn(world, 'a').status = 'Inactive'
    world.ports.iam.lastUsed = async () => {
      throw new TypeError('nobody is to ask')
    }
    expect((await read(world)).keys).toEqual([
      {
        accessKeyId: ID,
        status: 'Inactive',
        createdAt: '2025-09-11T12:00:00Z',
        lastUsed: { known: false },
        reactivatedAt: null,
      },
    ])
  })
  it.each([
    ['that was deleted since its user was asked is none any more', new NoSuchEntity('gone'), ['a/2']],
    ['of which IAM tells nothing ends the reading', new IamDenied('no'), null],
  ])('%s', async (_, error, left) => {
    const world = open(200, 200)
    const { lastUsed } = world.ports.iam
    world.ports.iam.lastUsed = async (id, user) => {
      if (id === ID) throw error
      return lastUsed(id, user)
    }
    if (left === null) return expect(read(world)).rejects.toBe(error)
    expect((await read(world)).keys.map((key) => key.accessKeyId)).toEqual(left.map(accessKeyId))
  })
})

describe('a key that the report of an earlier run showed inactive', () => {
  const shownInactive = (world: MemoryWorld, policy: Partial<Policy> = {}) => {
    const reading = readingOf(world, policy)
    const slots = reading.report.slots.map(({ lastRotatedAt: at }) => ({ wasRotatedAt: at, isRotatedAt: at }))
    return { ...reading, report: { ...reading.report, reactivated: { since: daysAgo(3).toISOString(), slots } } }
  }
  it('is noted also while it is in use, and counts from then on', async () => {
    const world = open(40)
    const { store, iam } = world.ports
    const { facts } = await readUserAndNote(store, iam, shownInactive(world))
    expect(facts.keys[0]?.reactivatedAt).toBe(AT.toISOString())
    expect(world.objects.has(accessKeyKey(ID, 'run-9', 'seen'))).toBe(true)
    // The next report showed it active. By its last use it would be stale now.
    world.pass(60 * DAY)
    expect(await reactivationOf(world, 'run-10')).toEqual([AT.toISOString()])
  })
  it('is not noted while it is not Active', async () => {
    const world = open(40)
    keyIn(world, 'a').status = 'Inactive'
    const { facts } = await readUserAndNote(world.ports.store, world.ports.iam, shownInactive(world))
    expect(facts.keys[0]?.reactivatedAt).toBeNull()
    expect([...world.objects.keys()]).toEqual([])
  })
})

describe('a key that would be stale and that an earlier run took', () => {
  const at = (days: number) => daysAgo(days).toISOString()
  /** A run's trace of the key, so many days ago. */
  const trace = ({ objects }: MemoryWorld, runId: string, name: string, days: number, what: object = {}) =>
    objects.set(
      accessKeyKey(ID, runId, name),
      JSON.stringify({ ...(name === 'outcome' ? keyOutcomeOf() : intentOf()), runId, at: at(days), ...what }),
    )

  it('was reactivated by now, which this run notes; from then on that day counts', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 30)
    expect(await reactivationOf(world)).toEqual([AT.toISOString()])
    expect(JSON.parse(world.objects.get(accessKeyKey(ID, 'run-9', 'seen')) ?? '')).toEqual({
      keysweep: VERSION,
      runId: 'run-9',
      accessKeyId: ID,
      at: AT.toISOString(),
    })
    world.pass(5 * DAY)
    expect(await reactivationOf(world, 'run-10')).toEqual([AT.toISOString()])
    expect(world.objects.has(accessKeyKey(ID, 'run-10', 'seen'))).toBe(false)
  })
  it('is dated by the first attempt of a run that saw it, whatever a later one reads', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 120)
    trace(world, 'run-9', 'seen', 100)
    expect((await read(world)).keys[0]?.reactivatedAt).toBe(at(100))
    // By that date the key is stale again, so that its tags are needed.
    expect((await read(world)).tags).toEqual({ owner: 'ann' })
  })
  it('of two runs at once is noted by both, and the first date counts for those that follow', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 30)
    const [one] = await Promise.all([reactivationOf(world, 'run-8'), reactivationOf(world, 'run-9')])
    expect(one).toEqual([AT.toISOString()])
    for (const runId of ['run-8', 'run-9']) expect(world.objects.has(accessKeyKey(ID, runId, 'seen'))).toBe(true)
    world.pass(DAY)
    expect(await reactivationOf(world, 'run-10')).toEqual([AT.toISOString()])
  })
  it('is only read for nobody, who notes nothing and leaves out no run', async () => {
    const world = open(200)
    trace(world, 'run-9', 'intent', 30)
    const { ports } = world
    ports.store.put = () => Promise.reject(new TypeError('nothing is to be written'))
    const reading = { ...readingOf(world), runId: null }
    expect((await readUser(ports.store, ports.iam, reading)).facts.keys[0]?.reactivatedAt).toBe(AT.toISOString())
  })
  it('is noted before anything rests on it: where that fails, nothing is read of it', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 30)
    world.ports.store.put = () => Promise.reject(new StoreUnavailable('down'))
    await expect(read(world)).rejects.toThrow(StoreUnavailable)
  })
  it('and an undo reactivated was so when the undo said so', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 30)
    trace(world, 'undo-1', 'intent', 20, { action: 'reactivate' })
    trace(world, 'undo-1', 'outcome', 19, { outcome: 'reactivated' })
    expect(await reactivationOf(world)).toEqual([at(19)])
    expect(world.objects.has(accessKeyKey(ID, 'run-9', 'seen'))).toBe(false)
  })
  it('again after it had been seen was reactivated anew: the newest attempt of a run counts', async () => {
    const world = open(200)
    trace(world, 'run-1', 'intent', 30)
    trace(world, 'run-2', 'seen', 25)
    expect(await reactivationOf(world)).toEqual([at(25)])
    trace(world, 'run-1', 'intent-2', 20)
    expect(await reactivationOf(world)).toEqual([AT.toISOString()])
  })
  it.each<[string, (world: MemoryWorld) => unknown]>([
    ['nobody ever tried it', () => {}],
    [
      'the update was refused',
      (world) => [trace(world, 'run-1', 'intent', 30), trace(world, 'run-1', 'refused-1', 30)],
    ],
    ['it is this very run that did', (world) => trace(world, 'run-9', 'intent', 0)],
    ['it was another key', ({ objects }) => objects.set(accessKeyKey(accessKeyId('b'), 'run-1', 'intent'), '{}')],
    ['what stands under its name is not ours', ({ objects }) => objects.set(`keys/${ID}/a note.txt`, 'x')],
  ])('was not reactivated where %s', async (_, before) => {
    const world = open(200)
    before(world)
    expect(await reactivationOf(world)).toEqual([null])
    expect(world.objects.has(accessKeyKey(ID, 'run-9', 'seen'))).toBe(false)
  })
  it('is looked up for the keys alone that would be stale', async () => {
    const world = open(1, 200)
    const listed: string[] = []
    const { list } = world.ports.store
    world.ports.store.list = async (prefix) => {
      listed.push(prefix)
      return list(prefix)
    }
    await read(world)
    expect(listed).toEqual([`keys/${accessKeyId('a/2')}/`])
  })
})
