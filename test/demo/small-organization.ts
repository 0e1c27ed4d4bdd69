// The local endpoint with a small organization, and SDK clients that try every call once: a management account, the hub (a
// delegated administrator) and a member, whose user bob has an old key.
import { IAMClient } from '@aws-sdk/client-iam'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts'
import { afterEach } from '@jest/globals'
import { type Account, accessKeyId, newAccount, newKey, newUser } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { newMember, newOrganization, type Organization } from '../../demo/organization.ts'
import type { ServiceOptions } from '../../demo/service.ts'
import { AT } from './local-endpoint.ts'

export const ACCOUNTS = {
  management: '100000000001',
  hub: '200000000002',
  member: '300000000003',
  outside: '900000000009',
}
export const UNIT = 'ou-ab12-11111111'
export const OPERATOR = accessKeyId('operator')
export const BOB_KEY = accessKeyId('bob')

const created = new Date('2025-01-01T00:00:00Z')

const account = (id: string): Account =>
  newAccount(id, { users: [newUser('admin', { keys: [newKey(accessKeyId(`${id}/admin`), created)] })] })

/** The key of the account's admin. */
export const adminOf = (id: string): string => accessKeyId(`${id}/admin`)

/** The member trusts the hub's user operator. */
function smallOrganization(): { hub: Account; member: Account; organization: Organization } {
  const hub = account(ACCOUNTS.hub)
  hub.users.push(newUser('operator', { keys: [newKey(OPERATOR, created)] }))
  const member = account(ACCOUNTS.member)
  member.users.push(
    newUser('bob', { path: '/people/', keys: [newKey(BOB_KEY, created)] }),
    newUser('exempt', { tags: { 'keysweep-exempt': 'true' }, keys: [newKey(accessKeyId('exempt'), created)] }),
  )
  member.roles = memberRoles({
    account: ACCOUNTS.member,
    hub: ACCOUNTS.hub,
    trusted: [`arn:aws:iam::${ACCOUNTS.hub}:user/operator`],
    organizationId: 'o-a1b2c3d4e5',
    exemptPaths: ['/break-glass/'],
  })
  const organization = newOrganization(newMember(account(ACCOUNTS.management), 'management'), {
    units: [{ id: UNIT, name: 'Workloads', parent: 'r-ab12' }],
    delegatedAdministrators: [ACCOUNTS.hub],
    accounts: [
      newMember(hub, 'hub'),
      newMember(member, 'member', { parent: UNIT, joinedAt: created, tags: { team: 'payments' } }),
    ],
  })
  return { hub, member, organization }
}

/** Credentials of one caller: a user's key, or a session's. */
export interface Credentials {
  accessKeyId: string
  secretAccessKey?: string
  sessionToken?: string
}

export interface LocalOrganization {
  endpoint: Endpoint
  organization: Organization
  member: Account
  iam: (credentials?: Credentials) => IAMClient
  sts: (credentials?: Credentials) => STSClient
  organizations: (credentials?: Credentials) => OrganizationsClient
  /** Assumes a role of the member as the hub's operator. */
  assume: (input?: Partial<AssumeRoleCommandInput>) => Promise<Credentials>
  pass: (milliseconds: number) => void
}

const ended: (() => Promise<void>)[] = []

export const roleArnOf = (name: string, id = ACCOUNTS.member): string => `arn:aws:iam::${id}:role/${name}`

/** Starts it for one test, with a clock that begins at `at`; it is stopped afterwards. */
export async function localOrganization(
  options: Partial<ServiceOptions> = {},
  at: Date = AT,
): Promise<LocalOrganization> {
  let milliseconds = at.getTime()
  const { hub, member, organization } = smallOrganization()
  const now = () => new Date(milliseconds)
  const endpoint = await startEndpoint({ account: hub, organization, now, reportSeconds: 0, ...options })
  ended.push(endpoint.stop)
  const config = ({ accessKeyId: id, ...rest }: Credentials) => ({
    endpoint: endpoint.url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: id, secretAccessKey: 'is not checked', ...rest },
    requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true },
  })
  const operator = { accessKeyId: OPERATOR }
  return {
    endpoint,
    organization,
    member,
    iam: (credentials = operator) => new IAMClient(config(credentials)),
    sts: (credentials = operator) => new STSClient(config(credentials)),
    organizations: (credentials = operator) => new OrganizationsClient(config(credentials)),
    async assume(input = {}) {
      const asked = { RoleArn: roleArnOf(MEMBER_ROLES.read), RoleSessionName: 'run-1', ...input }
      const { Credentials } = await new STSClient(config(operator)).send(new AssumeRoleCommand(asked))
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    },
    pass: (more) => {
      milliseconds += more
    },
  }
}

afterEach(async () => {
  for (const stop of ended.splice(0)) await stop()
})
