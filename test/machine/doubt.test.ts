// In doubt the key stays: what the facts say now counts, not what was planned, and no key becomes worse off by an undo.

import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { NoSuchEntity } from '../../core/model/errors.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId, newKey, newUser, usedAt } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { runKey } from '../../io/store/run-store.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { CALLER, policyOf } from '../support/facts.ts'
import { outcomeOf, PLANNED_INPUT, planFirstKey } from '../support/planned.ts'
import {
  accountOf,
  afterWriting,
  DAY,
  daysAgo,
  keyIn,
  keyUsed,
  openWorld,
  type Run,
  statusesOf,
} from '../support/world.ts'

const keysOf = ({ record }: Run, user: string) => record?.keys.filter((key) => key.user === user)
const keyCalled = (run: Run, name: string) =>
  run.record?.keys.find((key) => key.accessKeyId === accessKeyId(name)) ?? null

describe('a key is kept when, after', () => {
  it('the plan, it is used again: being old as well needs an approval that nobody gave', async () => {
    const old = newKey(accessKeyId('old'), daysAgo(400), { lastUsed: usedAt(daysAgo(95)) })
    const rotated = newKey(accessKeyId('new'), daysAgo(100), { lastUsed: usedAt(daysAgo(1)) })
    const world = await openWorld({
      account: accountOf({}, [newUser('app', { keys: [old, rotated] })]),
      settings: '{ mode: apply, approval: never, policy: { rotationDays: 365 } }',
    })
    afterWriting(world, /plan\.json$/, () => {
      keyIn(world, 'app').lastUsed = usedAt(new Date(world.ports.now().getTime() - 1000))
    })
    const run = await world.run()
    expect(statusesOf(world).app).toEqual(['Active', 'Active'])
    expect(keyCalled(run, 'old')).toMatchObject({
      outcome: 'skipped',
      outcomeReason: outcomeReasonText({ why: 'used-since-plan', planned: 'unused' }),
    })
  })

  it('the report, its owner went back to it and gave up the newer one', async () => {
    const unused = newKey(accessKeyId('new'), daysAgo(100))
    const old = newKey(accessKeyId('old'), daysAgo(400), { status: 'Inactive', lastUsed: usedAt(daysAgo(200)) })
    const world = await openWorld({ account: accountOf({}, [newUser('app', { keys: [unused, old] })]) })
    afterWriting(world, /suspects\.json$/, () => {
      for (const key of world.endpoint.account.users.find((user) => user.name === 'app')?.keys ?? []) {
        key.status = key.status === 'Active' ? 'Inactive' : 'Active'
      }
    })
    const run = await world.run()
    expect(statusesOf(world).app).toEqual(['Inactive', 'Active'])
    expect(keyCalled(run, 'old')).toMatchObject({ verdict: 'kept', row: 'changed' })
  })

  it('the start, the stored input turns out to be of another version, without the unused term', async () => {
    const world = await openWorld({ account: accountOf({ a: 1 }) })
    const { unusedDays: _, ...policy } = policyOf()
    const event = await planFirstKey(world, 'a', { ...PLANNED_INPUT, policy })
    await expect(makeDeactivateKey(world.ports)(event)).rejects.toMatchObject({ name: 'StoreDamaged' })
    expect(statusesOf(world).a).toEqual(['Active'])
    expect(world.endpoint.writes).toEqual([])
  })
})

it('a key that is used while its facts are read is in use, and no use of it lies in the future', async () => {
  const world = await openWorld({ account: accountOf({ app: 200 }) })
  // The first time is for the plan.
  world.endpoint.on('ListAccessKeys', 2, () => {
    world.pass(5000)
    keyIn(world, 'app').lastUsed = usedAt(world.ports.now())
  })
  const run = await world.run()
  expect(statusesOf(world).app).toEqual(['Active'])
  expect(keyCalled(run, 'app')).toMatchObject({ outcome: 'skipped', outcomeReason: 'in use' })
})

describe('a plan that is not the one that the machine was handed', () => {
  it('deactivates nothing, though nobody was to be asked', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const { store } = world.ports
    const { get } = store
    afterWriting(world, /plan\.json$/, () => {
      // As whoever gets around the store's own rules would change it; later than Make plan, which reads what it wrote.
      store.get = async (key) => {
        const text = await get(key)
        return key.endsWith('/plan.json') ? `${text}\n` : text
      }
    })
    const run = await world.run()
    expect(keyCalled(run, 'a')).toMatchObject({
      outcome: 'failed',
      outcomeReason: factsIn('PlanRefused', 'sha256'),
    })
    expect(world.endpoint.writes).toEqual([])
  })
  it('is refused by Deactivate key, by its hash', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    const another = makeDeactivateKey(world.ports)({ ...event, plan: '0'.repeat(64) })
    await expect(another).rejects.toMatchObject({ name: 'PlanRefused', message: expect.stringContaining(event.plan) })
    expect(world.endpoint.writes).toEqual([])
    await makeDeactivateKey(world.ports)(event)
    expect(statusesOf(world).a).toEqual(['Inactive'])
  })
})

describe('a deleted key', () => {
  it("does not make its user's other key count as deleted", async () => {
    const user = newUser('app', { keys: [keyUsed('mine', 200), keyUsed('sibling', 300)] })
    const world = await openWorld({ account: accountOf({}, [user]) })
    const event = await planFirstKey(world, 'app')
    const { lastUsed } = world.ports.iam
    // It was deleted after the user's keys were listed.
    world.ports.iam.lastUsed = async (id, owner) => {
      if (id === accessKeyId('sibling')) throw new NoSuchEntity('The Access Key cannot be found.')
      return lastUsed(id, owner)
    }
    await makeDeactivateKey(world.ports)(event)
    expect(await outcomeOf(world, event)).toMatchObject({ outcome: 'deactivated', reason: null })
    expect(statusesOf(world).app).toEqual(['Inactive', 'Active'])
  })
})

describe('an undo', () => {
  it('is refused in another account, where all keys would seem deleted', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    const other = await openWorld({ account: accountOf({ z: 1 }) })
    other.ports.store = world.ports.store
    other.ports.caller = async () => ({ ...CALLER, account: '999999999999' })
    const { result } = await other.run({ runId: 'undo-1', input: { undo: { run: 'run-1' } } })
    expect(result).toMatchObject({ status: 'FAILED', error: 'InputRefused' })
    const record = JSON.parse((await world.ports.store.get(runKey('undo-1', 'record.json'))) ?? 'null') as RunRecord
    expect(record).toMatchObject({ status: 'refused', account: '999999999999', keys: [] })
    expect(record.error).toEqual(errorWith('InputRefused', 'run-1', '999999999999', CALLER.account))
    expect(other.endpoint.writes).toEqual([])
  })

  it('leaves Inactive what a person deactivated after an earlier undo had reactivated it', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    await world.run()
    await world.run({ runId: 'undo-1', input: { undo: { run: 'run-1', keys: [accessKeyId('a')] } } })
    world.pass(DAY)
    keyIn(world, 'a').status = 'Inactive'
    const run = await world.run({ runId: 'undo-2', input: { undo: { run: 'run-1' } } })
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Active'] })
    expect(keysOf(run, 'a')).toMatchObject([
      {
        outcome: 'skipped',
        outcomeReason: outcomeReasonText({ why: 'undo-refused', refusal: { why: 'reactivated', by: 'undo-1' } }),
      },
    ])
  })
})

describe('a dead key whose update may have been sent and had no effect', () => {
  it('is kept the day after as Active again, not as used', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'ServiceFailure' })
    expect(keysOf(await world.run(), 'a')).toMatchObject([{ outcome: 'failed' }])
    world.pass(DAY)
    const next = await world.run({ runId: 'run-2' })
    expect(keysOf(next, 'a')).toMatchObject([
      { verdict: 'kept', reason: expect.stringMatching(/^in use: .*\breactivated \d{4}-\d\d-\d\d/) },
    ])
  })
})
