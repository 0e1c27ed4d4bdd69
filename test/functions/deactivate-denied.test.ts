// An update that IAM denies: the roles deny it for an exempt user, also where the verdict did not see the exemption.
import { describe, expect, it } from '@jest/globals'
import { IamDenied, IamThrottled, IamUnavailable } from '../../core/model/errors.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { findUser } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { policyOf } from '../support/facts.ts'
import { openMemoryWorld } from '../support/memory-world.ts'
import { outcomeOf, PLANNED_INPUT, planFirstKey } from '../support/planned.ts'
import { accountOf, statusesOf } from '../support/world.ts'

const DENIED = new IamDenied('UpdateAccessKey: AccessDenied: explicit deny')

/** A run that planned the only key of user `a`, whose update IAM denies. `then` happens right before that. */
async function denied(then: (user: { path: string; tags: Record<string, string> }) => void, error: Error = DENIED) {
  const input = { ...PLANNED_INPUT, policy: policyOf({ exemptPaths: ['/service/'] }) }
  const world = openMemoryWorld(accountOf({ a: 200 }))
  const event = await planFirstKey(world, 'a', input)
  world.ports.iam.setStatus = async () => {
    const user = findUser(world.endpoint.account, 'a')
    if (user) then(user)
    throw error
  }
  return { ...world, event, deactivate: () => makeDeactivateKey(world.ports)(event) }
}

describe('a key whose update IAM denies', () => {
  it.each<[string, Parameters<typeof denied>[0], string]>([
    ['got the tag since', (user) => Object.assign(user.tags, { 'keysweep-exempt': 'payroll' }), 'exempt: payroll'],
    ['was moved under an exempt path since', (user) => Object.assign(user, { path: '/service/' }), 'path /service/'],
    [
      'has a tag that may be meant to exempt it',
      (user) => Object.assign(user.tags, { 'keysweep-exempt': 'no' }),
      'keysweep-exempt',
    ],
  ])('is skipped if its user %s', async (_, then, reason) => {
    const world = await denied(then)
    expect(await world.deactivate()).toMatchObject({ outcome: 'skipped' })
    const outcome = await outcomeOf(world, world.event)
    expect(outcome).toMatchObject({ outcome: 'skipped', sent: false })
    expect(outcome?.reason).toContain(reason)
    expect(statusesOf(world).a).toEqual(['Active'])
  })

  it.each(['user', 'listTags'] as const)('is skipped if %s alone tells of the exemption', async (call) => {
    const world = await denied(() => {})
    const { setStatus, user } = world.ports.iam
    world.ports.iam.setStatus = async (...change) => {
      const exempt = { 'keysweep-exempt': 'payroll' }
      if (call === 'user') world.ports.iam.user = async (name) => ({ ...(await user(name)), tags: exempt })
      else world.ports.iam.listTags = async () => exempt
      return setStatus(...change)
    }
    expect(await world.deactivate()).toMatchObject({ outcome: 'skipped' })
  })

  it('fails if path and tags do not say why', async () => {
    const world = await denied((user) => Object.assign(user.tags, { owner: 'team-a' }))
    await expect(world.deactivate()).rejects.toBe(DENIED)
    expect(await outcomeOf(world, world.event)).toBeNull()
  })

  it('is deleted if its user is', async () => {
    const world = await denied(() => {})
    const { setStatus } = world.ports.iam
    world.ports.iam.setStatus = async (...change) => {
      world.endpoint.account.users.splice(1)
      return setStatus(...change)
    }
    expect(await world.deactivate()).toMatchObject({ outcome: 'skipped' })
    expect((await outcomeOf(world, world.event))?.reason).toBe(outcomeReasonText({ why: 'key-deleted' }))
  })

  it('is tried again if path and tags cannot be read now', async () => {
    const world = await denied(() => {})
    const { setStatus } = world.ports.iam
    world.ports.iam.setStatus = async (...change) => {
      world.ports.iam.user = () => Promise.reject(new IamUnavailable('GetUser: InternalFailure'))
      return setStatus(...change)
    }
    await expect(world.deactivate()).rejects.toMatchObject({ name: 'IamUnavailable' })
    expect(await outcomeOf(world, world.event)).toBeNull()
  })

  it('fails if an update was sent and only its read back is denied', async () => {
    const world = await denied(() => {})
    world.ports.iam.setStatus = async () => {
      Object.assign(findUser(world.endpoint.account, 'a')?.tags ?? {}, { 'keysweep-exempt': 'payroll' })
      world.ports.iam.listAccessKeys = () => Promise.reject(DENIED)
    }
    await expect(world.deactivate()).rejects.toBe(DENIED)
  })

  it('is not looked at again after any other refusal', async () => {
    const error = new IamThrottled('UpdateAccessKey: Throttling')
    const world = await denied((user) => Object.assign(user.tags, { 'keysweep-exempt': 'payroll' }), error)
    await expect(world.deactivate()).rejects.toBe(error)
  })
})
