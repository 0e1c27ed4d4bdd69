// What Reactivate key comes to for one key of an undo: only what the undone run took, and nobody has touched since.

import { describe, expect, it } from '@jest/globals'
import { IamDenied, UpdateNotConfirmed } from '../../core/model/errors.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId } from '../../demo/account.ts'
import { makeReactivateKey } from '../../functions/reactivate-key.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { UPDATE_SETTLED_MILLISECONDS } from '../../steps/change-status.ts'
import { errorWith } from '../support/error-facts.ts'
import { policyOf } from '../support/facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { outcomeOf } from '../support/planned.ts'
import { decisionOf } from '../support/record-parts.ts'
import { intentOf, keyOutcomeOf, textOfPlan } from '../support/stored.ts'
import { inputOf, plannedKeyOf } from '../support/waiting.ts'
import { accountOf, keyIn, statusesOf } from '../support/world.ts'

const ID = accessKeyId('a')
const EVENT = { runId: 'undo-1', user: 'a', accessKeyId: ID }

/** An undo of run-1, which noted its intent for the key of user `a` so long ago and, unless it broke off, an outcome. */
function undoing({ status = 'Inactive', agoMilliseconds = 3_600_000, brokeOff = false } = {}): MemoryWorld {
  const world = openMemoryWorld(accountOf({ a: 200 }))
  keyIn(world, 'a').status = status
  const keys = [plannedKeyOf(1, { user: 'a', accessKeyId: ID })]
  const undo = { runId: 'undo-1', run: 'run-1', createdAt: world.ports.now().toISOString(), keys }
  world.objects.set(runKey('undo-1', 'undo.json'), JSON.stringify(undo))
  const input = inputOf({ runId: 'undo-1', undo: { run: 'run-1', keys: null } })
  world.objects.set(runKey('undo-1', 'input.json'), JSON.stringify(input))
  writeRun1(world)
  note(world, 'run-1', 'intent', {}, agoMilliseconds)
  if (!brokeOff) note(world, 'run-1', 'outcome', {}, agoMilliseconds)
  return world
}

/** Input, plan and, with an answer, decision of run-1, which was to take the key. */
function writeRun1(
  { objects, ports }: MemoryWorld,
  { input = {}, plan = {}, decision = null as object | null } = {},
): void {
  const facts = {
    runId: 'run-1',
    account: '111122223333',
    mode: 'apply',
    approval: 'never',
    policy: policyOf(),
  } as const
  const planned = plannedKeyOf(1, { user: 'a', accessKeyId: ID })
  const at = new Date(ports.now().getTime() - 4 * 3_600_000)
  const text = textOfPlan({ ...makePlan({ ...facts, stale: [planned], activeKeys: 3 }, at), ...plan })
  objects.set(runKey('run-1', 'input.json'), JSON.stringify(inputOf({ runId: 'run-1', approval: 'never', ...input })))
  objects.set(runKey('run-1', 'plan.json'), text)
  const by = 'arn:aws:iam::111122223333:user/ann'
  const answer = decisionOf({ runId: 'run-1', plan: planHash(text), by, at: at.toISOString(), ...decision })
  if (decision !== null) objects.set(runKey('run-1', 'decision.json'), JSON.stringify(answer))
}

function note({ objects, ports }: MemoryWorld, runId: string, name: string, what: object, agoMilliseconds = 0): void {
  const at = new Date(ports.now().getTime() - agoMilliseconds).toISOString()
  const whole = name === 'outcome' ? keyOutcomeOf() : intentOf()
  objects.set(accessKeyKey(ID, runId, name), JSON.stringify({ ...whole, ...EVENT, runId, ...what, at }))
}

/** The outcome that is noted: word, reason, and whether an update may have been sent. */
async function endOf(world: MemoryWorld, fields: { isRunOver?: (runId: string) => Promise<boolean> } = {}) {
  await makeReactivateKey({ ...world.ports, ...fields })(EVENT)
  const { outcome, reason, sent } = (await outcomeOf(world, EVENT)) ?? {}
  return [outcome, reason, sent]
}

it('a key that another attempt reactivates at the same time is reactivated by the undo, not by somebody else', async () => {
  const world = undoing()
  const { listAccessKeys } = world.ports.iam
  world.ports.iam.listAccessKeys = (user) => {
    note(world, 'undo-1', 'intent', { action: 'reactivate' })
    keyIn(world, 'a').status = 'Active'
    return listAccessKeys(user)
  }
  expect(await endOf(world)).toEqual(['reactivated', null, true])
})

describe('a key of an undo', () => {
  it('that is still as the run left it is reactivated', async () => {
    const world = undoing()
    expect(await endOf(world)).toEqual(['reactivated', null, true])
    expect(statusesOf(world).a).toEqual(['Active'])
    expect(JSON.parse(world.objects.get(accessKeyKey(ID, 'undo-1', 'intent')) ?? '')).toMatchObject({
      runId: 'undo-1',
      action: 'reactivate',
    })
  })

  it('is reactivated in the account of the undo, with the role to reactivate, for its user', async () => {
    const world = undoing()
    const { iamOf } = world.ports
    const asked: unknown[] = []
    world.ports.iamOf = (run, use) => {
      asked.push(run.runId, run.account, use)
      return iamOf(run, use)
    }
    await endOf(world)
    expect(asked).toEqual(['undo-1', '111122223333', { role: 'reactivate', user: 'a' }])
  })

  // For the gate, for its attempts, and for an undo that stops this run: waiting would need a fourth.
  it('that is Inactive is listed three times in the run store before it is reactivated', async () => {
    const world = undoing()
    const { list } = world.ports.store
    const listed: string[] = []
    world.ports.store.list = async (prefix) => {
      if (!world.endpoint.writes.length) listed.push(prefix)
      return list(prefix)
    }
    await endOf(world)
    expect(listed).toEqual([1, 2, 3].map(() => `keys/${ID}/`))
  })

  it.each<[string, (world: MemoryWorld) => unknown, string]>([
    [
      'was deleted',
      ({ endpoint }) => endpoint.account.users[1]?.keys.splice(0),
      outcomeReasonText({ why: 'key-deleted' }),
    ],
    ['lost its user', ({ endpoint }) => endpoint.account.users.splice(1), outcomeReasonText({ why: 'key-deleted' })],
    [
      'is Active already',
      (world) => Object.assign(keyIn(world, 'a'), { status: 'Active' }),
      outcomeReasonText({ why: 'already-active' }),
    ],
    [
      'has expired',
      (world) => Object.assign(keyIn(world, 'a'), { status: 'Expired' }),
      outcomeReasonText({ why: 'other-status', status: 'Expired' }),
    ],
    [
      'a later run took again',
      (world) => note(world, 'run-2', 'intent', { action: 'deactivate' }),
      outcomeReasonText({ why: 'undo-refused', refusal: { why: 'deactivated-again', by: 'run-2' } }),
    ],
    [
      'the run never reached',
      (world) => note(world, 'run-1', 'refused-1', {}),
      outcomeReasonText({ why: 'undo-refused', refusal: { why: 'not-deactivated' } }),
    ],
  ])('that %s is left as it is', async (_, since, reason) => {
    const world = undoing()
    since(world)
    expect(await endOf(world)).toEqual(['skipped', reason, false])
    expect(world.endpoint.writes).toEqual([])
  })

  it('is distinguished from another key of its user', async () => {
    const world = undoing()
    const { listAccessKeys } = world.ports.iam
    const other = { accessKeyId: accessKeyId('a/2'), status: 'Active', createdAt: '2026-01-01T00:00:00Z' }
    world.ports.iam.listAccessKeys = async (user) => [other, ...(await listAccessKeys(user))]
    expect(await endOf(world)).toEqual(['reactivated', null, true])
  })

  it('is one of several', async () => {
    const world = undoing()
    const at = runKey('undo-1', 'undo.json')
    const undo = JSON.parse(world.objects.get(at) ?? '')
    const keys = [plannedKeyOf(2, { user: 'b', accessKeyId: accessKeyId('b') }), ...undo.keys]
    world.objects.set(at, JSON.stringify({ ...undo, keys }))
    expect(await endOf(world)).toEqual(['reactivated', null, true])
  })

  it('whose user IAM does not show is not taken for deleted', async () => {
    const world = undoing()
    world.ports.iam.listAccessKeys = async () => {
      throw new IamDenied('no')
    }
    await expect(endOf(world)).rejects.toThrow(IamDenied)
    expect(await outcomeOf(world, EVENT)).toBeNull()
  })
})

describe('a key that an earlier attempt of this undo may have reached', () => {
  it('and that is Active now is reactivated, without a second write', async () => {
    const world = undoing({ status: 'Active' })
    note(world, 'undo-1', 'intent', { action: 'reactivate' }, 60_000)
    expect(await endOf(world)).toEqual(['reactivated', null, true])
    expect(world.endpoint.writes).toEqual([])
  })
  it('and that was deleted is reported as not confirmed', async () => {
    const world = undoing()
    note(world, 'undo-1', 'intent', { action: 'reactivate' }, 60_000)
    world.endpoint.account.users.splice(1)
    expect(await endOf(world)).toEqual([
      'failed',
      outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
      true,
    ])
  })
  it('and that is Inactive still is written again', async () => {
    const world = undoing()
    note(world, 'undo-1', 'intent', { action: 'reactivate' }, 60_000)
    expect(await endOf(world)).toEqual(['reactivated', null, true])
    expect(world.endpoint.writes).toHaveLength(1)
  })
})

describe('a key that is Active, if the undone run was interrupted in the middle of its update', () => {
  it('is not settled before 15 minutes are over, and the error says why', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: UPDATE_SETTLED_MILLISECONDS - 1 })
    const asked = endOf(world)
    await expect(asked).rejects.toThrow(UpdateNotConfirmed)
    await expect(asked).rejects.toThrow(errorWith('UpdateNotConfirmed', ID, 'user a', 'run-1', '15 minutes'))
    world.pass(1)
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'already-active' }), false])
  })

  it('is not waited for where the run ended for it', async () => {
    const world = undoing({ status: 'Active', agoMilliseconds: 1000 })
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'already-active' }), false])
  })

  it('is not waited for where the run never came to it', async () => {
    const world = undoing({ status: 'Active', brokeOff: true })
    world.objects.delete(accessKeyKey(ID, 'run-1', 'intent'))
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'already-active' }), false])
  })

  it('is not waited for where IAM refused the update', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: 1000 })
    note(world, 'run-1', 'refused-1', {})
    expect(await endOf(world)).toEqual(['skipped', outcomeReasonText({ why: 'already-active' }), false])
  })

  it('is waited for while the process that took it may still work', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: 1000 })
    await expect(endOf(world, { isRunOver: async () => false })).rejects.toThrow(UpdateNotConfirmed)
  })

  it('is left as it is where that process has ended and its update does not show', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: 1000 })
    const asked: string[] = []
    const isRunOver = async (runId: string) => asked.push(runId) > 0
    expect(await endOf(world, { isRunOver })).toEqual(['skipped', outcomeReasonText({ why: 'already-active' }), false])
    expect(asked).toEqual(['run-1'])
    expect(world.pauses).not.toEqual([])
  })

  it('is left to a later run that took it while its status was waited for', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: 1000 })
    const { pause } = world.ports
    world.ports.pause = async (milliseconds) => {
      keyIn(world, 'a').status = 'Inactive'
      note(world, 'run-2', 'intent', { action: 'deactivate' })
      return pause(milliseconds)
    }
    const reason = outcomeReasonText({
      ...{ why: 'undo-refused', refusal: { why: 'deactivated-again', by: 'run-2' } },
    })
    expect(await endOf(world, { isRunOver: async () => true })).toEqual(['skipped', reason, false])
    expect(statusesOf(world).a).toEqual(['Inactive'])
  })

  it('is reactivated where that process has ended and its update shows late', async () => {
    const world = undoing({ status: 'Active', brokeOff: true, agoMilliseconds: 1000 })
    const { pause } = world.ports
    world.ports.pause = async (milliseconds) => {
      if (milliseconds === 1000) keyIn(world, 'a').status = 'Inactive'
      return pause(milliseconds)
    }
    expect(await endOf(world, { isRunOver: async () => true })).toEqual(['reactivated', null, true])
    expect(statusesOf(world).a).toEqual(['Active'])
  })
})

describe('what is not in the undo is not touched', () => {
  it.each([
    ['another key', { ...EVENT, accessKeyId: accessKeyId('b') }],
    ['its key under the name of another user', { ...EVENT, user: 'b' }],
  ])('%s', async (_, event) => {
    const world = undoing()
    const asked = makeReactivateKey(world.ports)(event)
    await expect(asked).rejects.toThrow(errorWith('PlanRefused', event.accessKeyId, event.user, 'undo-1'))
    expect(world.endpoint.writes).toEqual([])
  })
  it('any key of a run that undoes nothing', async () => {
    const world = undoing()
    await expect(makeReactivateKey(world.ports)({ ...EVENT, runId: 'run-9' })).rejects.toMatchObject({
      name: 'StoreDamaged',
    })
  })
})

describe('a key that the undone run did not take, by one of its documents, stays as it is:', () => {
  const asking = { next: 'approval' } as const
  it.each<[string, (world: MemoryWorld) => void, string]>([
    ['the input says mode plan', (world) => writeRun1(world, { input: { mode: 'plan' } }), 'mode plan'],
    ['the plan says mode plan', (world) => writeRun1(world, { plan: { mode: 'plan' } }), 'mode plan'],
    ['the plan went to the record', (world) => writeRun1(world, { plan: { next: 'record' } }), '"record"'],
    [
      'the plan is of another account',
      (world) => writeRun1(world, { plan: { account: '999999999999' } }),
      '999999999999',
    ],
    ['the plan has no such key', (world) => writeRun1(world, { plan: { keys: [plannedKeyOf(2)] } }), 'without the key'],
    [
      'the plan has it under another user',
      (world) => writeRun1(world, { plan: { keys: [plannedKeyOf(1, { user: 'b', accessKeyId: ID })] } }),
      'without the key',
    ],
    ['there is no plan', ({ objects }) => objects.delete(runKey('run-1', 'plan.json')), 'no plan'],
    ['nobody answered the plan', (world) => writeRun1(world, { plan: asking }), '"none"'],
    ['it was rejected', (world) => writeRun1(world, { plan: asking, decision: { answer: 'reject' } }), '"reject"'],
    [
      'the time was up',
      (world) => writeRun1(world, { plan: asking, decision: { answer: 'expired', by: null } }),
      '"expired"',
    ],
    [
      'another plan was approved',
      (world) => writeRun1(world, { plan: asking, decision: { plan: 'f'.repeat(64) } }),
      'another plan',
    ],
    ['the answer left it out', (world) => writeRun1(world, { plan: asking, decision: { leftOut: [ID] } }), 'key out'],
    [
      'the intent is to reactivate',
      (world) => note(world, 'run-1', 'intent', { action: 'reactivate' }),
      'to reactivate',
    ],
    ['the intent is of another user', (world) => note(world, 'run-1', 'intent', { user: 'b' }), `${ID} of b`],
    ['the intent is of another run', (world) => note(world, 'run-1', 'intent', { runId: 'run-0' }), 'run-0'],
    ['the intent is older than the plan', (world) => note(world, 'run-1', 'intent', {}, 5 * 3_600_000), 'before'],
    [
      'a second intent is of another user',
      (world) => {
        note(world, 'run-1', 'refused-1', {})
        note(world, 'run-1', 'intent-2', { user: 'b' })
      },
      `${ID} of b`,
    ],
  ])('%s', async (_, plant, fact) => {
    const world = undoing()
    plant(world)
    await expect(endOf(world)).rejects.toThrow(errorWith('PlanRefused', ID, 'run-1', fact))
    expect(world.endpoint.writes).toEqual([])
    expect(statusesOf(world).a).toEqual(['Inactive'])
  })

  it.each<[string, (world: MemoryWorld) => unknown]>([
    ['there is no such run', ({ objects }) => objects.delete(runKey('run-1', 'input.json'))],
    ['the run was of another account', (world) => writeRun1(world, { input: { account: '999999999999' } })],
    ['the run was an undo', (world) => writeRun1(world, { input: { undo: { run: 'run-0', keys: null } } })],
  ])('%s', async (_, plant) => {
    const world = undoing()
    plant(world)
    await expect(endOf(world)).rejects.toThrow(errorWith('InputRefused', 'run-1'))
    expect(world.endpoint.writes).toEqual([])
  })

  it('but one that a person approved is reactivated', async () => {
    const world = undoing()
    writeRun1(world, { plan: asking, decision: { answer: 'approve' } })
    expect(await endOf(world)).toEqual(['reactivated', null, true])
  })

  it('and so is one whose intent a clock dated some minutes before the plan', async () => {
    const world = undoing({ agoMilliseconds: 4 * 3_600_000 + 5 * 60_000 })
    expect(await endOf(world)).toEqual(['reactivated', null, true])
  })
})
