// The made-up organization of the demo: 40 accounts in 6 organizational units. All dates are relative to now, so that every
// demo finds the same stale keys.
import { type Account, newAccount, userArn } from './account.ts'
import { madeUpOperator, madeUpRoot, madeUpUser } from './made-up-account.ts'
import {
  EXCLUDED,
  EXCLUDING_TAG,
  HUB,
  MADE_UP_ACCOUNTS,
  MANAGEMENT,
  type MadeUpAccount,
  NEW,
  ROOT,
  SUSPENDED,
  UNITS,
  WITHOUT_ROLES,
} from './made-up-accounts.ts'
import { madeUpMembers } from './made-up-members.ts'
import { memberRoles } from './member-roles.ts'
import { type MemberAccount, newMember, newOrganization, type Organization } from './organization.ts'

export interface MadeUpOrganization {
  organization: Organization
  /** keysweep's own account, whose operator signs with OPERATOR_CREDENTIALS. */
  hub: Account
}

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const ORGANIZATION_ID = 'o-kswpdemo01'

/** Has no roles: StackSets deploy to neither, and nobody did by hand. */
const ROLELESS: readonly string[] = [MANAGEMENT, NEW, WITHOUT_ROLES]

/** The organization at `now`. Its account and key ids never change. */
export function madeUpOrganization(now: Date): MadeUpOrganization {
  const accounts = MADE_UP_ACCOUNTS.map((madeUp, index) => memberOf(madeUp, index, now))
  const [management, ...members] = accounts
  const hub = accounts.find(({ name }) => name === HUB)?.account
  if (management === undefined || hub === undefined) throw new TypeError(`The made-up organization needs ${HUB}`)
  const operator = madeUpOperator(now)
  hub.users.unshift(operator)
  const trust = { hub: hub.id, trusted: [userArn(hub, operator)], organizationId: ORGANIZATION_ID }
  for (const { name, account } of accounts)
    if (!ROLELESS.includes(name)) account.roles = memberRoles({ account: account.id, ...trust })
  const organization = newOrganization(management, {
    id: ORGANIZATION_ID,
    root: ROOT,
    units: [...UNITS],
    delegatedAdministrators: [hub.id],
    accounts: members,
  })
  return { organization, hub }
}

function memberOf(madeUp: MadeUpAccount, index: number, now: Date): MemberAccount {
  const { name, parent } = madeUp
  const users = madeUpMembers({ account: name, ...madeUp }).map((user) => madeUpUser(user, now, `${name}/`))
  const account = newAccount(idOf(index), { alias: `acme-${name}`, users, root: madeUpRoot(now) })
  const joinedAt = new Date(now.getTime() - (name === NEW ? 5 * HOUR : (1200 - index * 25) * DAY))
  return newMember(account, name, {
    parent,
    joinedAt,
    joinedMethod: name === WITHOUT_ROLES ? 'INVITED' : 'CREATED',
    state: name === SUSPENDED ? 'SUSPENDED' : 'ACTIVE',
    tags: { 'cost-center': parent.slice(-3), ...(name === EXCLUDED && { [EXCLUDING_TAG.key]: EXCLUDING_TAG.value }) },
  })
}

/** Ids that nobody takes for real ones: 111122220001 and so on. */
const idOf = (index: number): string => `11112222${String(index + 1).padStart(4, '0')}`
