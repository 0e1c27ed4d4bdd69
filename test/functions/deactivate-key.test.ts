// What Deactivate key comes to for one planned key: the facts of this moment count, and only what this run may have sent
// can be its own doing.

import { describe, expect, it } from '@jest/globals'
import { VERSION } from '../../core/model/manifest.ts'
import { EXEMPT_TAG } from '../../core/model/tags.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { planHash } from '../../core/run/plan.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId, findUser, newKey, newUser, usedAt } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { brakePort } from '../../functions/lambda/ports.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { UPDATE_SETTLED_MILLISECONDS } from '../../steps/change-status.ts'
import { readAttempts } from '../../steps/key-journal.ts'
import type { KeyOfRun } from '../../steps/key-outcome.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { policyOf } from '../support/facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { outcomeOf, PLANNED_INPUT, planFirstKey } from '../support/planned.ts'
import { decisionOf } from '../support/record-parts.ts'
import { RUN } from '../support/waiting.ts'
import { accountOf, DAY, daysAgo, keyIn, keyUsed, statusesOf } from '../support/world.ts'

type Planned = MemoryWorld & { event: KeyOfRun & { plan: string } }

/** A run that planned the only key of user `a`, idle for 200 days. */
async function planned(input: object = PLANNED_INPUT, others: Parameters<typeof accountOf>[1] = []): Promise<Planned> {
  const world = openMemoryWorld(accountOf(others.length > 0 ? {} : { a: 200 }, others))
  return { ...world, event: await planFirstKey(world, 'a', input) }
}

const deactivate = ({ ports, event }: Planned) => makeDeactivateKey(ports)(event)

/** The outcome that is noted: word, reason, and whether an update may have been sent. */
async function endOf(world: Planned) {
  await deactivate(world)
  const { outcome, reason, sent } = (await outcomeOf(world, world.event)) ?? {}
  return [outcome, reason, sent]
}

/** An earlier try noted its intent so long ago. */
async function triedBefore({ ports, event }: Planned, milliseconds: number, n: '' | '-2' = ''): Promise<void> {
  const intent = {
    ...event,
    action: 'deactivate',
    at: new Date(ports.now().getTime() - milliseconds).toISOString(),
    attempt: `a try${n}`,
  }
  await ports.store.put(accessKeyKey(event.accessKeyId, RUN, `intent${n}`), JSON.stringify(intent))
}

const aUser = ({ endpoint }: Planned) => {
  const user = findUser(endpoint.account, 'a')
  if (user === undefined) throw new TypeError('Expected user a, received none')
  return user
}

describe('a planned key of the caller who started the run', () => {
  const key = accessKeyId('a')
  it.each([
    ['that signed', { accessKeyId: key }],
    ['of the user who signed', { userName: 'a' }],
    ['that assumed the role', { sourceKeyIds: [key] }],
  ])('%s is kept at the write too, whatever credentials there are by then', async (_, caller) => {
    const world = await planned({ ...PLANNED_INPUT, caller: { ...PLANNED_INPUT.caller, ...caller } })
    const [outcome, reason, sent] = await endOf(world)
    expect([outcome, sent]).toEqual(['skipped', false])
    expect(reason).toEqual(factsIn('own'))
    expect(statusesOf(world).a).toEqual(['Active'])
  })
})

describe('a planned key', () => {
  it('that is still idle is deactivated, and its outcome says when', async () => {
    const world = await planned()
    expect(await deactivate(world)).toEqual({ accessKeyId: world.event.accessKeyId, outcome: 'deactivated' })
    expect(statusesOf(world).a).toEqual(['Inactive'])
    expect(await outcomeOf(world, world.event)).toEqual({
      keysweep: VERSION,
      runId: RUN,
      user: 'a',
      accessKeyId: world.event.accessKeyId,
      outcome: 'deactivated',
      reason: null,
      sent: true,
      at: '2026-09-11T12:00:00.000Z',
    })
  })

  it('of another plan than the machine was handed is not touched', async () => {
    const world = await planned()
    const event = { ...world.event, plan: '0'.repeat(64) }
    await expect(deactivate({ ...world, event })).rejects.toThrow(
      errorWith('PlanRefused', 'sha256', event.plan, `${world.event.plan}`),
    )
    expect(world.endpoint.writes).toEqual([])
  })

  it('without the hash of its plan, as an earlier definition handed it on, is deactivated as well', async () => {
    const world = await planned()
    const { plan: _, ...event } = world.event
    expect(await makeDeactivateKey(world.ports)(event)).toMatchObject({ outcome: 'deactivated' })
  })

  it.each<[string, (world: Planned) => unknown, string]>([
    ['was deleted', (world) => aUser(world).keys.splice(0), outcomeReasonText({ why: 'key-deleted' })],
    ['lost its user', ({ endpoint }) => endpoint.account.users.splice(1), outcomeReasonText({ why: 'key-deleted' })],
    [
      'was deactivated by another hand',
      (world) => Object.assign(keyIn(world, 'a'), { status: 'Inactive' }),
      'not active: Inactive',
    ],
    ['was used since', (world) => Object.assign(keyIn(world, 'a'), { lastUsed: usedAt(daysAgo(0.01)) }), 'in use'],
    [
      'was exempted by a tag since',
      (world) => Object.assign(aUser(world).tags, { [EXEMPT_TAG]: 'payroll' }),
      'exempt: payroll',
    ],
  ])('that %s is left as it is', async (_, since, reason) => {
    const world = await planned()
    since(world)
    expect(await endOf(world)).toEqual(['skipped', reason, false])
    expect(world.endpoint.writes).toEqual([])
    expect([...world.objects.keys()].filter((key) => key.includes('intent'))).toEqual([])
  })

  it('that was deleted, of a user who has another key, is left as it is', async () => {
    const keys = [keyUsed('a', 200), keyUsed('a/2', 200)]
    const world = await planned(PLANNED_INPUT, [newUser('a', { keys })])
    aUser(world).keys.splice(0, 1)
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'key-deleted' }), false])
  })

  it('is taken with the role to deactivate, for its user, and is listed twice in the run store before', async () => {
    const world = await planned()
    const { iamOf, store } = world.ports
    const asked: unknown[] = []
    world.ports.iamOf = (run, use) => {
      asked.push(run.account, use)
      return iamOf(run, use)
    }
    const { list } = store
    world.ports.store.list = async (prefix) => {
      if (prefix.startsWith('keys/') && world.endpoint.writes.length === 0) asked.push(prefix)
      return list(prefix)
    }
    await deactivate(world)
    const key = `keys/${world.event.accessKeyId}/`
    expect(asked).toEqual(['111122223333', { role: 'deactivate', user: 'a' }, key, key])
  })

  it('whose user was moved under an exempt path after the report is left as it is', async () => {
    const input = { ...PLANNED_INPUT, policy: policyOf({ exemptPaths: ['/service/'] }) }
    const world = await planned(input)
    aUser(world).path = '/service/'
    expect(await endOf(world)).toEqual(['skipped', 'exempt: path /service/', false])
  })

  it('whose user is exempt by what IAM says of the user, if not by the list of tags, is left as it is', async () => {
    const world = await planned()
    const createdAt = aUser(world).createdAt.toISOString()
    world.ports.iam.user = async () => ({ path: '/', createdAt, tags: { [EXEMPT_TAG]: 'payroll' } })
    expect(await endOf(world)).toEqual(['skipped', 'exempt: payroll', false])
  })

  it('that is older than its user by what IAM says of the user is left as it is', async () => {
    const world = await planned()
    aUser(world).createdAt = daysAgo(10)
    expect(await endOf(world)).toMatchObject(['skipped', factsIn('unknown'), false])
    expect(world.endpoint.writes).toEqual([])
  })

  it('whose user is deleted just before the write is skipped as deleted', async () => {
    const world = await planned()
    const { user } = world.ports.iam
    world.ports.iam.user = async (name) => {
      world.endpoint.account.users.splice(1)
      return user(name)
    }
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'key-deleted' }), false])
    expect([...world.objects.keys()].filter((key) => key.includes('intent'))).toEqual([])
  })

  it('is judged by itself, not by another key of its user', async () => {
    const keys = [keyUsed('a', 200), keyUsed('a/2', 1)]
    const world = await planned(PLANNED_INPUT, [newUser('a', { keys })])
    const { listAccessKeys } = world.ports.iam
    world.ports.iam.listAccessKeys = async (user) => (await listAccessKeys(user)).toReversed()
    expect(await endOf(world)).toEqual(['deactivated', null, true])
    expect(statusesOf(world).a).toEqual(['Inactive', 'Active'])
  })

  it('with a stored outcome is not looked at again', async () => {
    const world = await planned()
    await deactivate(world)
    keyIn(world, 'a').status = 'Active'
    world.ports.iam.listAccessKeys = async () => {
      throw new TypeError('nobody is to ask')
    }
    expect(await deactivate(world)).toEqual({ accessKeyId: world.event.accessKeyId, outcome: 'deactivated' })
    expect(world.endpoint.writes).toHaveLength(1)
  })
})

describe('a machine that sleeps after the key was read', () => {
  const MINUTE = 60_000
  /** It sleeps as soon as this call has been answered. */
  const sleepAfter = (
    world: Planned,
    call: 'listAccessKeys' | 'lastUsed' | 'user' | 'intent',
    milliseconds: number,
  ) => {
    const { iam, store } = world.ports
    const slept = async <T>(answer: Promise<T>): Promise<T> => {
      const got = await answer
      world.pass(milliseconds)
      return got
    }
    const { listAccessKeys, lastUsed, user } = iam
    const { put } = store
    if (call === 'listAccessKeys') iam.listAccessKeys = (name) => slept(listAccessKeys(name))
    if (call === 'lastUsed') iam.lastUsed = (id, name) => slept(lastUsed(id, name))
    if (call === 'user') iam.user = (name) => slept(user(name))
    if (call === 'intent')
      store.put = (key, text) => (key.endsWith('.intent.json') ? slept(put(key, text)) : put(key, text))
  }

  it.each(['listAccessKeys', 'lastUsed', 'user', 'intent'] as const)(
    'for more than 5 minutes sends no update, because the key may be in use by then: after %s',
    async (call) => {
      const world = await planned()
      sleepAfter(world, call, 5 * MINUTE + 1)
      await expect(deactivate(world)).rejects.toThrow(errorWith('ClockRefused', '5 minutes'))
      expect(world.endpoint.writes).toEqual([])
      const { sent } = await readAttempts(world.ports.store, RUN, world.event.accessKeyId)
      expect(sent).toBe(false)
    },
  )
  it('for 5 minutes does', async () => {
    const world = await planned()
    sleepAfter(world, 'intent', 5 * MINUTE)
    expect(await endOf(world)).toEqual(['deactivated', null, true])
  })
})

describe('a key that is old as well as idle', () => {
  const rotating = { ...PLANNED_INPUT, policy: policyOf({ rotationDays: 300 }) }
  const user = () =>
    newUser('a', {
      keys: [
        newKey(accessKeyId('a'), daysAgo(365), { lastUsed: usedAt(daysAgo(200)) }),
        newKey(accessKeyId('a/2'), daysAgo(10), { lastUsed: usedAt(daysAgo(1)) }),
      ],
    })

  /** The plan holds the key under another rule. */
  const plannedAs = async (rule: PlannedKey['rule']) => {
    const world = await planned(rotating, [user()])
    const { plan: _, ...event } = world.event
    const at = runKey(RUN, 'plan.json')
    const plan = JSON.parse(world.objects.get(at) ?? '')
    world.objects.set(at, JSON.stringify({ ...plan, keys: [{ ...plan.keys[0], rule }] }))
    return { ...world, event: event as Planned['event'] }
  }

  it('and is used again is left as it is: for its age alone a person would have been asked', async () => {
    const world = await plannedAs('unused')
    keyIn(world, 'a').lastUsed = usedAt(daysAgo(0.01))
    expect(await endOf(world)).toEqual([
      'skipped',
      outcomeReasonText({ why: 'used-since-plan', planned: 'unused' }),
      false,
    ])
  })
  it('and was planned for its age is deactivated for it', async () => {
    const world = await plannedAs('rotation')
    keyIn(world, 'a').lastUsed = usedAt(daysAgo(0.01))
    expect(await endOf(world)).toEqual(['deactivated', null, true])
    expect(statusesOf(world).a).toEqual(['Inactive', 'Active'])
  })
  it('and was planned for its age is deactivated also where it is idle by now', async () => {
    expect(await endOf(await plannedAs('rotation'))).toEqual(['deactivated', null, true])
  })
})

describe('a key that an earlier attempt of this run may have reached', () => {
  it('and that is Inactive now is deactivated, without a second write or a second look', async () => {
    const world = await planned()
    await triedBefore(world, 60_000)
    keyIn(world, 'a').status = 'Inactive'
    const { listAccessKeys } = world.ports.iam
    let looks = 0
    world.ports.iam.listAccessKeys = async (user) => {
      looks += 1
      return listAccessKeys(user)
    }
    expect(await endOf(world)).toEqual(['deactivated', null, true])
    expect(looks).toBe(1)
    expect(world.endpoint.writes).toEqual([])
  })

  it('and that was deleted is reported as not confirmed: nobody saw the update take effect', async () => {
    const world = await planned()
    await triedBefore(world, 60_000)
    aUser(world).keys.splice(0)
    expect(await endOf(world)).toEqual([
      'failed',
      outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
      true,
    ])
  })

  it('and whose user was deleted likewise', async () => {
    const world = await planned()
    await triedBefore(world, 60_000)
    world.endpoint.account.users.splice(1)
    expect(await endOf(world)).toEqual([
      'failed',
      outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
      true,
    ])
  })

  it.each<[string, number, string, string | null, number]>([
    ['again while that update may still be on its way', UPDATE_SETTLED_MILLISECONDS - 1, 'deactivated', null, 1],
    [
      'no more once it has settled',
      UPDATE_SETTLED_MILLISECONDS,
      'skipped',
      outcomeReasonText({ why: 'reactivated-since' }),
      0,
    ],
  ])('is written %s', async (_, milliseconds, outcome, reason, writes) => {
    const world = await planned()
    await triedBefore(world, milliseconds)
    expect(await endOf(world)).toEqual([outcome, reason, true])
    expect(world.endpoint.writes).toHaveLength(writes)
  })

  it('is timed by the newest attempt', async () => {
    const world = await planned()
    await triedBefore(world, UPDATE_SETTLED_MILLISECONDS + 60_000)
    await triedBefore(world, 60_000, '-2')
    expect(await endOf(world)).toEqual(['deactivated', null, true])
  })

  it.each([
    ['and is in use: the update shows late, and then it was this run', 'deactivated', null],
    ['and is in use: the update never shows', 'skipped', 'in use'],
  ])('%s', async (_, outcome, reason) => {
    const world = await planned()
    await triedBefore(world, 60_000)
    const key = keyIn(world, 'a')
    key.lastUsed = usedAt(daysAgo(0.01))
    const { pause } = world.ports
    world.ports.pause = async (milliseconds) => {
      if (outcome === 'deactivated' && milliseconds === 1000) key.status = 'Inactive'
      return pause(milliseconds)
    }
    expect(await endOf(world)).toEqual([outcome, reason, true])
    expect(world.endpoint.writes).toEqual([])
  })

  it('is not waited for where no update was sent', async () => {
    const world = await planned()
    keyIn(world, 'a').lastUsed = usedAt(daysAgo(0.01))
    await deactivate(world)
    expect(world.pauses).toEqual([])
  })
})

describe('a key under the brake', () => {
  const off = (world: Planned): Planned => ({ ...world, ports: { ...world.ports, deployedMode: () => 'off' } })

  it('is left as it is, whatever its run was started as, and IAM is not asked', async () => {
    const world = off(await planned())
    world.ports.iam.listAccessKeys = async () => {
      throw new TypeError('nobody is to ask')
    }
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'switched-off' }), false])
    expect(world.endpoint.writes).toEqual([])
    expect([...world.objects.keys()].filter((key) => key.includes('intent'))).toEqual([])
  })

  it('keeps its outcome once the brake is off again', async () => {
    const world = await planned()
    await deactivate(off(world))
    expect(await deactivate(world)).toMatchObject({ outcome: 'skipped' })
    expect(world.endpoint.writes).toEqual([])
  })

  it.each([
    ['took effect is deactivated', 'Inactive', ['deactivated', null]],
    [
      'is not seen to take effect is not confirmed',
      'Active',
      ['failed', outcomeReasonText({ why: 'not-confirmed', because: { why: 'switched-off' } })],
    ],
  ] as const)('whose update was sent before, and %s', async (_, status, end) => {
    const world = off(await planned())
    await triedBefore(world, 60_000)
    keyIn(world, 'a').status = status
    expect(await endOf(world)).toEqual([...end, true])
    expect(world.endpoint.writes).toEqual([])
  })

  it('that is outside the plan is refused, as always', async () => {
    const world = off(await planned())
    const event = { ...world.event, accessKeyId: accessKeyId('operator') }
    await expect(deactivate({ ...world, event })).rejects.toThrow(expect.objectContaining({ name: 'PlanRefused' }))
  })

  it('whose function does not know the deployed mode fails, and nothing is sent', async () => {
    const world = await planned()
    const ports = { ...world.ports, ...brakePort({}) }
    await expect(deactivate({ ...world, ports })).rejects.toThrow(errorWith('SettingsRefused', 'KEYSWEEP_MODE'))
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('a clock', () => {
  it.each([
    ["of a run that asks nobody is held against the run's start", PLANNED_INPUT, "the run's start", 2],
    [
      'of a run that was approved against the approval',
      { ...PLANNED_INPUT, startedAt: daysAgo(7).toISOString() },
      "the plan's approval",
      1,
    ],
  ])('%s', async (_, input, what, days) => {
    const approved = what === "the plan's approval"
    const world = openMemoryWorld(accountOf({ a: 200 }))
    const { plan: __, ...event } = await planFirstKey(world, 'a', input)
    if (approved) await approve(world)
    world.pass(days * DAY - 60_000)
    expect((await outcomeAt(world, event)).outcome).toBe('deactivated')
    const late = openMemoryWorld(accountOf({ a: 200 }))
    await planFirstKey(late, 'a', input)
    if (approved) await approve(late)
    late.pass(days * DAY + 1)
    await expect(outcomeAt(late, event)).rejects.toThrow(errorWith('ClockRefused', days, what))
    expect(late.endpoint.writes).toEqual([])
  })

  const outcomeAt = ({ ports }: MemoryWorld, event: KeyOfRun) => makeDeactivateKey(ports)(event)

  /** Makes the plan one that a person was asked about, and said yes to. */
  async function approve({ objects, ports }: MemoryWorld): Promise<void> {
    const at = runKey(RUN, 'plan.json')
    const text = JSON.stringify({ ...JSON.parse(objects.get(at) ?? ''), next: 'approval' })
    objects.set(at, text)
    const decision = decisionOf({ plan: planHash(text), at: ports.now().toISOString() })
    objects.set(runKey(RUN, 'decision.json'), JSON.stringify(decision))
  }
})
