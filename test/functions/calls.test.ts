// Every call to IAM is one that safety needs. IAM throttles an account as a whole, so a call too many is taken from whoever
// else works in it.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { accessKeyId, findUser, newUser, usedAt } from '../../demo/account.ts'
import { accountOf, daysAgo, keyUsed, openWorld, type World } from '../support/world.ts'

const PLAN = ['ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags']
const TAKE = ['ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags', 'GetUser', 'UpdateAccessKey', 'ListAccessKeys']

describe('a run that takes keys', () => {
  let world: World
  /** The prefixes of the run store that were listed, up to Write record and by it. */
  const listed: { byRecord: boolean; prefix: string }[] = []
  beforeAll(async () => {
    const pair = newUser('pair', { keys: [keyUsed('pair', 200), keyUsed('pair/2', 1)] })
    const half = newUser('half', { keys: [keyUsed('half', null), { ...keyUsed('half/2', 200), status: 'Inactive' }] })
    world = await openWorld({
      account: accountOf({ idle: 200, never: null, soon: 85, back: 200, busy: 1 }, [pair, half]),
      settings: '{ mode: apply, policy: { maxPercent: 100 } }',
    })
    // Somebody uses a key after the report was made.
    world.endpoint.on(
      'ListAccessKeys',
      1,
      (account) => {
        for (const key of findUser(account, 'back')?.keys ?? []) key.lastUsed = usedAt(daysAgo(0.1))
      },
      ({ UserName }) => UserName === 'back',
    )
    const { store } = world.ports
    const { list } = store
    let byRecord = false
    store.list = (prefix) => {
      listed.push({ byRecord, prefix })
      return list(prefix)
    }
    const { record } = await world.run({
      onEvent: (event) => {
        byRecord ||= event.type === 'StateEntered' && event.state === 'Write record'
      },
    })
    expect(record?.counts).toMatchObject({ deactivated: 4, failed: 0 })
  })

  /** What was asked about a user, in order. */
  const askedOf = (user: string): string[] => {
    const ids = [accessKeyId(user), accessKeyId(`${user}/2`)]
    return world.endpoint.calls
      .filter(({ params }) => params.UserName === user || ids.includes(params.AccessKeyId ?? ''))
      .map(({ action }) => action)
  }

  it.each([
    ['a user whom the report shows as recently used', 'busy', []],
    ['a suspect who turns out to be in use: no tags', 'back', ['ListAccessKeys', 'GetAccessKeyLastUsed']],
    ['a user whose key is stale soon: tags, for who is exempt is not warned', 'soon', PLAN],
    ['a user whose key is idle: the facts, and once more at the write', 'idle', [...PLAN, ...TAKE]],
    ['a user whose key was never used', 'never', [...PLAN, ...TAKE]],
    ['a user with an Inactive key beside: nothing about that key', 'half', [...PLAN, ...TAKE]],
    [
      'a user with two Active keys: the last use of each',
      'pair',
      [...PLAN.toSpliced(1, 0, 'GetAccessKeyLastUsed'), ...TAKE.toSpliced(1, 0, 'GetAccessKeyLastUsed')],
    ],
  ])('asks of %s', (_, user, expected) => {
    expect(askedOf(user)).toEqual(expected)
  })

  // A list costs as much as a write. Right before an update it must be a new one: an undo may have stopped the run.
  it.each([
    ['a user whom the report shows as recently used', 'busy', 0],
    ['a suspect who turns out to be in use', 'back', 0],
    ['a user whose key is stale soon', 'soon', 0],
    ['a user whose key is idle: its history, that once more at the write, and after the intent', 'idle', 3],
    ['a user with two Active keys: the idle one', 'pair', 3],
  ])('lists the documents in the run store of %s', (_, user, times) => {
    expect(timesListed(`keys/${accessKeyId(user)}/`, false)).toBe(times)
    expect(timesListed(`keys/${accessKeyId(`${user}/2`)}/`, false)).toBe(0)
  })

  it.each([
    ['a user whose key is stale soon', 'soon', 0],
    ['a user whose key is idle', 'idle', 1],
    ['a user with two Active keys: the idle one', 'pair', 1],
  ])('lists it once more for the record of %s, which names every document', (_, user, times) => {
    expect(timesListed(`keys/${accessKeyId(user)}/`, true)).toBe(times)
    expect(timesListed(`keys/${accessKeyId(`${user}/2`)}/`, true)).toBe(0)
  })

  const timesListed = (of: string, byRecord: boolean): number =>
    listed.filter((list) => list.prefix === of && list.byRecord === byRecord).length

  it('asks for the report and who it is, and nothing else', () => {
    const others = world.endpoint.calls.filter(({ params }) => !params.UserName && !params.AccessKeyId)
    expect(others.map(({ action }) => action)).toEqual([
      'GetCallerIdentity',
      'GenerateCredentialReport',
      'GenerateCredentialReport',
      'GetCredentialReport',
      'LookupEvents',
    ])
  })
})
