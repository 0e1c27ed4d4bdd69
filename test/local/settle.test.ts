// What an interrupted run says of a key whose update was sent and whose outcome it never learnt.

import { afterEach, describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { UndoPlan } from '../../core/model/documents/undo.ts'
import { intentName, refusedName } from '../../core/run/attempts.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { writeInterruptedRecord } from '../../local/interrupt.ts'
import { documents, need, put, readStoredPlan } from '../../steps/run-documents.ts'
import { letTimeGoOn, passing, stopTime } from '../support/flying-time.ts'
import { intentOf } from '../support/stored.ts'
import { AT, accountOf, openWorld, type World } from '../support/world.ts'

afterEach(letTimeGoOn)

/** A world whose run has a plan that went ahead, with one key; what it wrote of the key is taken from `traces`. */
async function stoppedWorld(traces: string[]): Promise<World & { accessKeyId: string }> {
  const world = await openWorld({ account: accountOf({ idle: 200 }) })
  // A run that fails at the key leaves everything up to the key in the store; a second id gets a copy of that much.
  await world.run({ runId: 'whole' })
  for (const key of await world.ports.store.list('runs/whole/')) {
    if (key.endsWith('record.json')) continue
    const text = (await world.ports.store.get(key)) ?? ''
    await world.ports.store.put(key.replace('whole', 'stopped'), text.replaceAll('"whole"', '"stopped"'))
  }
  const stored = await readStoredPlan(world.ports.store, 'stopped')
  const { user = '', accessKeyId = '' } = stored?.plan.keys[0] ?? {}
  for (const name of traces) {
    const intent = intentOf({ runId: 'stopped', user, accessKeyId, at: world.ports.now().toISOString() })
    await world.ports.store.put(accessKeyKey(accessKeyId, 'stopped', name), JSON.stringify(intent))
  }
  return { ...world, accessKeyId }
}

async function endingOf(world: World) {
  await writeInterruptedRecord(world.ports, 'stopped', AT.toISOString())
  const text = await world.ports.store.get(runKey('stopped', 'record.json'))
  const record: RunRecord = JSON.parse(text ?? 'null')
  const key = record.keys.find((key) => key.user === 'idle')
  return { status: record.status, outcome: key?.outcome, reason: key?.outcomeReason }
}

const setStatus = (world: World, status: string) => {
  for (const user of world.endpoint.account.users.filter(({ name }) => name === 'idle'))
    for (const key of user.keys) key.status = status
}

describe('a key of an interrupted run', () => {
  it('is deactivated when it is read back Inactive after its update was sent', async () => {
    const world = await stoppedWorld([intentName(1)])
    expect(await endingOf(world)).toEqual({ status: 'interrupted', outcome: 'deactivated', reason: null })
  })

  it('is failed when it is never seen Inactive: the update may still arrive', async () => {
    const world = await stoppedWorld([intentName(1)])
    setStatus(world, 'Active')
    expect(await endingOf(world)).toMatchObject({
      outcome: 'failed',
      reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'interrupted', when: null } }),
    })
  })

  it('is failed when IAM answers nothing for twenty seconds: a person waits for the record', async () => {
    const world = await stoppedWorld([intentName(1)])
    world.endpoint.fault({ action: 'ListAccessKeys', kind: 'stall' })
    stopTime()
    const { value, milliseconds } = await passing(endingOf(world))
    expect(value).toEqual({
      status: 'interrupted',
      outcome: 'failed',
      reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'interrupted', when: null } }),
    })
    expect(milliseconds).toBeGreaterThanOrEqual(20_000)
    expect(milliseconds).toBeLessThan(22_000)
  })

  it('is failed when IAM will not say', async () => {
    const world = await stoppedWorld([intentName(1)])
    world.endpoint.fault({ action: 'ListAccessKeys', kind: 'error', error: 'AccessDenied' })
    expect(await endingOf(world)).toMatchObject({
      outcome: 'failed',
      reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'interrupted', when: null } }),
    })
  })

  it('is skipped when IAM had refused the only update', async () => {
    const world = await stoppedWorld([intentName(1), refusedName(1)])
    setStatus(world, 'Active')
    expect(await endingOf(world)).toMatchObject({
      outcome: 'skipped',
      reason: outcomeReasonText({ why: 'interrupted', when: 'refused' }),
    })
  })

  it('is skipped when nothing was begun, and nothing is asked of IAM', async () => {
    const world = await stoppedWorld([])
    const asked = world.endpoint.calls.length
    expect(await endingOf(world)).toMatchObject({
      outcome: 'skipped',
      reason: outcomeReasonText({ why: 'interrupted', when: 'before' }),
    })
    expect(world.endpoint.calls).toHaveLength(asked)
  })
})

describe('an interrupted run with a document that does not match its schema still has a record, which names it:', () => {
  it.each([
    ['input.json', [intentName(1)]],
    ['input.json', []],
    ['plan.json', [intentName(1)]],
    ['decision.json', [intentName(1)]],
    ['undo.json', [intentName(1)]],
    ['suspects.json', []],
  ])('%s, after %j', async (name, traces) => {
    const world = await stoppedWorld(traces)
    const { ports } = world
    const damaged = runKey('stopped', name)
    const store = {
      ...ports.store,
      get: async (key: string) => (key === damaged ? '{"runId":1}' : ports.store.get(key)),
    }
    await writeInterruptedRecord({ ...ports, store }, 'stopped', AT.toISOString())
    const record: RunRecord = JSON.parse((await ports.store.get(runKey('stopped', 'record.json'))) ?? 'null')
    expect(record).toMatchObject({ runId: 'stopped', status: 'refused', incomplete: true, keys: [] })
    expect(['StoreDamaged', 'PlanRefused']).toContain(record.error?.name)
    expect(record.error?.message).toContain(name === 'plan.json' ? 'plan' : damaged)
  })
})

describe('a key of an interrupted undo', () => {
  /** A world whose undo wrote `traces` of its one key, and then was stopped. */
  async function stoppedUndo(traces: string[], status: string): Promise<World> {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const { record } = await world.run({ runId: 'whole' })
    const { user = '', accessKeyId } = record?.keys[0] ?? {}
    const { store } = world.ports
    const plan = await readStoredPlan(store, 'whole')
    const input = await need(store, documents.input('whole'))
    const undoes = { runId: 'stopped', undo: { run: 'whole', keys: null } }
    await put(store, documents.input('stopped'), { ...input, ...undoes })
    const undo: UndoPlan = {
      runId: 'stopped',
      run: 'whole',
      plan: plan?.sha256 ?? null,
      createdAt: AT.toISOString(),
      keys: plan?.plan.keys ?? [],
    }
    await put(store, documents.undo('stopped'), undo)
    for (const name of traces) {
      const intent = intentOf({ runId: 'stopped', user, accessKeyId: accessKeyId ?? '', action: 'reactivate' })
      await store.put(accessKeyKey(accessKeyId ?? '', 'stopped', name), JSON.stringify(intent))
    }
    setStatus(world, status)
    return world
  }

  it.each([
    ['reactivated, when it is read back Active', [intentName(1)], 'Active', 'reactivated', null],
    [
      'failed, when it is never seen Active',
      [intentName(1)],
      'Inactive',
      'failed',
      outcomeReasonText({ why: 'not-confirmed', because: { why: 'interrupted', when: null } }),
    ],
    [
      'skipped, when IAM had refused the only update',
      [intentName(1), refusedName(1)],
      'Inactive',
      'skipped',
      outcomeReasonText({ why: 'interrupted', when: 'refused' }),
    ],
    [
      'skipped, when nothing was begun',
      [],
      'Inactive',
      'skipped',
      outcomeReasonText({ why: 'interrupted', when: 'before' }),
    ],
  ])('is %s', async (_, traces, status, outcome, reason) => {
    const world = await stoppedUndo(traces, status)
    expect(await endingOf(world)).toEqual({ status: 'interrupted', outcome, reason })
  })
})
