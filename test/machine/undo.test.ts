// Undo brings back exactly what a run took, if it is still Inactive; also of a run that broke off.

import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId } from '../../demo/account.ts'
import { makeReactivateKey } from '../../functions/reactivate-key.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { AT, accountOf, DAY, openWorld, PASS, type Run, statusesOf, type World } from '../support/world.ts'

const THE_WAY = [
  'Take input',
  'Start run',
  'What is asked?',
  'Plan undo',
  'Reactivate keys',
  'Write record',
  'How did it end?',
]
const undo = (world: World, fields: { keys?: string[]; run?: string } = {}, runId = 'undo-1') =>
  world.run({ runId, input: { undo: { run: 'run-1', ...fields } } })
const keyIn = (world: World, user: string) => {
  const key = world.endpoint.account.users.find((one) => one.name === user)?.keys[0]
  if (key === undefined) throw new TypeError(`no key of ${user}`)
  return key
}
const outcomesOf = ({ record }: Run) => record?.keys.map((key) => [key.user, key.outcome, key.outcomeReason])

describe('an undo', () => {
  it('reactivates what the run took, without a report, a plan or an approval', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300, used: 1 }) })
    await world.run()
    const run = await undo(world)
    expect(run.path).toEqual([...THE_WAY, 'Done'])
    expect(run.record).toMatchObject({
      status: 'reactivated',
      report: null,
      plan: null,
      counts: { reactivated: 2, failed: 0 },
    })
    expect(outcomesOf(run)).toEqual([
      ['b', 'reactivated', null],
      ['a', 'reactivated', null],
    ])
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Active'] })
  })
  it('takes a run by whatever id a run may have', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run({ runId: '2026.q3_a-1' })
    expect((await undo(world, { run: '2026.q3_a-1' })).record?.status).toBe('reactivated')
    expect(statusesOf(world)).toMatchObject({ a: ['Active'] })
  })
  it('ignores the mode: restoring is urgent', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    world.ports.settings = () => parseSettings('{ mode: plan, approval: always }')
    expect((await undo(world)).record?.status).toBe('reactivated')
  })
  it('reactivates the keys that were asked for alone', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    await world.run()
    await undo(world, { keys: [accessKeyId('a')] })
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Inactive'] })
  })
  it('leaves alone what somebody else reactivated, deleted or deactivated before', async () => {
    const world = await openWorld({ account: accountOf({ back: 200, gone: 210, dead: 220, other: 230 }) })
    // Somebody else deactivates `other` between the plan and the write: the run skips it, so it is not the run's.
    world.endpoint.on('ListAccessKeys', 5, () => {
      keyIn(world, 'other').status = 'Inactive'
    })
    await world.run()
    keyIn(world, 'back').status = 'Active'
    world.endpoint.account.users.find((user) => user.name === 'gone')?.keys.splice(0)
    const run = await undo(world)
    expect(outcomesOf(run)).toEqual([
      ['dead', 'reactivated', null],
      ['gone', 'skipped', outcomeReasonText({ why: 'key-deleted' })],
      ['back', 'skipped', outcomeReasonText({ why: 'already-active' })],
    ])
    expect(statusesOf(world).other).toEqual(['Inactive'])
  })
  it('leaves alone a key that a later run took again', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    keyIn(world, 'a').status = 'Active'
    await world.run({ runId: 'run-2' })
    world.pass(91 * DAY)
    expect((await world.run({ runId: 'run-3' })).record?.status).toBe('deactivated')
    expect(outcomesOf(await undo(world))).toEqual([
      ['a', 'skipped', outcomeReasonText({ why: 'undo-refused', refusal: { why: 'deactivated-again', by: 'run-3' } })],
    ])
    expect(outcomesOf(await undo(world, { run: 'run-3' }, 'undo-3'))).toEqual([['a', 'reactivated', null]])
  })
  it('gives the key a full new term', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    world.pass(10 * DAY)
    await undo(world)
    world.pass(89 * DAY)
    expect((await world.run({ runId: 'run-2' })).record?.keys.find((key) => key.user === 'a')).toMatchObject({
      verdict: 'kept',
    })
    world.pass(DAY)
    expect((await world.run({ runId: 'run-3' })).record?.keys.find((key) => key.user === 'a')).toMatchObject({
      outcome: 'deactivated',
    })
  })
  it('writes nothing the second time', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    await undo(world)
    const again = await undo(world, {}, 'undo-2')
    expect(again.record?.status).toBe('nothing to do')
    expect(world.endpoint.writes.map((write) => write.to)).toEqual(['Inactive', 'Active'])
  })
  it('includes a key that was sent and not confirmed, once it turns out Inactive', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'stale read', milliseconds: 60 * 60_000, nth: 1 })
    expect(outcomesOf(await world.run())).toEqual([['a', 'failed', expect.stringContaining('sent, not confirmed')]])
    world.pass(2 * 60 * 60_000)
    expect(outcomesOf(await undo(world))).toEqual([['a', 'reactivated', null]])
  })
  it('does not include a key whose update IAM refused', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 200 }) })
    world.endpoint.fault({
      action: 'UpdateAccessKey',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === 'a',
    })
    await world.run()
    keyIn(world, 'a').status = 'Inactive'
    expect(outcomesOf(await undo(world))).toEqual([['b', 'reactivated', null]])
    expect(statusesOf(world).a).toEqual(['Inactive'])
  })
  it('of a key that cannot be reactivated fails, and does not stop the others', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    await world.run()
    world.endpoint.fault({
      action: 'UpdateAccessKey',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === 'a',
    })
    const run = await undo(world)
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'SomeKeysFailed' })
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Active'] })
  })
})

describe('an interrupted run is undone by its intents', () => {
  it.each([
    ['before it wrote its outcomes', /\.outcome\.json$/],
    ['before it wrote its record', /record\.json$/],
  ])('%s', async (_, lost) => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    const { put } = world.ports.store
    world.ports.store.put = async (key, text) => {
      if (lost.test(key)) throw Object.assign(new Error('the store is gone'), { name: 'StoreRefused' })
      return put(key, text)
    }
    await world.run()
    world.ports.store.put = put
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Inactive'] })
    expect((await undo(world)).record).toMatchObject({ status: 'reactivated', counts: { reactivated: 2 } })
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Active'] })
  })

  /** The run's process ends right after it noted its intent for the key: whether the update went out, nobody knows. */
  async function killedAtItsIntent(): Promise<World> {
    const world = await openWorld({ account: accountOf({ a: 200 }), timeoutMilliseconds: 100 })
    const { put } = world.ports.store
    let alive = true
    world.ports.store.put = async (key, text) => {
      if (!alive) throw Object.assign(new Error('killed'), { name: 'Killed' })
      if (key.includes('.intent')) alive = false
      return put(key, text)
    }
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'hang', nth: 1 })
    await world.run()
    world.ports.store.put = put
    world.pass(-60_000)
    return world
  }
  it('waits for its last word, and fails for the key while the run may still be at it', async () => {
    const world = await killedAtItsIntent()
    expect(outcomesOf(await undo(world))).toEqual([
      ['a', 'failed', factsIn('UpdateNotConfirmed', 'run-1', '15 minutes')],
    ])
    world.pass(15 * 60_000)
    expect(outcomesOf(await undo(world, {}, 'undo-2'))).toEqual([
      ['a', 'skipped', outcomeReasonText({ why: 'already-active' })],
    ])
  })
  it('is done with at once where its process is known to be dead', async () => {
    const world = await killedAtItsIntent()
    world.ports.isRunOver = async (runId) => runId === 'run-1'
    expect(outcomesOf(await undo(world))).toEqual([['a', 'skipped', outcomeReasonText({ why: 'already-active' })]])
  })
  it('is undone also where the last update of the dead process shows late', async () => {
    const world = await killedAtItsIntent()
    world.ports.isRunOver = async () => true
    const { pause } = world.ports
    world.ports.pause = async (milliseconds) => {
      if (milliseconds === 4000) keyIn(world, 'a').status = 'Inactive'
      return pause(milliseconds)
    }
    expect(outcomesOf(await undo(world))).toEqual([['a', 'reactivated', null]])
    expect(statusesOf(world).a).toEqual(['Active'])
  })
})

describe('an undo is refused', () => {
  it.each([
    ['of a run that is not there', { run: 'run-9' }, ['run-9']],
    ['of a key that the run did not take', { keys: ['AKIAANOTHERANOTHER12'] }, ['run-1', 'AKIAANOTHERANOTHER12']],
    ['of an undo', { run: 'undo-0' }, ['undo-0', 'run-1']],
  ])('%s', async (_, fields, facts) => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    await undo(world, {}, 'undo-0')
    const writes = world.endpoint.writes.length
    const run = await undo(world, fields)
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'InputRefused' })
    expect(run.record).toMatchObject({ status: 'refused', error: errorWith('InputRefused', ...facts) })
    expect(world.endpoint.writes).toHaveLength(writes)
  })
  it('by hand, for a key outside it', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 300 }) })
    await world.run()
    await undo(world, { keys: [accessKeyId('a')] })
    const call = makeReactivateKey(world.ports)({
      runId: 'undo-1',
      pass: PASS,
      user: 'b',
      accessKeyId: accessKeyId('b'),
    })
    await expect(call).rejects.toMatchObject({ name: 'PlanRefused' })
  })
})

it('an undo of a run that somebody made up reactivates no key that keysweep did not take', async () => {
  const world = await openWorld({ account: accountOf({ exempt: 200 }) })
  world.ports.settings = () => parseSettings('mode: plan')
  await world.run({ runId: 'run-x' })
  keyIn(world, 'exempt').status = 'Inactive'
  const id = accessKeyId('exempt')
  const intent = { runId: 'run-x', user: 'exempt', accessKeyId: id, action: 'deactivate', at: AT.toISOString() }
  await world.ports.store.put(accessKeyKey(id, 'run-x', 'intent'), JSON.stringify({ ...intent, attempt: 'x' }))
  const run = await undo(world, { run: 'run-x' })
  expect(statusesOf(world)).toMatchObject({ exempt: ['Inactive'] })
  expect(world.endpoint.writes).toEqual([])
  expect(run.record).toMatchObject({ status: 'some keys failed' })
  expect(outcomesOf(run)).toEqual([['exempt', 'failed', expect.stringContaining('mode plan')]])
})

describe('a run that starts while another waits or works', () => {
  it('ends at once, and says which', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.ports.otherOpenRun = async () => 'run-0'
    const run = await world.run()
    expect(run.record).toMatchObject({
      status: 'another run is open',
      mode: 'apply',
      error: errorWith('AnotherRunOpen', 'run-0'),
    })
    expect(run.result.status).toBe('SUCCEEDED')
    expect(world.endpoint.writes).toEqual([])
  })
  it('continues if it is an undo', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    world.ports.otherOpenRun = async () => 'run-0'
    expect((await undo(world)).record?.status).toBe('reactivated')
  })
})
