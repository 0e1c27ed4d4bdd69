// A run that carries out the plan of an earlier run: exactly the keys that a person looked at, each judged again.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { planHash } from '../../core/run/plan.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId, newUser } from '../../demo/account.ts'
import { APPROVER, eventOf } from '../support/waiting.ts'
import {
  type ApprovalRequest,
  accountOf,
  DAY,
  keyIn,
  keyUsed,
  openWorld,
  type Run,
  statusesOf,
  type World,
} from '../support/world.ts'

const open = (settings = 'mode: apply') => openWorld({ account: accountOf({ a: 200, b: 300, used: 1 }), settings })

const hashIn = ({ directory }: World, runId = 'planned') =>
  planHash(readFileSync(join(directory, 'runs', runId, 'plan.json'), 'utf8'))

const planFirst = (world: World) => world.run({ runId: 'planned', input: { mode: 'plan' } })

const apply = (world: World, more: { input?: object; whenAsked?: (asked: ApprovalRequest) => Promise<unknown> } = {}) =>
  world.run({
    runId: 'applied',
    ...more,
    input: { apply: { run: 'planned', plan: hashIn(world) }, ...more.input },
  })

const outcomesOf = ({ record }: Run) => record?.keys.map((key) => [key.user, key.outcome, key.outcomeReason])

describe('a stored plan', () => {
  it('is carried out without a report: its keys, and no other key that is stale by now', async () => {
    const world = await open()
    await planFirst(world)
    world.endpoint.account.users.push(newUser('later', { keys: [keyUsed('later', 400)] }))
    world.pass(3 * DAY)
    const calls = world.endpoint.calls.length
    const run = await apply(world)
    expect(run.path).toEqual([
      'Take input',
      'Start run',
      'What is asked?',
      'Read key events',
      'All events read?',
      'Take stored plan',
      'Next step?',
      'Deactivate keys',
      'Write record',
      'How did it end?',
      'Done',
    ])
    expect(run.record).toMatchObject({
      status: 'deactivated',
      mode: 'apply',
      report: null,
      apply: { run: 'planned', plan: hashIn(world) },
      plan: { keys: 2 },
      counts: { stale: 2, deactivated: 2, failed: 0 },
    })
    expect(outcomesOf(run)).toEqual([
      ['b', 'deactivated', null],
      ['a', 'deactivated', null],
    ])
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Inactive'], used: ['Active'], later: ['Active'] })
    expect(world.endpoint.calls.slice(calls).map(({ action }) => action)).not.toContain('GenerateCredentialReport')
  })

  it('is judged again key by key: a key that was used since is kept', async () => {
    const world = await open()
    await planFirst(world)
    world.pass(DAY)
    keyIn(world, 'b').lastUsed = { at: world.ports.now(), service: 's3', region: 'eu-west-1' } as never
    const run = await apply(world)
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Active'] })
    expect(run.record?.counts).toMatchObject({ deactivated: 1, skipped: 1 })
  })

  it('is judged by a newer report of the store too: a key that it shows inactive, and that is Active again, is kept', async () => {
    const world = await open()
    await planFirst(world)
    world.pass(DAY)
    // By hand, and CloudTrail is silent.
    keyIn(world, 'b').status = 'Inactive'
    await world.run({ runId: 'between', input: { mode: 'plan' } })
    keyIn(world, 'b').status = 'Active'
    world.pass(DAY)
    const run = await apply(world)
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Active'] })
    expect(run.record?.keys.find(({ user }) => user === 'b')).toMatchObject({ outcome: 'skipped' })
    // It is noted: the next run's report is held against one that shows it active.
    world.pass(DAY)
    expect((await world.run({ runId: 'next' })).record?.keys.find(({ user }) => user === 'b')).toMatchObject({
      row: 'in-use',
      values: { reactivated: true },
    })
  })

  it('is held against the caps of today: with approval "never" nothing is written', async () => {
    const world = await open()
    await planFirst(world)
    const run = await apply(world, { input: { approval: 'never', policy: { maxKeys: 1 } } })
    expect(run.record).toMatchObject({ status: 'over cap', counts: { deactivated: 0 } })
    expect(world.endpoint.writes).toEqual([])
  })

  it('is asked about where every plan is, and goes ahead without what is left out', async () => {
    const world = await open('{ mode: apply, approval: always }')
    await planFirst(world)
    const whenAsked = ({ decide, message }: ApprovalRequest) =>
      decide(
        eventOf({
          method: 'POST',
          path: '/runs/applied/decision',
          body: JSON.stringify({ plan: message.plan, answer: 'approve', leaveOut: [accessKeyId('a')] }),
        }),
      )
    const run = await apply(world, { whenAsked })
    expect(run.record).toMatchObject({
      decision: { answer: 'approve', by: APPROVER },
      counts: { deactivated: 1, skipped: 1 },
    })
    expect(outcomesOf(run)).toContainEqual(['a', 'skipped', outcomeReasonText({ why: 'left-out', by: APPROVER })])
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Inactive'] })
  })

  it('writes nothing in mode plan, and says what applying it would do', async () => {
    const world = await open('mode: plan')
    await planFirst(world)
    const run = await apply(world)
    expect(run.record).toMatchObject({ status: 'planned', ifApplied: { step: 'go' } })
    expect(world.endpoint.writes).toEqual([])
  })

  it('can be undone as any other run', async () => {
    const world = await open()
    await planFirst(world)
    await apply(world)
    const undo = await world.run({ runId: 'undo', input: { undo: { run: 'applied' } } })
    expect(undo.record).toMatchObject({ status: 'reactivated', counts: { reactivated: 2 } })
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Active'] })
  })

  it('deactivates nothing a second time', async () => {
    const world = await open()
    await planFirst(world)
    await apply(world)
    const writes = world.endpoint.writes.length
    const again = await world.run({ runId: 'again', input: { apply: { run: 'planned' } } })
    expect(again.record).toMatchObject({ status: 'nothing to do', counts: { skipped: 2 } })
    expect(world.endpoint.writes).toHaveLength(writes)
  })

  it('that was carried out and undone leaves the keys Active: somebody has reactivated them', async () => {
    const world = await open()
    await planFirst(world)
    await apply(world)
    await world.run({ runId: 'undo', input: { undo: { run: 'applied' } } })
    const again = await world.run({ runId: 'again', input: { apply: { run: 'planned' } } })
    expect(again.record?.counts).toMatchObject({ deactivated: 0, skipped: 2 })
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Active'] })
  })
})

describe('nothing is written, and the record names the plan,', () => {
  const refused = async (world: World, input: object) => {
    const written = world.endpoint.writes.length
    const run = await world.run({ runId: 'applied', input })
    expect(run.record).toMatchObject({ status: 'refused', error: { name: 'PlanRefused' }, counts: { deactivated: 0 } })
    expect(run.record?.error?.message).toContain('planned')
    expect(world.endpoint.writes).toHaveLength(written)
  }
  it('if it is older than 7 days', async () => {
    const world = await open()
    await planFirst(world)
    world.pass(7 * DAY + 1000)
    await refused(world, { apply: { run: 'planned' } })
  })
  it('if it is another one than was looked at', async () => {
    const world = await open()
    await planFirst(world)
    await refused(world, { apply: { run: 'planned', plan: 'f'.repeat(64) } })
  })
  it('if there is no such run', async () => {
    await refused(await open(), { apply: { run: 'planned' } })
  })
  it('if that run was an undo', async () => {
    const world = await open()
    await world.run()
    await world.run({ runId: 'planned', input: { undo: { run: 'run-1', keys: [accessKeyId('used-not')] } } })
    await refused(world, { apply: { run: 'planned' } })
  })
  it('if the plan was changed after it was written', async () => {
    const world = await open()
    await planFirst(world)
    const sha256 = hashIn(world)
    const { get } = world.ports.store
    world.ports.store.get = async (key) => {
      const text = await get(key)
      return key === 'runs/planned/plan.json' ? (text?.replace('"rule":"unused"', '"rule":"rotation"') ?? null) : text
    }
    await refused(world, { apply: { run: 'planned', plan: sha256 } })
  })
})
