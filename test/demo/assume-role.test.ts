// AssumeRole at the local endpoint, and what the session may then do.
import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId, findRole } from '../../demo/account.ts'
import { MEMBER_ROLES } from '../../demo/member-roles.ts'
import { revokeSessions } from '../../demo/role.ts'
import { AT } from './local-endpoint.ts'
import { failure, rejection } from './rejection.ts'
import { ACCOUNTS, adminOf, BOB_KEY, localOrganization, OPERATOR, roleArnOf } from './small-organization.ts'

const READ = roleArnOf(MEMBER_ROLES.read)
const DEACTIVATE = roleArnOf(MEMBER_ROLES.deactivate)
const assume = (more: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({ RoleArn: READ, RoleSessionName: 'run-1', ...more })
const deactivate = (UserName = 'bob', AccessKeyId = BOB_KEY) =>
  new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })
const whoAmI = () => new GetCallerIdentityCommand()

const onlyUser = (user: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iam:ListAccessKeys', 'iam:UpdateAccessKey'],
        Resource: [`arn:aws:iam::${ACCOUNTS.member}:user/${user}`, `arn:aws:iam::${ACCOUNTS.member}:user/*/${user}`],
      },
    ],
  })

describe('AssumeRole', () => {
  it('gives credentials of the role, which lead to its account', async () => {
    const { sts, iam, endpoint } = await localOrganization()
    const { AssumedRoleUser, Credentials } = await sts().send(assume({ DurationSeconds: 900 }))
    const arn = `arn:aws:sts::${ACCOUNTS.member}:assumed-role/keysweep-read/run-1`
    expect(AssumedRoleUser).toEqual({ Arn: arn, AssumedRoleId: expect.stringMatching(/^AROA\w{16}:run-1$/) })
    expect(Credentials).toEqual({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^.{40}$/),
      SessionToken: expect.any(String),
      Expiration: new Date(AT.getTime() + 900_000),
    })
    const session = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    }
    expect(await sts(session).send(whoAmI())).toMatchObject({ Account: ACCOUNTS.member, Arn: arn })
    const { AccessKeyMetadata } = await iam(session).send(new ListAccessKeysCommand({ UserName: 'bob' }))
    expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: BOB_KEY }])
    expect(endpoint.calls.map(({ action, account }) => [action, account])).toEqual([
      ['AssumeRole', ACCOUNTS.member],
      ['GetCallerIdentity', ACCOUNTS.member],
      ['ListAccessKeys', ACCOUNTS.member],
    ])
  })

  it.each([
    ['of an account that does not exist', roleArnOf('keysweep-read', '999999999999'), OPERATOR],
    ['that does not exist', roleArnOf('keysweep-delete'), OPERATOR],
    ['under another path', `arn:aws:iam::${ACCOUNTS.member}:role/other/keysweep-read`, OPERATOR],
    ['that trusts another user of the account', READ, adminOf(ACCOUNTS.hub)],
    ['that trusts another account', READ, adminOf(ACCOUNTS.management)],
  ])('of a role %s is denied, in AWS’s words', async (_, RoleArn, key) => {
    const { sts } = await localOrganization()
    const caller = sts({ accessKeyId: key })
    const { Arn } = await caller.send(whoAmI())
    expect(await rejection(caller.send(assume({ RoleArn })))).toMatchObject({
      ...failure('AccessDenied', 403),
      message: `User: ${Arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    })
  })

  it.each([
    ['SUSPENDED', false],
    ['CLOSED', false],
    ['PENDING_ACTIVATION', false],
    ['PENDING_CLOSURE', true],
  ] as const)('of an account in state %s works: %s', async (state, works) => {
    const { sts, organization } = await localOrganization()
    for (const member of organization.accounts) if (member.account.id === ACCOUNTS.member) member.state = state
    const asked = sts().send(assume())
    if (works) await asked
    else expect(await rejection(asked)).toMatchObject(failure('AccessDenied', 403))
  })

  it('is denied to a caller outside the organization that the trust names', async () => {
    const { sts, organization } = await localOrganization()
    organization.accounts = organization.accounts.filter(({ account }) => account.id !== ACCOUNTS.hub)
    expect(await rejection(sts().send(assume()))).toMatchObject(failure('AccessDenied', 403))
  })

  it.each([
    ['a session name of one letter', { RoleSessionName: 'a' }, 'ValidationError'],
    ['a session name of 65 letters', { RoleSessionName: 'a'.repeat(65) }, 'ValidationError'],
    ['a session name with a space', { RoleSessionName: 'run 1' }, 'ValidationError'],
    ['899 seconds', { DurationSeconds: 899 }, 'ValidationError'],
    ['more than the role’s hour', { DurationSeconds: 3601 }, 'ValidationError'],
    ['an ARN of no role', { RoleArn: 'arn:aws:iam::300000000003:user/bob' }, 'ValidationError'],
    ['a policy of 2,049 characters', { Policy: ' '.repeat(2049) }, 'ValidationError'],
    ['a policy that is not JSON', { Policy: '{' }, 'MalformedPolicyDocumentException'],
    ['a policy without statements', { Policy: 'null' }, 'MalformedPolicyDocumentException'],
  ])('refuses %s', async (_, more, name) => {
    const { sts } = await localOrganization()
    expect(await rejection(sts().send(assume(more)))).toMatchObject(failure(name, 400))
  })

  it('takes a session name of 64 characters and every character that AWS does', async () => {
    const { sts } = await localOrganization()
    await sts().send(assume({ RoleSessionName: 'a'.repeat(64) }))
    await sts().send(assume({ RoleSessionName: 'a_Z+9=,.@-' }))
  })
})

describe('a session', () => {
  const code = async (asked: Promise<unknown>) => (await rejection(asked)) as Error

  it('of keysweep-read may read and not write', async () => {
    const { assume, iam, endpoint } = await localOrganization()
    const session = iam(await assume())
    await session.send(new GenerateCredentialReportCommand())
    await session.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: BOB_KEY }))
    expect(await code(session.send(deactivate()))).toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNTS.member}:assumed-role/keysweep-read/run-1 is not authorized to perform: iam:UpdateAccessKey on resource: user bob because no identity-based policy allows the iam:UpdateAccessKey action`,
    })
    expect(endpoint.writes).toEqual([])
  })

  it('of keysweep-deactivate may deactivate, but no exempt user', async () => {
    const { assume, iam, endpoint, member } = await localOrganization()
    const session = iam(await assume({ RoleArn: DEACTIVATE }))
    await session.send(deactivate())
    expect(endpoint.writes).toMatchObject([{ account: ACCOUNTS.member, user: 'bob', to: 'Inactive' }])
    expect(member.trail).toMatchObject([{ name: 'UpdateAccessKey', username: 'run-1' }])
    expect(await code(session.send(deactivate('exempt', accessKeyId('exempt'))))).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/ on resource: user exempt with an explicit deny in an identity-based policy$/),
    })
    for (const user of member.users) user.path = '/break-glass/'
    expect(await code(session.send(deactivate()))).toMatchObject({ name: 'AccessDenied' })
    expect(await code(session.send(new GenerateCredentialReportCommand()))).toMatchObject({ name: 'AccessDenied' })
    expect(endpoint.writes).toHaveLength(1)
  })

  it('with a session policy for one user reaches no other', async () => {
    const { assume, iam, endpoint, member } = await localOrganization()
    for (const user of member.users) user.tags = {}
    const session = iam(await assume({ RoleArn: DEACTIVATE, Policy: onlyUser('bob') }))
    const other = await code(session.send(deactivate('exempt', accessKeyId('exempt'))))
    expect(other).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/because no session policy allows the iam:UpdateAccessKey action$/),
    })
    await session.send(deactivate())
    expect(endpoint.writes).toMatchObject([{ user: 'bob' }])
  })

  it('gains nothing from a session policy that its role does not have', async () => {
    const { assume, iam } = await localOrganization()
    const session = iam(await assume({ Policy: onlyUser('bob') }))
    expect(await code(session.send(deactivate()))).toMatchObject({ name: 'AccessDenied' })
  })

  it('expires', async () => {
    const { assume, iam, sts, pass } = await localOrganization()
    const credentials = await assume({ DurationSeconds: 900 })
    pass(899_000)
    await sts(credentials).send(whoAmI())
    pass(1000)
    expect(await code(iam(credentials).send(deactivate()))).toMatchObject(failure('ExpiredToken', 403))
    expect(await code(sts(credentials).send(whoAmI()))).toMatchObject(failure('ExpiredToken', 403))
  })

  it('needs its own token', async () => {
    const { assume, sts } = await localOrganization()
    const [one, other] = [await assume(), await assume()]
    const mixed = { ...one, ...(other.sessionToken && { sessionToken: other.sessionToken }) }
    expect(await code(sts(mixed).send(whoAmI()))).toMatchObject(failure('InvalidClientTokenId', 403))
    expect(await code(sts({ accessKeyId: one.accessKeyId }).send(whoAmI()))).toMatchObject({
      name: 'InvalidClientTokenId',
    })
  })

  it('can be revoked, and a later one is not', async () => {
    const { assume, iam, sts, member, pass } = await localOrganization()
    const early = await assume()
    const role = findRole(member, MEMBER_ROLES.read)
    pass(1000)
    if (role) revokeSessions(role, new Date(AT.getTime() + 1000))
    const list = new ListAccessKeysCommand({ UserName: 'bob' })
    expect(await code(iam(early).send(list))).toMatchObject(failure('AccessDenied', 403))
    expect(await sts(early).send(whoAmI())).toMatchObject({ Account: ACCOUNTS.member })
    await iam(await assume()).send(list)
  })

  it('ends with its role', async () => {
    const { assume, sts, iam, endpoint } = await localOrganization()
    endpoint.on('ListAccessKeys', 1, (account) => void account.roles.splice(0))
    const credentials = await assume()
    await iam(credentials).send(new ListAccessKeysCommand({ UserName: 'bob' }))
    expect(await code(sts(credentials).send(whoAmI()))).toMatchObject(failure('InvalidClientTokenId', 403))
    expect(await code(assume())).toMatchObject(failure('AccessDenied', 403))
  })

  it('ends when its account leaves the organization', async () => {
    const { assume, sts, member, organization } = await localOrganization()
    const credentials = await assume()
    expect(await sts(credentials).send(whoAmI())).toMatchObject({ Account: ACCOUNTS.member })
    organization.accounts = organization.accounts.filter(({ account }) => account !== member)
    expect(await code(sts(credentials).send(whoAmI()))).toMatchObject(failure('InvalidClientTokenId', 403))
  })

  it('ends when its account ends all sessions', async () => {
    const { assume, sts, member } = await localOrganization()
    const credentials = await assume()
    member.sessions = {}
    expect(await code(sts(credentials).send(whoAmI()))).toMatchObject(failure('InvalidClientTokenId', 403))
  })

  it('may not assume a role that its own does not allow', async () => {
    const { assume: assumed, sts, member } = await localOrganization()
    const credentials = await assumed()
    const role = findRole(member, MEMBER_ROLES.deactivate)
    if (role)
      role.trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: '*' }] }
    expect(await code(sts(credentials).send(assume({ RoleArn: DEACTIVATE })))).toMatchObject({ name: 'AccessDenied' })
  })
})
