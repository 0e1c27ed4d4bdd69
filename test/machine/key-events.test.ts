// What CloudTrail's event history says, through the whole machine: a key that somebody set Active is kept.
import { describe, expect, it } from '@jest/globals'
import { accessKeyId, newUser } from '../../demo/account.ts'
import { updateRecord } from '../../demo/trail.ts'
import { answerWith } from '../support/answer-with.ts'
import { errorWith } from '../support/error-facts.ts'
import { accountOf, daysAgo, keyIn, keyUsed, openWorld, statusesOf, type World } from '../support/world.ts'

const ALICE = 'arn:aws:iam::111122223333:user/alice'

/** Somebody sets a key Active, as CloudTrail has it. */
function setActive({ endpoint }: World, user: string, at: Date, fields: { denied?: boolean; userAgent?: string } = {}) {
  const key = endpoint.account.users.find(({ name }) => name === user)?.keys[0]
  const by = { arn: ALICE, userId: 'AIDAALICEALICEALICE1', accessKeyId: 'AKIAALICEALICEALICE1' }
  const update = { at, user, accessKeyId: key?.id ?? '', status: 'Active', by, ...fields }
  endpoint.account.trail.push(updateRecord(endpoint.account, update))
}

const lineOf = (run: Awaited<ReturnType<World['run']>>, user: string) =>
  run.record?.keys.find((key) => key.user === user)

describe('a key that somebody set Active', () => {
  it('a moment ago is kept, and the record says who and when', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200, back: 200 }) })
    setActive(world, 'back', daysAgo(3))
    const run = await world.run()
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], back: ['Active'] })
    expect(lineOf(run, 'back')).toMatchObject({
      verdict: 'kept',
      row: 'in-use',
      values: { since: '2026-09-08T12:00:00Z', reactivated: true, by: ALICE },
      staleOn: '2026-12-07',
      outcome: null,
    })
    expect(run.record).toMatchObject({
      counts: { stale: 1, deactivated: 1 },
      keyEvents: { witness: { complete: true }, otherSweepers: [] },
    })
  })

  it('a term ago is taken, and the record says since when it is idle and that it was reactivated', async () => {
    const world = await openWorld({
      account: accountOf({ back: 200 }),
      settings: '{ mode: apply, policy: { unusedDays: 45 } }',
    })
    setActive(world, 'back', daysAgo(50))
    const run = await world.run()
    expect(lineOf(run, 'back')).toMatchObject({
      outcome: 'deactivated',
      values: { since: '2026-02-23T12:00:00Z', reactivation: { at: '2026-07-23T12:00:00Z', by: ALICE } },
    })
  })

  it('later than now, because the clock of this machine is behind, is kept as unknown', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    setActive(world, 'idle', daysAgo(-2))
    const run = await world.run()
    expect(lineOf(run, 'idle')).toMatchObject({ row: 'unknown', values: { doubt: 'reactivated-in-future' } })
    expect(world.endpoint.writes).toEqual([])
  })

  it('by a call that was denied is taken: nothing happened to it', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    setActive(world, 'idle', daysAgo(3), { denied: true })
    await world.run()
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'] })
  })

  it('by an event that cannot be read is kept as unknown', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    setActive(world, 'idle', daysAgo(3))
    for (const event of world.endpoint.account.trail) event.text = event.text.replace('"Active"', '7')
    const run = await world.run()
    expect(lineOf(run, 'idle')).toMatchObject({ row: 'unknown', values: { doubt: 'key-event-unreadable' } })
    expect(world.endpoint.writes).toEqual([])
  })

  it('after our own run, by hand and with another store, is kept', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await world.run({ runId: 'run-1' })
    keyIn(world, 'idle').status = 'Active'
    setActive(world, 'idle', world.ports.now())
    // A store that knows nothing of the first run, as in a fresh checkout.
    const fresh = await openWorld({ account: world.endpoint.account })
    const run = await fresh.run({ runId: 'run-2' })
    expect(lineOf(run, 'idle')).toMatchObject({ row: 'in-use', values: { by: ALICE } })
    expect(fresh.endpoint.writes).toEqual([])
  })
})

describe('while a plan waits for an answer', () => {
  const settings = '{ mode: apply, approval: always }'

  it('of over an hour, what happens to a key is read before anything is written', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200, back: 200 }), settings })
    const run = await world.run({
      whenAsked: async (asked) => {
        world.pass(2 * 60 * 60_000)
        setActive(world, 'back', new Date(world.ports.now().getTime() - 60_000))
        await answerWith({})(asked)
      },
    })
    expect(run.path).toEqual(expect.arrayContaining(['Events too old?']))
    expect(run.path.filter((state) => state === 'Read key events')).toHaveLength(2)
    expect(lineOf(run, 'back')).toMatchObject({
      verdict: 'stale',
      outcome: 'skipped',
      outcomeReason: expect.stringContaining(ALICE),
    })
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], back: ['Active'] })
  })

  it('of less than an hour, the events of the plan count', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings })
    const run = await world.run({ whenAsked: answerWith({}) })
    expect(run.path.filter((state) => state === 'Read key events')).toHaveLength(1)
    expect(run.record).toMatchObject({ status: 'deactivated' })
  })

  it('and the history cannot be read then, a run that requires it writes nothing', async () => {
    const world = await openWorld({
      account: accountOf({ idle: 200 }),
      settings: '{ mode: apply, approval: always, keyEvents: required }',
    })
    world.endpoint.fault({ action: 'LookupEvents', nth: 2, kind: 'error', error: 'AccessDenied' })
    const run = await world.run({
      whenAsked: async (asked) => {
        world.pass(2 * 60 * 60_000)
        await answerWith({})(asked)
      },
    })
    expect(run.record).toMatchObject({ status: 'refused', error: { name: 'NoSecondWitness' } })
    expect(world.endpoint.writes).toEqual([])
  })
})

it('a stored plan is carried out without a key that somebody reactivated since', async () => {
  const world = await openWorld({ account: accountOf({ idle: 200, back: 200 }) })
  const { record } = await world.run({ runId: 'planned', input: { mode: 'plan' } })
  setActive(world, 'back', world.ports.now())
  world.pass(60_000)
  const input = { apply: { run: 'planned', plan: record?.plan?.sha256 } }
  const run = await world.run({ runId: 'applied', input })
  expect(run.path).toEqual(expect.arrayContaining(['Read key events', 'Take stored plan']))
  expect(lineOf(run, 'back')).toMatchObject({ outcome: 'skipped', outcomeReason: expect.stringContaining(ALICE) })
  expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], back: ['Active'] })
})

describe('without a second witness', () => {
  it('the run continues, and the record says so', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    world.endpoint.fault({ action: 'LookupEvents', kind: 'error', error: 'AccessDenied' })
    const { record } = await world.run()
    expect(record).toMatchObject({
      status: 'deactivated',
      keyEvents: { witness: { complete: false, why: 'denied', detail: expect.stringContaining('LookupEvents') } },
    })
  })

  it('a run that requires one ends refused, by name, with zero writes', async () => {
    const world = await openWorld({
      account: accountOf({ idle: 200 }),
      settings: '{ mode: apply, keyEvents: required }',
    })
    world.endpoint.fault({ action: 'LookupEvents', kind: 'html' })
    const { result, record } = await world.run()
    expect(result).toMatchObject({ status: 'FAILED', error: 'NoSecondWitness' })
    expect(record).toMatchObject({
      status: 'refused',
      error: errorWith('NoSecondWitness', 'keyEvents: required'),
      plan: null,
    })
    expect(world.endpoint.writes).toEqual([])
  })

  it('a function that is called past the machine writes nothing where one is required', async () => {
    const world = await openWorld({
      account: accountOf({ idle: 200 }),
      settings: '{ mode: apply, keyEvents: required }',
    })
    const { list } = world.ports.store
    let deactivating = false
    world.ports.store.list = async (prefix) => (deactivating && prefix.endsWith('/events/') ? [] : list(prefix))
    const { record } = await world.run({
      onEvent: (event) => {
        deactivating ||= event.type === 'StateEntered' && event.state === 'Deactivate keys'
        deactivating &&= !(event.type === 'StateEntered' && event.state === 'Write record')
      },
    })
    expect(record?.keys.find(({ user }) => user === 'idle')).toMatchObject({
      outcome: 'failed',
      outcomeReason: expect.stringContaining('NoSecondWitness'),
    })
    expect(world.endpoint.writes).toEqual([])
  })
})

it('another keysweep with another store is named in the record', async () => {
  const world = await openWorld({
    account: accountOf({ idle: 200 }, [newUser('other', { keys: [keyUsed('other', 200)] })]),
  })
  const userAgent = 'aws-sdk-js/3 keysweep/0.2.0 keysweep-store/s3%3A%2F%2Fteam-b keysweep-run/r-7'
  setActive(world, 'other', daysAgo(1), { userAgent })
  const { record } = await world.run()
  expect(record?.keyEvents?.otherSweepers).toEqual([
    {
      version: '0.2.0',
      store: 's3://team-b',
      runs: ['r-7'],
      accessKeyIds: [accessKeyId('other')],
      lastAt: '2026-09-10T12:00:00Z',
    },
  ])
})
