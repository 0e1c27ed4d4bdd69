// The organization that programs are measured on: a hub with the operator, and members, each an account as in account.ts. All
// have keysweep's roles, and one that Cloud Custodian needs.
import { type Account, userArn } from '../demo/account.ts'
import { memberRoles } from '../demo/member-roles.ts'
import { newMember, newOrganization, type Served } from '../demo/organization.ts'
import { newRole } from '../demo/role.ts'
import { type BenchAccount, benchAccount } from './account.ts'

/** Assumed by Cloud Custodian: it may do everything in IAM. */
export const CUSTODIAN_ROLE = 'custodian'

const ORGANIZATION_ID = 'o-benchbench'

/** The id of the nth account; the first is the hub, and the management account. */
export const benchAccountId = (nth: number): string => `11112222${String(nth + 1).padStart(4, '0')}`

/** An organization of `accounts` accounts with about `users` users each. */
export function benchOrganization(
  accounts: number,
  users: number,
  now: Date,
): { benches: BenchAccount[]; served: Served } {
  const benches = Array.from({ length: accounts }, (_, nth) =>
    benchAccount(users, now, { nth, id: benchAccountId(nth) }),
  )
  const [hub, ...others] = benches.map(({ account }) => account)
  const [operator] = hub?.users ?? []
  if (hub === undefined || operator === undefined) throw new TypeError('An organization needs an account')
  const trusted = [userArn(hub, operator)]
  for (const account of [hub, ...others]) account.roles = rolesOf(account, hub, trusted)
  const named = (account: Account) => newMember(account, `account-${account.id}`)
  const organization = newOrganization(named(hub), { id: ORGANIZATION_ID, accounts: others.map(named) })
  return { benches, served: { account: hub, organization, issuedIn: new Map() } }
}

function rolesOf(account: Account, hub: Account, trusted: string[]): Account['roles'] {
  const roles = memberRoles({ account: account.id, hub: hub.id, trusted, organizationId: ORGANIZATION_ID })
  const trust = roles[0]?.trust ?? { Version: '2012-10-17', Statement: [] }
  const everything = { Effect: 'Allow', Action: 'iam:*', Resource: '*' } as const
  const policies = [{ Version: '2012-10-17', Statement: [everything] }]
  return [...roles, newRole(CUSTODIAN_ROLE, { trust, policies })]
}
