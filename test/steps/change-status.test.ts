// One update of one key's status: what is noted before it, what is made of IAM's answer, and how long it is read back.

import { describe, expect, it } from '@jest/globals'
import {
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  NoSuchEntity,
} from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import type { Attempts } from '../../core/run/attempts.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId, newUser } from '../../demo/account.ts'
import { accessKeyKey } from '../../io/store/run-store.ts'
import { type Change, changeStatus } from '../../steps/change-status.ts'
import { errorWith } from '../support/error-facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { intentOf } from '../support/stored.ts'
import { accountOf, keyIn, keyUsed, statusesOf } from '../support/world.ts'

const ID = accessKeyId('a')
const CHANGE: Change = { runId: 'run-1', user: 'a', accessKeyId: ID, action: 'deactivate' }
const NO_ATTEMPTS: Attempts = { count: 0, sent: false, closed: false, hasOutcome: false }
const SENT: Attempts = { ...NO_ATTEMPTS, count: 1, sent: true }

const open = () => openMemoryWorld(accountOf({ a: 200 }))
const change = ({ ports }: MemoryWorld, attempts = NO_ATTEMPTS, fields: Partial<Change> = {}) =>
  changeStatus(ports, { ...CHANGE, ...fields }, attempts)

/** What is noted of the key under this name. */
const noted = ({ objects }: MemoryWorld, name: string) =>
  JSON.parse(objects.get(accessKeyKey(ID, 'run-1', name)) ?? 'null')

/** IAM answers the update with this error, and does not carry it out. */
function refuseUpdates({ ports }: MemoryWorld, error: unknown): void {
  ports.iam.setStatus = () => Promise.reject(error)
}

describe('before the update', () => {
  it.each([
    ['Inactive', 'deactivate', 'deactivated'],
    ['Active', 'reactivate', 'reactivated'],
  ] as const)('to %s the intent to %s is noted', async (to, action, outcome) => {
    const world = open()
    keyIn(world, 'a').status = to === 'Active' ? 'Inactive' : 'Active'
    expect(await change(world, NO_ATTEMPTS, { action })).toEqual({ outcome, reason: null, sent: true })
    expect(noted(world, 'intent')).toEqual({
      keysweep: VERSION,
      runId: 'run-1',
      user: 'a',
      accessKeyId: ID,
      action,
      at: '2026-09-11T12:00:00.000Z',
      attempt: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(statusesOf(world).a).toEqual([to])
  })

  it('the intent gets the next number, also where another attempt has just taken that', async () => {
    const world = open()
    const another = intentOf({ attempt: 'another' })
    for (const n of ['intent', 'intent-2']) world.objects.set(accessKeyKey(ID, 'run-1', n), JSON.stringify(another))
    await change(world, SENT)
    expect(noted(world, 'intent-2')).toEqual(another)
    expect(noted(world, 'intent-3')).toMatchObject({ action: 'deactivate' })
    expect(noted(world, 'intent-4')).toBeNull()
  })

  it.each(['undone', 'outcome'])('nothing is sent where the run turns out to be over: %s', async (name) => {
    const world = open()
    world.objects.set(accessKeyKey(ID, 'run-1', name), '{}')
    expect(await change(world)).toEqual({
      outcome: 'skipped',
      reason: outcomeReasonText({ why: 'run-closed' }),
      sent: false,
    })
    expect(world.endpoint.writes).toEqual([])
    // The intent stands, and so does that nothing came of it.
    expect(noted(world, 'refused-1')).toEqual({ keysweep: VERSION, at: '2026-09-11T12:00:00.000Z', error: 'over' })
  })
})

describe('what another attempt beside this one may have sent', () => {
  const beside = ({ objects }: MemoryWorld) =>
    objects.set(accessKeyKey(ID, 'run-1', 'intent'), JSON.stringify(intentOf({ attempt: 'another' })))

  it('is reported if the run has ended', async () => {
    const world = open()
    beside(world)
    world.objects.set(accessKeyKey(ID, 'run-1', 'undone'), '{}')
    expect(await change(world)).toMatchObject({ outcome: 'skipped', sent: true })
    expect(world.endpoint.writes).toEqual([])
  })
  it('is reported if the key was deleted', async () => {
    const world = open()
    beside(world)
    refuseUpdates(world, new NoSuchEntity('no such key'))
    expect(await change(world)).toEqual({
      outcome: 'failed',
      reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
      sent: true,
    })
  })
  it('is nothing once IAM refused it', async () => {
    const world = open()
    beside(world)
    for (const name of ['refused-1', 'undone']) world.objects.set(accessKeyKey(ID, 'run-1', name), '{}')
    expect(await change(world)).toMatchObject({ outcome: 'skipped', sent: false })
  })
})

describe('an update that IAM refuses', () => {
  it.each([
    ['throttled', new IamThrottled('slow')],
    ['denied', new IamDenied('no')],
    ['wrong', new IamRefused('no')],
  ])('as %s was not sent: that is noted, and it is not read back', async (_, error) => {
    const world = open()
    refuseUpdates(world, error)
    world.ports.iam.listAccessKeys = async () => {
      throw new TypeError('nobody is to ask')
    }
    await expect(change(world)).rejects.toBe(error)
    expect(noted(world, 'refused-1')).toEqual({ keysweep: VERSION, at: '2026-09-11T12:00:00.000Z', error: error.name })
  })

  it.each([
    [NO_ATTEMPTS, { outcome: 'skipped', reason: outcomeReasonText({ why: 'key-deleted' }), sent: false }, 'refused-1'],
    [
      SENT,
      {
        outcome: 'failed',
        reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
        sent: true,
      },
      'refused-2',
    ],
  ])('because the key was deleted, after %j', async (attempts, ended, mark) => {
    const world = open()
    refuseUpdates(world, new NoSuchEntity('no such key'))
    expect(await change(world, attempts)).toEqual(ended)
    expect(noted(world, mark)).toMatchObject({ error: 'NoSuchEntity' })
  })
})

describe('an update that may have been sent', () => {
  it.each([
    ['got no answer', new IamUnavailable('down')],
    ['got an answer that was cut', new IamAnswerError('cut')],
    ['broke off in some other way', new TypeError('fetch failed')],
    ['broke off without an error', 'cut'],
  ])('and %s is done where the key shows it', async (_, error) => {
    const world = open()
    refuseUpdates(world, error)
    keyIn(world, 'a').status = 'Inactive'
    expect(await change(world)).toEqual({ outcome: 'deactivated', reason: null, sent: true })
    expect(noted(world, 'refused-1')).toBeNull()
  })

  it('is read back at once, and again after pauses that grow, until the key shows it', async () => {
    const world = open()
    refuseUpdates(world, new IamUnavailable('down'))
    const { pause } = world.ports
    world.ports.pause = async (milliseconds) => {
      if (milliseconds === 2000) keyIn(world, 'a').status = 'Inactive'
      return pause(milliseconds)
    }
    expect(await change(world)).toMatchObject({ outcome: 'deactivated' })
    expect(world.pauses).toEqual([250, 500, 1000, 2000])
  })

  it('is given up after some 16 seconds, and the error says what was seen and answered', async () => {
    const world = open()
    refuseUpdates(world, 'cut')
    await expect(change(world)).rejects.toThrow(
      errorWith('UpdateNotConfirmed', ID, 'user a', 'Inactive', ': Active;', 'Error: cut'),
    )
    expect(world.pauses).toEqual([250, 500, 1000, 2000, 4000, 8000])
    expect(noted(world, 'refused-1')).toBeNull()
  })

  it('is seen by the key itself, not by another key of its user', async () => {
    const keys = [{ ...keyUsed('a/2', 200), status: 'Inactive' }, keyUsed('a', 200)]
    const world = openMemoryWorld(accountOf({}, [newUser('a', { keys })]))
    refuseUpdates(world, new IamUnavailable('down'))
    await expect(change(world)).rejects.toThrow(errorWith('UpdateNotConfirmed', ': Active;'))
  })

  it('is reported as deleted if no read finds the user', async () => {
    const world = open()
    refuseUpdates(world, new IamUnavailable('down'))
    world.endpoint.account.users.splice(1)
    expect(await change(world)).toEqual({
      outcome: 'failed',
      reason: outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } }),
      sent: true,
    })
  })

  it.each<[string, Error, string]>([
    ['throttled', new IamThrottled('slow'), 'IamThrottled: slow'],
    ['down', new IamUnavailable('down'), 'IamUnavailable: down'],
    ['not answering in its own words', new IamAnswerError('cut'), 'IamAnswerError: cut'],
    ['not finding the user yet', new NoSuchEntity('x'), 'no such user'],
  ])('is looked for again while IAM is %s', async (_, error, shown) => {
    const world = open()
    refuseUpdates(world, new IamUnavailable('down'))
    const { listAccessKeys } = world.ports.iam
    let observations = 0
    world.ports.iam.listAccessKeys = async (user) => {
      observations += 1
      if (observations <= 2) throw error
      return listAccessKeys(user)
    }
    await expect(change(world)).rejects.toThrow(`: ${shown}, then Active;`)
  })

  it('is not looked for any more where IAM denies the look', async () => {
    const world = open()
    world.ports.iam.listAccessKeys = async () => {
      throw new IamDenied('no')
    }
    await expect(change(world)).rejects.toThrow(IamDenied)
    expect(world.pauses).toEqual([])
  })
})
