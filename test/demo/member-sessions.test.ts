// The product's own clients at the endpoint of several accounts: each session does what it was asked for, and nothing else.
import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId, findRole } from '../../demo/account.ts'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { revokeSessions } from '../../demo/role.ts'
import type { AccountRun, IamUse } from '../../io/sts/iam-use.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { rejection } from './rejection.ts'
import { ACCOUNTS, BOB_KEY, localOrganization, OPERATOR } from './small-organization.ts'

const READ: IamUse = { role: 'read' }
const DEACTIVATE_BOB: IamUse = { role: 'deactivate', user: 'bob' }

async function product() {
  // The SDK compares the end of a session with the machine's clock.
  const local = await localOrganization({}, new Date())
  const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' }
  const access = { endpoint: local.endpoint.url, region: 'us-east-1', credentials }
  const caller = await whoCalls(access)
  const ports = makePorts({ store: makeMemoryStore(), settings: parseSettings(''), caller, access })
  const run: AccountRun = {
    runId: `weekly-change-${ACCOUNTS.member}`,
    account: ACCOUNTS.member,
    caller,
    member: { roles: MEMBER_ROLES, profile: null },
  }
  const actions = () => local.endpoint.calls.map(({ action }) => action).slice(1)
  return { ...local, actions, iam: (use: IamUse) => ports.iamOf(run, use) }
}

describe('a run in a member account', () => {
  it('reads with a session of the role that reads, after STS has confirmed whose it is', async () => {
    const { iam, actions } = await product()
    expect(await iam(READ).listAccessKeys('bob')).toMatchObject([{ accessKeyId: BOB_KEY, status: 'Active' }])
    expect(actions()).toEqual(['AssumeRole', 'GetCallerIdentity', 'ListAccessKeys'])
    expect(await rejection(iam(READ).setStatus('bob', BOB_KEY, 'Inactive'))).toMatchObject({ name: 'IamDenied' })
  })

  it('deactivates a key of the one user that the session is for', async () => {
    const { iam, endpoint } = await product()
    await iam(DEACTIVATE_BOB).setStatus('bob', BOB_KEY, 'Inactive')
    expect(endpoint.writes).toMatchObject([{ account: ACCOUNTS.member, accessKeyId: BOB_KEY, to: 'Inactive' }])
    const other = iam(DEACTIVATE_BOB).setStatus('admin', accessKeyId(`${ACCOUNTS.member}/admin`), 'Inactive')
    expect(await rejection(other)).toMatchObject({ name: 'IamDenied' })
    expect(endpoint.writes).toHaveLength(1)
  })

  it('cannot deactivate the key of an exempt user, whatever its verdict', async () => {
    const { iam, endpoint } = await product()
    const exempt = iam({ role: 'deactivate', user: 'exempt' })
    expect(await exempt.listTags('exempt')).toEqual({ 'keysweep-exempt': 'true' })
    const write = exempt.setStatus('exempt', accessKeyId('exempt'), 'Inactive')
    expect(await rejection(write)).toMatchObject({ name: 'IamDenied' })
    expect(endpoint.writes).toEqual([])
  })

  it('whose role is removed meanwhile has no further session', async () => {
    const { iam, endpoint, member } = await product()
    await iam(READ).listAccessKeys('bob')
    member.roles = []
    expect(await rejection(iam(DEACTIVATE_BOB).setStatus('bob', BOB_KEY, 'Inactive'))).toMatchObject({
      name: 'MemberRoleDenied',
    })
    expect(endpoint.writes).toEqual([])
  })

  it('whose session is revoked before its write is denied', async () => {
    const { iam, endpoint, member } = await product()
    endpoint.on('UpdateAccessKey', 1, (_account, _params, now) => {
      const role = findRole(member, MEMBER_ROLES.deactivate)
      if (role) revokeSessions(role, new Date(now.getTime() + 1000))
    })
    const write = iam(DEACTIVATE_BOB).setStatus('bob', BOB_KEY, 'Inactive')
    expect(await rejection(write)).toMatchObject({ name: 'IamDenied' })
    expect(endpoint.writes).toEqual([])
  })

  it('whose session expires before its write is denied', async () => {
    const { iam, endpoint, pass } = await product()
    const use = iam(DEACTIVATE_BOB)
    await use.listAccessKeys('bob')
    pass(900_000)
    expect(await rejection(use.setStatus('bob', BOB_KEY, 'Inactive'))).toMatchObject({ name: 'IamDenied' })
    expect(endpoint.writes).toEqual([])
  })

  it('calls no IAM with credentials of another account', async () => {
    const { iam, endpoint, actions } = await product()
    const hub = endpoint.account
    const trusted = [`arn:aws:iam::${hub.id}:user/operator`]
    hub.roles = memberRoles({ account: hub.id, hub: hub.id, trusted, organizationId: null })
    endpoint.fault({ action: 'AssumeRole', kind: 'other account', answers: hub.id })
    const error = await rejection(iam(DEACTIVATE_BOB).listAccessKeys('bob'))
    expect(error).toMatchObject({ name: 'AccountRefused', message: expect.stringContaining(hub.id) })
    expect(actions()).toEqual(['AssumeRole', 'GetCallerIdentity'])
  })
})
