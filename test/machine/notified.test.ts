// Who hears of a run's end, and what: programs by events, people by a message. At least once, and never at the expense of
// the record.
import { describe, expect, it } from '@jest/globals'
import { NoticeFailed } from '../../core/model/errors.ts'
import { DETAILS } from '../../core/notify/event-schemas.ts'
import { newUser } from '../../demo/account.ts'
import { makeWriteRecord } from '../../functions/write-record.ts'
import { runKey, tokenPrefix } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { eventOf } from '../support/waiting.ts'
import {
  type ApprovalRequest,
  accountOf,
  keyUsed,
  openWorld,
  PASS,
  type RunOptions,
  statusesOf,
  type World,
} from '../support/world.ts'

const answerWith =
  (answer: 'approve' | 'reject') =>
  ({ decide, message }: ApprovalRequest) =>
    decide(
      eventOf({
        method: 'POST',
        path: `/runs/${message.runId}/decision`,
        body: JSON.stringify({ plan: message.plan, answer }),
      }),
    )

/** Each event as its type, its user, and its status if it has one. */
const shown = ({ told }: World) =>
  told.events.map(({ type, detail }) => [type, 'user' in detail ? detail.user : detail.status])
const idsOf = ({ told }: World) => told.events.map(({ detail }) => detail.id)

const APPLY = 'mode: apply'
const ASK = '{ mode: apply, approval: always }'

interface End {
  settings?: string
  run?: RunOptions
  fault?: (world: World) => void
  events: [string, string][]
  message: object
}

const denied = (world: World) =>
  void world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' })
const cutReport = (world: World) =>
  void world.endpoint.fault({ action: 'GetCredentialReport', kind: 'edited report', edit: (csv) => csv.slice(0, 300) })
const beside = (world: World) => void Object.assign(world.ports, { otherOpenRun: async () => 'run-0' })

const unheard = (world: World) => void Object.assign(world.ports, { unheardTopic: async () => 'arn:aws:sns:::topic' })

const SOON: [string, string] = ['Key Will Become Stale', 'soon']
const expiring = [{ user: 'soon', staleOn: '2026-09-21', owner: 'team-s' }]
const finished = (status: string, more = {}) => ({ kind: 'run finished', status, error: null, expiring, ...more })
const failed = (status: string, name: string, more = {}) => ({ kind: 'run failed', status, error: { name }, ...more })

const ENDS: Record<string, End> = {
  deactivated: {
    events: [['Key Deactivated', 'idle'], SOON, ['Run Finished', 'deactivated']],
    message: finished('deactivated', { counts: { deactivated: 1, stale: 1 } }),
  },
  planned: {
    settings: 'mode: plan',
    events: [SOON, ['Run Finished', 'planned']],
    message: finished('planned', { counts: { stale: 1, deactivated: 0 } }),
  },
  'over cap': {
    settings: '{ mode: apply, approval: never, policy: { maxKeys: 0 } }',
    events: [SOON, ['Run Finished', 'over cap']],
    message: finished('over cap'),
  },
  approved: {
    settings: ASK,
    run: { whenAsked: answerWith('approve') },
    events: [['Key Deactivated', 'idle'], SOON, ['Run Finished', 'deactivated']],
    message: finished('deactivated'),
  },
  rejected: {
    settings: ASK,
    run: { whenAsked: answerWith('reject') },
    events: [SOON, ['Run Finished', 'rejected']],
    message: finished('rejected'),
  },
  expired: {
    settings: ASK,
    events: [SOON, ['Run Finished', 'expired']],
    message: failed('expired', 'ApprovalExpired'),
  },
  'some keys failed': {
    fault: denied,
    events: [SOON, ['Run Finished', 'some keys failed']],
    message: failed('some keys failed', 'SomeKeysFailed', { counts: { failed: 1, deactivated: 0 } }),
  },
  'refused for its input': {
    run: { input: { dryRun: true } },
    events: [['Run Finished', 'refused']],
    message: failed('refused', 'InputRefused', { account: null, expiring: [] }),
  },
  'refused for its report': {
    fault: cutReport,
    events: [['Run Finished', 'refused']],
    message: failed('refused', 'ReportRefused', { account: '111122223333', expiring: [] }),
  },
  'refused because nobody listens': {
    settings: ASK,
    fault: unheard,
    events: [['Run Finished', 'refused']],
    message: failed('refused', 'NobodyListens', { account: '111122223333', expiring: [] }),
  },
  'switched off': {
    settings: 'mode: off',
    events: [['Run Finished', 'switched off']],
    message: finished('switched off', { expiring: [] }),
  },
  'another run is open': {
    fault: beside,
    events: [['Run Finished', 'another run is open']],
    message: finished('another run is open', { expiring: [] }),
  },
}

const account = () =>
  accountOf({ idle: 200, used: 1 }, [newUser('soon', { keys: [keyUsed('soon', 80)], tags: { owner: 'team-s' } })])

async function endOf({ settings = APPLY, run = {}, fault = () => {} }: Partial<End>) {
  const world = await openWorld({ account: account(), settings })
  fault(world)
  return { world, ...(await world.run(run)) }
}

describe.each(Object.entries(ENDS))('a run that ends as %s', (_, end) => {
  it('is announced to programs and people, after its record is stored', async () => {
    const { world } = await endOf(end)
    expect(shown(world)).toEqual(end.events)
    expect(world.told.ends).toMatchObject([
      { runId: 'run-1', command: expect.stringContaining('show run-1'), ...end.message },
    ])
    for (const { type, detail } of world.told.events) expect(DETAILS[type].strict().parse(detail)).toEqual(detail)
  })
})

describe('other ends', () => {
  it('a run that nobody would hear of says so in its record, and changes no key', async () => {
    const { world, record } = await endOf({ settings: ASK, fault: unheard })
    expect(record).toMatchObject({ status: 'refused', error: { name: 'NobodyListens' }, plan: null, keys: [] })
    expect(record?.error).toEqual(errorWith('NobodyListens', 'run-1', 'arn:aws:sns:::topic'))
    expect(statusesOf(world)).toEqual(statusesOf(await openWorld({ account: account() })))
  })
  it('an undo tells of the keys that are back', async () => {
    const { world } = await endOf({})
    world.told.events.length = 0
    await world.run({ runId: 'run-2', input: { undo: { run: 'run-1' } } })
    expect(shown(world)).toEqual([
      ['Key Reactivated', 'idle'],
      ['Run Finished', 'reactivated'],
    ])
  })
  it('an execution whose run id is taken is announced by itself, and not by the other’s record', async () => {
    const { world } = await endOf({})
    const [first] = [world.told.events.at(-1)?.detail.id]
    world.told.events.length = 0
    world.pass(1000)
    await world.run()
    expect(shown(world)).toEqual([['Run Finished', 'refused']])
    expect(idsOf(world)).not.toContain(first)
    expect(world.told.ends.at(-1)).toMatchObject({ kind: 'run failed', error: { name: 'RunIdTaken' } })
  })
  it('a warning has the same id the next day, so that repeats can be dropped', async () => {
    const { world } = await endOf({})
    world.pass(24 * 60 * 60 * 1000)
    await world.run({ runId: 'run-2' })
    const warnings = world.told.events.filter(({ type }) => type === 'Key Will Become Stale')
    expect(warnings.map(({ detail }) => detail.runId)).toEqual(['run-1', 'run-2'])
    expect(new Set(warnings.map(({ detail }) => detail.id)).size).toBe(1)
  })
  it('a user who is exempt by a tag is not warned of', async () => {
    const tags = { 'keysweep-exempt': 'break glass' }
    const world = await openWorld({ account: accountOf({}, [newUser('soon', { keys: [keyUsed('soon', 80)], tags })]) })
    await world.run()
    expect(shown(world)).toEqual([['Run Finished', 'nothing to do']])
  })
})

/** Telling that fails so often, and then does not. */
const down = (times: number, name: 'publish' | 'notifyOutcome') => (world: World) => {
  const tell = world.ports[name] as (told: unknown) => Promise<void>
  let calls = 0
  Object.assign(world.ports, {
    [name]: async (told: unknown) => {
      calls += 1
      if (calls <= times) throw new NoticeFailed('Not sent: it is down')
      await tell(told)
    },
  })
}
const TO_THE_END = ['Write record', 'Notify again', 'How did it end?']

describe('telling that fails', () => {
  it('at first is tried again, with the same ids, and the record is stored at the first attempt', async () => {
    let stood: string | null = null
    const { world, path, record } = await endOf({
      fault: (world) => {
        down(2, 'notifyOutcome')(world)
        const { publish } = world.ports
        Object.assign(world.ports, {
          publish: async (events: never) => {
            stood ??= await world.ports.store.get(runKey('run-1', 'record.json'))
            await publish(events)
          },
        })
      },
    })
    expect(JSON.parse(stood ?? 'null')).toEqual(record)
    expect(path.slice(-3)).toEqual(['Write record', 'How did it end?', 'Done'])
    expect(world.told.ends).toHaveLength(1)
    const ids = idsOf(world)
    expect(ids).toHaveLength(9)
    expect(new Set(ids).size).toBe(3)
  })
  it('to people comes after the events, so that a retry does not mail twice', async () => {
    const { world } = await endOf({ fault: down(3, 'publish') })
    expect(world.told.ends).toHaveLength(1)
  })
  it.each([
    ['a bus', 'publish'],
    ['a topic', 'notifyOutcome'],
  ] as const)(
    'permanently, by %s that was deleted, leaves a good run good, and the other way open',
    async (_, name) => {
      const { world, result, path, record } = await endOf({ fault: down(Number.POSITIVE_INFINITY, name) })
      expect(result.status).toBe('SUCCEEDED')
      expect(path.slice(-4)).toEqual([...TO_THE_END, 'Done'])
      expect(record?.status).toBe('deactivated')
      expect(name === 'publish' ? world.told.ends.length : new Set(idsOf(world)).size).toBe(name === 'publish' ? 1 : 3)
    },
  )
  it('permanently leaves a failed run failed, with its own error', async () => {
    const { result, path } = await endOf({
      fault: (world) => {
        denied(world)
        down(Number.POSITIVE_INFINITY, 'publish')(world)
        down(Number.POSITIVE_INFINITY, 'notifyOutcome')(world)
      },
    })
    expect(result).toMatchObject({ status: 'FAILED', error: 'SomeKeysFailed' })
    expect(path.slice(-4)).toEqual([...TO_THE_END, 'Failed'])
  })
  it.each([
    ['at once', () => {}],
    ['beside a bus that is gone', down(Number.POSITIVE_INFINITY, 'publish')],
  ])('by a fault of our own is not taken for a topic that is down: %s', async (_, fault) => {
    const { result } = await endOf({
      fault: (world) => {
        const notifyOutcome = async () => Promise.reject(new TypeError('a fault of ours'))
        Object.assign(world.ports, { notifyOutcome })
        fault(world)
      },
    })
    expect(result).toMatchObject({ status: 'FAILED', error: 'TypeError' })
  })
  it.each([
    ['nobody who is missing', 0, 0],
    ['whom it does not reach', 1, 1],
  ])('is counted at the last attempt, by %s', async (_, times, count) => {
    const { world } = await endOf({})
    down(times, 'publish')(world)
    const { executionId, startedAt } = JSON.parse((await world.ports.store.get('runs/run-1/input.json')) ?? '')
    const last = { runId: 'run-1', executionId, startedAt, error: null, untold: true, pass: PASS }
    expect((await makeWriteRecord(world.ports)(last)).metrics).toMatchObject({
      NoticesFailed: count,
      KeysDeactivated: 1,
    })
  })
})

it('no task token is in any message or event', async () => {
  const world = await openWorld({ account: account(), settings: ASK })
  let token: string | null = null
  await world.run({
    whenAsked: async (asked) => {
      const [key = ''] = await world.ports.store.list(tokenPrefix('run-1'))
      token = await world.ports.store.get(key)
      await answerWith('approve')(asked)
    },
  })
  expect(token).toMatch(/.{20}/)
  expect(world.told.ends).toHaveLength(1)
  expect(JSON.stringify([world.told, world.messages])).not.toContain(token)
})
