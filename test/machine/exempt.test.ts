// Exempt users are never written to: right before the write IAM is asked twice who is exempt, and either answer is enough.
import { describe, expect, it } from '@jest/globals'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { type AccountUser, findUser, newUser } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { outcomeOf, planFirstKey } from '../support/planned.ts'
import { eventOf } from '../support/waiting.ts'
import { accountOf, daysAgo, keyUsed, openWorld, statusesOf, type World } from '../support/world.ts'

const userIn = ({ endpoint }: World, name: string): AccountUser => {
  const user = findUser(endpoint.account, name)
  if (user === undefined) throw new TypeError(`Expected a user ${name}, received none`)
  return user
}

/** A planned key of `idle`, which would be deactivated. */
async function planned() {
  const world = await openWorld({ account: accountOf({ idle: 200, other: 1 }) })
  const event = await planFirstKey(world, 'idle')
  return { world, deactivate: () => makeDeactivateKey(world.ports)(event), outcome: () => outcomeOf(world, event) }
}

describe('right before the write', () => {
  it('a user is exempt who was moved under an exempt path while the approval waited', async () => {
    const world = await openWorld({
      account: accountOf({ idle: 200 }),
      settings: '{ mode: apply, approval: always, policy: { exemptPaths: [/break-glass/] } }',
    })
    const { record } = await world.run({
      whenAsked: async ({ message, decide }) => {
        userIn(world, 'idle').path = '/break-glass/'
        const body = JSON.stringify({ plan: message.plan, answer: 'approve' })
        await decide(eventOf({ method: 'POST', path: `/runs/${message.runId}/decision`, body }))
      },
    })
    expect(record?.keys[0]).toMatchObject({ outcome: 'skipped', outcomeReason: 'exempt: path /break-glass/' })
    expect(statusesOf(world).idle).toEqual(['Active'])
  })

  it.each([
    [
      'ListUserTags alone',
      (world: World) => world.endpoint.fault({ action: 'GetUser', kind: 'edited', edit: withoutTags }),
    ],
    [
      'GetUser alone',
      (world: World) => world.endpoint.fault({ action: 'ListUserTags', kind: 'other user', user: 'other' }),
    ],
  ])('a user is exempt whose tag is in the answer of %s', async (_, hide) => {
    const { world, deactivate, outcome } = await planned()
    userIn(world, 'idle').tags['keysweep-exempt'] = 'break glass'
    hide(world)
    await deactivate()
    expect(await outcome()).toMatchObject({ outcome: 'skipped', reason: 'exempt: break glass' })
    expect(world.endpoint.writes).toEqual([])
  })

  it('a user is exempt by either of two answers that differ in the value of a tag', async () => {
    const { world, deactivate, outcome } = await planned()
    const { tags } = userIn(world, 'idle')
    tags['keysweep-exempt-until'] = daysAgo(-30).toISOString().slice(0, 10)
    world.endpoint.on('GetUser', 1, () => {
      tags['keysweep-exempt-until'] = '2020-01-01'
    })
    await deactivate()
    expect(await outcome()).toMatchObject({ outcome: 'skipped', reason: expect.stringMatching(/^exempt: until/) })
  })

  it('a user who is not found any more counts as deleted', async () => {
    const { world, deactivate, outcome } = await planned()
    world.endpoint.fault({ action: 'GetUser', kind: 'error', error: 'NoSuchEntity' })
    await deactivate()
    expect(await outcome()).toMatchObject({ outcome: 'skipped', reason: outcomeReasonText({ why: 'key-deleted' }) })
    expect(world.endpoint.writes).toEqual([])
  })

  it.each([
    ['another user', 'IamAnswerError', { kind: 'other user', user: 'other' }],
    ['nobody, for it is denied', 'IamDenied', { kind: 'error', error: 'AccessDenied' }],
  ] as const)('nothing is written where the answer is about %s', async (_, name, fault) => {
    const { world, deactivate } = await planned()
    world.endpoint.fault({ action: 'GetUser', ...fault })
    await expect(deactivate()).rejects.toMatchObject({ name })
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('a user who is exempt by name or path is exempt before any call', () => {
  const account = () => {
    const keys = () => [keyUsed('break-glass', 300), keyUsed('break-glass/2', 200)]
    return accountOf({ idle: 200 }, [newUser('break-glass', { path: '/Emergency/', keys: keys() })])
  }
  const ofThem = { match: ({ UserName }: { UserName?: string }) => UserName === 'break-glass' }
  const denied = {
    kind: 'error',
    error: {
      code: 'AccessDenied',
      status: 403,
      message:
        'not authorized to perform: iam:ListAccessKeys on resource: user break-glass with an explicit deny in a service control policy',
    },
  } as const
  it.each([
    ['denies it', 'exemptUsers: [break-*]', { by: 'user', pattern: 'break-*' }, denied],
    ['does not answer', 'exemptPaths: [/emergency/]', { by: 'path', path: '/emergency/' }, { kind: 'hang' } as const],
  ])('although IAM %s', async (_, policy, values, fault) => {
    const settings = `{ mode: apply, policy: { ${policy} } }`
    const world = await openWorld({ account: account(), settings, timeoutMilliseconds: 300 })
    world.endpoint.fault({ action: 'ListAccessKeys', ...ofThem, ...fault })
    const { result, record } = await world.run()
    expect(result.status).toBe('SUCCEEDED')
    expect(record).toMatchObject({ status: 'deactivated', counts: { suspects: 2, stale: 1, kept: 3, deactivated: 1 } })
    const lines = record?.keys.filter(({ user }) => user === 'break-glass')
    expect(lines).toHaveLength(2)
    for (const line of lines ?? [])
      expect(line).toMatchObject({ accessKeyId: null, verdict: 'kept', row: 'exempt', values, outcome: null })
    expect(lines?.map(({ lastUsedAt }) => lastUsedAt?.slice(0, 10)).sort()).toEqual(
      [300, 200].map((days) => daysAgo(days).toISOString().slice(0, 10)),
    )
    expect(world.endpoint.calls.filter(({ params }) => ofThem.match(params))).toEqual([])
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], 'break-glass': ['Active', 'Active'] })
  })
})

it('the record names exemptions that match nobody, and the user whose tag is none that keysweep reads is kept', async () => {
  const tagged = newUser('tagged', { keys: [keyUsed('tagged', 200)], tags: { keysweep_exempt: 'payroll' } })
  const world = await openWorld({
    account: accountOf({ idle: 200, vi: 1 }, [tagged]),
    settings: '{ mode: apply, policy: { exemptUsers: ["vi*", "vi.*"], exemptPaths: [/break_glass/] } }',
  })
  const { record } = await world.run()
  expect(record).toMatchObject({
    status: 'deactivated',
    unmatchedExemptions: { users: ['vi.*'], paths: ['/break_glass/'] },
  })
  expect(record?.keys.find(({ user }) => user === 'tagged')).toMatchObject({
    row: 'unknown',
    values: { doubt: 'unknown-tag', received: 'keysweep_exempt' },
  })
  expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], tagged: ['Active'] })
})

const withoutTags = (xml: string): string => xml.replace(/<Tags>.*<\/Tags>/s, '')
