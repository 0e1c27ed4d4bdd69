// A small organization on the local endpoint, with an account for each end, for tests of the real command.
import { accessKeyId, newAccount, newUser, userArn } from '../../demo/account.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { type MemberAccount, newMember, newOrganization, type Organization } from '../../demo/organization.ts'
import { reportMade } from '../support/report-made.ts'
import { type Aws, awsWith, keyUsed } from './command.ts'

export const ORGANIZATION_ID = 'o-a1b2c3d4e5'
export const PROD = 'ou-ab12-11111111'
export const SANDBOX = 'ou-ab12-22222222'

/** The accounts by name. */
export const IDS = {
  management: '111111111111',
  hub: '222222222222',
  /** Two stale keys. */
  shop: '333333333333',
  /** One stale key; a user called bot, as in the shop. */
  blog: '444444444444',
  /** No stale key. */
  quiet: '555555555555',
  /** No roles. */
  bought: '666666666666',
  /** No roles, joined an hour ago. */
  fresh: '777777777777',
  suspended: '888888888888',
} as const

export type Name = keyof typeof IDS

/** Days since the last use of the key of each user. */
const USERS: Record<Name, Record<string, number>> = {
  management: { root1: 1 },
  hub: { operator: 0.5, bot3: 1, bot4: 2, bot5: 3 },
  shop: { bot: 200, importer: 300, web: 1, api: 2, jobs: 3, mail: 3, search: 4, pay: 4 },
  blog: { 'blog-export': 250, bot: 1, render: 2, feed: 2, images: 1 },
  quiet: { night: 1 },
  bought: { legacy: 900 },
  fresh: { first: 0.1 },
  suspended: { gone: 900 },
}

export interface OrganizationAws extends Aws {
  organization: Organization
  /** The ids of the keys that were written to, with what they became, by account. */
  writes: () => [string, string, string][]
}

/** The id of the key of a user in an account. The operator signs. */
export const keyOf = (account: Name, user: string): string =>
  user === 'operator' ? accessKeyId('operator') : accessKeyId(`${account}/${user}`)

const HOUR = 60 * 60 * 1000

/** @param names the accounts; default: all. The hub and the management account are always there. */
export async function organizationAws(names: Name[] = Object.keys(IDS) as Name[]): Promise<OrganizationAws> {
  const members = new Map(names.map((name) => [name, memberOf(name)]))
  const management = members.get('management') ?? memberOf('management')
  const hub = members.get('hub') ?? memberOf('hub')
  const operator = hub.account.users.find(({ name }) => name === 'operator')
  if (operator === undefined) throw new TypeError('The hub needs an operator')
  const trust = { hub: IDS.hub, trusted: [userArn(hub.account, operator)], organizationId: ORGANIZATION_ID }
  const others = [...members].flatMap(([name, member]) => (name === 'management' || name === 'hub' ? [] : member))
  for (const { account } of [hub, ...others])
    if (account.id !== IDS.bought && account.id !== IDS.fresh)
      account.roles = memberRoles({ account: account.id, ...trust })
  const organization = newOrganization(management, {
    id: ORGANIZATION_ID,
    units: [
      { id: PROD, name: 'Prod', parent: 'r-ab12' },
      { id: SANDBOX, name: 'Sandbox', parent: 'r-ab12' },
    ],
    delegatedAdministrators: [IDS.hub],
    accounts: [hub, ...others],
  })
  const aws = await awsWith(hub.account, { organization })
  await Promise.all(organization.accounts.map(({ account }) => reportOf(aws, account.id)))
  return {
    ...aws,
    organization,
    writes: () => aws.endpoint.writes.map(({ account, accessKeyId, to }) => [account, accessKeyId, to]),
  }
}

function memberOf(name: Name): MemberAccount {
  const users = Object.entries(USERS[name]).map(([user, days]) =>
    newUser(user, { keys: [{ ...keyUsed('x', days), id: keyOf(name, user) }] }),
  )
  return newMember(newAccount(IDS[name], { users }), name, {
    parent: name === 'quiet' ? SANDBOX : PROD,
    state: name === 'suspended' ? 'SUSPENDED' : 'ACTIVE',
    ...(name === 'fresh' && { joinedAt: new Date(Date.now() - HOUR) }),
  })
}

async function reportOf({ endpoint }: Aws, id: string): Promise<void> {
  const name = (Object.keys(IDS) as Name[]).find((name) => IDS[name] === id) ?? 'hub'
  const [user = ''] = Object.keys(USERS[name])
  await reportMade(endpoint.url, keyOf(name, user))
}
