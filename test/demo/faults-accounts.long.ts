// Faults at an endpoint of several accounts: of the new actions, and of one account of many.
import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import { ListAccountsCommand } from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from '@jest/globals'
import type { ActionName } from '../../demo/actions.ts'
import type { Fault } from '../../demo/faults.ts'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { rejection } from './rejection.ts'
import {
  ACCOUNTS,
  adminOf,
  BOB_KEY,
  type LocalOrganization,
  localOrganization,
  roleArnOf,
} from './small-organization.ts'

const assumeIn = (id: string) =>
  new AssumeRoleCommand({ RoleArn: roleArnOf(MEMBER_ROLES.read, id), RoleSessionName: 'run-1' })

type NewAction = Extract<ActionName, 'AssumeRole' | 'ListAccounts'>

const CALLS: Record<NewAction, (local: LocalOrganization) => Promise<object>> = {
  AssumeRole: ({ sts }) => sts().send(assumeIn(ACCOUNTS.member)),
  ListAccounts: ({ organizations }) => organizations().send(new ListAccountsCommand()),
}

const ERRORS: [
  kind: string,
  fault: Fault extends infer F ? (F extends Fault ? Omit<F, 'action'> : never) : never,
  name: Record<NewAction, string>,
][] = [
  [
    'a throttle',
    { kind: 'error', error: 'Throttling' },
    { AssumeRole: 'Throttling', ListAccounts: 'TooManyRequestsException' },
  ],
  [
    'a 5xx',
    { kind: 'error', error: 'ServiceFailure' },
    { AssumeRole: 'ServiceFailure', ListAccounts: 'ServiceException' },
  ],
  [
    'a denial',
    { kind: 'error', error: 'AccessDenied' },
    { AssumeRole: 'AccessDenied', ListAccounts: 'AccessDeniedException' },
  ],
  ['a reset', { kind: 'reset before' }, { AssumeRole: 'Error', ListAccounts: 'Error' }],
  ['no answer', { kind: 'hang' }, { AssumeRole: 'TimeoutError', ListAccounts: 'TimeoutError' }],
]

describe.each(Object.keys(CALLS) as NewAction[])('%s', (action) => {
  it.each(ERRORS)('may end with %s', async (_, fault, name) => {
    const local = await localOrganization()
    local.endpoint.fault({ action, ...fault })
    expect(await rejection(CALLS[action](local))).toMatchObject({ name: name[action] })
  })

  it('may be answered with nothing, which is success to the SDK', async () => {
    const local = await localOrganization()
    local.endpoint.fault({ action, kind: 'empty' })
    const { $metadata: _, ...rest } = (await CALLS[action](local)) as { $metadata: object }
    expect(rest).toEqual({})
  })

  it('is throttled like any other', async () => {
    const local = await localOrganization({ maxCallsPerSecond: 1 })
    await CALLS[action](local)
    await rejection(CALLS[action](local))
    expect(local.endpoint.calls.map(({ outcome }) => outcome)).toEqual(['answered', 'throttled'])
  })
})

describe('one account of many', () => {
  /** The hub trusts its operator too. */
  const twoAccounts = async (options = {}) => {
    const local = await localOrganization(options)
    const hub = local.endpoint.account
    const trusted = [`arn:aws:iam::${hub.id}:user/operator`]
    hub.roles = memberRoles({ account: hub.id, hub: hub.id, trusted, organizationId: null })
    return local
  }

  it('has a fault of its own', async () => {
    const local = await twoAccounts()
    const { endpoint, iam } = local
    const fault = { kind: 'error', error: 'ServiceUnavailable', account: ACCOUNTS.member } as const
    endpoint.fault({ action: 'ListAccessKeys', ...fault })
    const admin = (id: string) => iam({ accessKeyId: adminOf(id) }).send(new ListAccessKeysCommand())
    await admin(ACCOUNTS.hub)
    expect(await rejection(admin(ACCOUNTS.member))).toMatchObject({ name: 'ServiceUnavailable' })
    expect(endpoint.calls.map(({ account, outcome }) => [account, outcome])).toEqual([
      [ACCOUNTS.hub, 'answered'],
      [ACCOUNTS.member, 'fault:error'],
    ])
  })

  it('cannot be entered, while others can', async () => {
    const { endpoint, sts } = await twoAccounts()
    endpoint.fault({ action: 'AssumeRole', kind: 'error', error: 'AccessDenied', account: ACCOUNTS.member })
    await sts().send(assumeIn(ACCOUNTS.hub))
    expect(await rejection(sts().send(assumeIn(ACCOUNTS.member)))).toMatchObject({ name: 'AccessDenied' })
  })

  it('answers with credentials of another, as if they were its own', async () => {
    const { endpoint, assume, sts } = await twoAccounts()
    endpoint.fault({ action: 'AssumeRole', kind: 'other account', answers: ACCOUNTS.hub })
    const { AssumedRoleUser } = await sts().send(assumeIn(ACCOUNTS.member))
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNTS.member}:assumed-role/keysweep-read/run-1`)
    expect(await sts(await assume()).send(new GetCallerIdentityCommand())).toMatchObject({ Account: ACCOUNTS.hub })
  })

  it('answers with the facts of another', async () => {
    const { endpoint, iam } = await twoAccounts()
    endpoint.fault({ action: 'ListAccessKeys', kind: 'other account', answers: ACCOUNTS.member })
    const { AccessKeyMetadata } = await iam().send(new ListAccessKeysCommand({ UserName: 'bob' }))
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: BOB_KEY }])
  })

  it('has a report, a limit of calls and keys of its own', async () => {
    const { iam } = await twoAccounts({ maxCallsPerSecond: 1 })
    const admin = (id: string) => iam({ accessKeyId: adminOf(id) })
    const lastUsed = (id: string) => new GetAccessKeyLastUsedCommand({ AccessKeyId: adminOf(id) })
    await admin(ACCOUNTS.hub).send(lastUsed(ACCOUNTS.hub))
    expect(await rejection(admin(ACCOUNTS.member).send(lastUsed(ACCOUNTS.hub)))).toMatchObject({
      name: 'NoSuchEntityException',
    })
    expect(await rejection(admin(ACCOUNTS.member).send(lastUsed(ACCOUNTS.member)))).toMatchObject({
      name: 'Throttling',
    })
  })

  it('changes by other people right before a call that concerns it', async () => {
    const { endpoint, sts } = await twoAccounts()
    endpoint.on(
      'AssumeRole',
      1,
      (account) => void account.roles.splice(0),
      (_, account) => account === ACCOUNTS.member,
    )
    await sts().send(assumeIn(ACCOUNTS.hub))
    expect(await rejection(sts().send(assumeIn(ACCOUNTS.member)))).toMatchObject({ name: 'AccessDenied' })
    await sts().send(assumeIn(ACCOUNTS.hub))
  })
})
