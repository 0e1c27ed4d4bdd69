// The Organization of the fault tests: a hub and three members with keys that nobody misses, between accounts and keys that must
// be left alone.
import { MILLISECONDS_PER_DAY } from '../../core/model/instants.ts'
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { newMember, newOrganization, type Organization } from '../../demo/organization.ts'

export const HUB = '200000000002'
export const MANAGEMENT = '100000000001'
/** As the list of the Organization has them. */
export const MEMBERS = ['300000000003', '400000000004', '500000000005'] as const
export const EXCLUDED = '600000000006'
const SUSPENDED = '700000000007'

/** The accounts that a run changes. */
export const SWEPT: readonly string[] = [MEMBERS[0], HUB, MEMBERS[1], MEMBERS[2]]

/** Signs in the hub. */
export const OPERATOR = accessKeyId('operator')
export const ORGANIZATION = 'o-a1b2c3d4e5'

/** The keys of an account that a run may take. The account in the middle has two. */
export const staleIn = (account: string): string[] =>
  account === MEMBERS[1] ? [keyIn(account, 'idle'), keyIn(account, 'idle-2')] : [keyIn(account, 'idle')]

export const keyIn = (account: string, user: string): string => accessKeyId(`${account}/${user}`)

/** Every key that a run may take, by account. */
export const STALE: readonly (readonly [account: string, id: string])[] = SWEPT.flatMap((account) =>
  staleIn(account).map((id) => [account, id] as const),
)

/** A new Organization, the same each time but for the dates, which are as far from `now`. */
export function faultOrganization(now: Date): { hub: Account; organization: Organization } {
  const member = (id: string, rest: Parameters<typeof newMember>[2] = {}) =>
    newMember(accountOf(id, now), `name-${id}`, rest)
  const [first, middle, last] = MEMBERS
  const hub = member(HUB)
  const organization = newOrganization(member(MANAGEMENT), {
    id: ORGANIZATION,
    delegatedAdministrators: [HUB],
    accounts: [
      ...[member(first), hub, member(middle), member(last)],
      member(EXCLUDED, { tags: { keysweep: 'no' } }),
      member(SUSPENDED, { state: 'SUSPENDED' }),
    ],
  })
  return { hub: hub.account, organization }
}

function accountOf(id: string, now: Date): Account {
  const daysAgo = (days: number) => new Date(now.getTime() - days * MILLISECONDS_PER_DAY)
  const user = (name: string, usedDays: number, key = keyIn(id, name)) =>
    newUser(name, { keys: [newKey(key, daysAgo(365), { lastUsed: usedAt(daysAgo(usedDays)) })] })
  const users = [
    user('idle', 200),
    ...(id === MEMBERS[1] ? [user('idle-2', 250)] : []),
    // As the one who signs in the hub is called.
    user('operator', 1, id === HUB ? OPERATOR : keyIn(id, 'operator')),
  ]
  return newAccount(id, { users, roles: id === MANAGEMENT ? [] : rolesOf(id) })
}

export const rolesOf = (account: string) =>
  memberRoles({ account, hub: HUB, trusted: [`arn:aws:iam::${HUB}:user/operator`], organizationId: ORGANIZATION })
