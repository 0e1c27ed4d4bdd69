// A key that somebody reactivated by hand, where CloudTrail is silent: the report of the run before showed it inactive.
import { expect, it } from '@jest/globals'
import { newKey } from '../../demo/account.ts'
import { accountOf, DAY, keyIn, openWorld, type Run, statusesOf } from '../support/world.ts'

const lineOf = ({ record }: Run, user: string) => record?.keys.find((key) => key.user === user)

async function open() {
  const world = await openWorld({ account: accountOf({ idle: 200, back: 200 }) })
  // Deactivated by hand, long ago: no run of this store did it.
  keyIn(world, 'back').status = 'Inactive'
  await world.run({ runId: 'monday' })
  keyIn(world, 'back').status = 'Active'
  world.pass(DAY)
  return world
}

/** It is deactivated and reactivated by hand once more. A run sees each. */
async function onceMore(world: Awaited<ReturnType<typeof open>>): Promise<void> {
  keyIn(world, 'back').status = 'Inactive'
  await world.run({ runId: 'inactive' })
  keyIn(world, 'back').status = 'Active'
  world.pass(DAY)
  await world.run({ runId: 'again' })
}

it('is kept for a full term from the run that sees it, and then taken, with when it was reactivated', async () => {
  const world = await open()
  const tuesday = await world.run({ runId: 'tuesday' })
  expect(lineOf(tuesday, 'back')).toMatchObject({
    row: 'in-use',
    values: { reactivated: true, since: expect.stringMatching(/^2026-09-12T12:/) },
  })
  world.pass(DAY)
  // The report of Tuesday showed it active: what Tuesday's run noted still holds.
  expect(lineOf(await world.run({ runId: 'wednesday' }), 'back')).toMatchObject({ row: 'in-use' })
  expect(statusesOf(world)).toMatchObject({ back: ['Active'] })
  world.pass(90 * DAY)
  expect(lineOf(await world.run({ runId: 'later' }), 'back')).toMatchObject({
    outcome: 'deactivated',
    values: { since: '2026-02-23T12:00:00Z', reactivation: { at: expect.stringMatching(/^2026-09-12T12:/), by: null } },
  })
})

it('is kept also if the run before it stopped after it had stored its report', async () => {
  const world = await open()
  const heal = world.endpoint.fault({ action: 'ListAccessKeys', kind: 'error', error: 'AccessDenied' })
  const broken = await world.run({ runId: 'broken' })
  expect(broken.record).toMatchObject({ status: 'refused', plan: null })
  heal()
  world.pass(DAY)
  expect(lineOf(await world.run({ runId: 'wednesday' }), 'back')).toMatchObject({ row: 'in-use' })
})

it('is kept for a full term also if its last use was recent on the day on which it was reactivated', async () => {
  const world = await openWorld({ account: accountOf({ idle: 200, back: 40 }) })
  keyIn(world, 'back').status = 'Inactive'
  await world.run({ runId: 'monday' })
  keyIn(world, 'back').status = 'Active'
  world.pass(DAY)
  expect(lineOf(await world.run({ runId: 'tuesday' }), 'back')).toMatchObject({ values: { reactivated: true } })
  // Unused for 90 days by its last use, and reactivated 60 days ago.
  world.pass(60 * DAY)
  expect(lineOf(await world.run({ runId: 'later' }), 'back')).toMatchObject({ row: 'in-use' })
  expect(statusesOf(world)).toMatchObject({ back: ['Active'] })
  world.pass(30 * DAY)
  expect(lineOf(await world.run({ runId: 'last' }), 'back')).toMatchObject({ outcome: 'deactivated' })
})

it('is kept for a full term anew if it was deactivated and reactivated by hand once more', async () => {
  const world = await open()
  await world.run({ runId: 'tuesday' })
  world.pass(85 * DAY)
  await onceMore(world)
  world.pass(10 * DAY)
  expect(lineOf(await world.run({ runId: 'later' }), 'back')).toMatchObject({ row: 'in-use' })
})

it('is kept for a full term anew also if keysweep had deactivated it before', async () => {
  const world = await openWorld({ account: accountOf({ back: 200 }) })
  await world.run({ runId: 'taken' })
  keyIn(world, 'back').status = 'Active'
  world.pass(DAY)
  await world.run({ runId: 'seen' })
  world.pass(80 * DAY)
  await onceMore(world)
  world.pass(20 * DAY)
  expect(lineOf(await world.run({ runId: 'later' }), 'back')).toMatchObject({ row: 'in-use' })
})

it('is not one whose slot has another number now, because its user has a new key', async () => {
  const world = await openWorld({ account: accountOf({ rotated: 60 }) })
  await world.run({ runId: 'monday' })
  world.pass(31 * DAY)
  // The report shows the newer key first.
  const key = newKey('AKIANEWNEWNEWNEWNEWN', new Date(world.ports.now()))
  world.endpoint.account.users.find(({ name }) => name === 'rotated')?.keys.push(key)
  world.pass(DAY)
  expect((await world.run({ runId: 'later' })).record?.counts).toMatchObject({ deactivated: 1 })
  expect(statusesOf(world)).toMatchObject({ rotated: ['Inactive', 'Active'] })
})
