// An AWS Organization as plain objects in memory, which the local endpoint serves. Tests and the demo build one, and may
// change it at any time.
import type { Account } from './account.ts'

/** Organizations API Reference, Account. */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED'

export interface OrganizationalUnit {
  /** Such as ou-ab12-11111111. */
  id: string
  name: string
  /** The id of the root, or of another unit. */
  parent: string
}

/** An account and what the organization knows of it. */
export interface MemberAccount {
  account: Account
  name: string
  email: string
  state: AccountState
  joinedAt: Date
  joinedMethod: 'CREATED' | 'INVITED'
  /** The id of the root, or of a unit. */
  parent: string
  tags: Record<string, string>
}

export interface Organization {
  /** Such as o-a1b2c3d4e5. */
  id: string
  /** The root's id, such as r-ab12. */
  root: string
  units: OrganizationalUnit[]
  /** The id of the management account, which is one of `accounts`. */
  managementAccount: string
  /** The ids of the other accounts that may read the organization. */
  delegatedAdministrators: string[]
  accounts: MemberAccount[]
}

/** A new organization of one account, its management account. */
export function newOrganization(management: MemberAccount, rest: Partial<Organization> = {}): Organization {
  const organization = {
    id: 'o-a1b2c3d4e5',
    root: 'r-ab12',
    units: [],
    managementAccount: management.account.id,
    delegatedAdministrators: [],
    ...rest,
  }
  return { ...organization, accounts: [management, ...(rest.accounts ?? [])] }
}

/** An active account that was created under the root some years ago, unless `rest` says otherwise. */
export const newMember = (
  account: Account,
  name: string,
  rest: Partial<Omit<MemberAccount, 'account' | 'name'>> = {},
): MemberAccount => ({
  account,
  name,
  email: `aws+${name}@example.com`,
  state: 'ACTIVE',
  joinedAt: new Date('2022-01-01T00:00:00Z'),
  joinedMethod: 'CREATED',
  parent: 'r-ab12',
  tags: {},
  ...rest,
})

export const findMember = (organization: Organization, id: string): MemberAccount | undefined =>
  organization.accounts.find(({ account }) => account.id === id)

/** The account's place, such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/111122223333/. @throws TypeError for an unknown parent */
export function pathOf(organization: Organization, { account, parent }: MemberAccount): string {
  const above: string[] = []
  for (let id = parent; id !== organization.root; ) {
    const unit = organization.units.find((one) => one.id === id)
    if (unit === undefined || above.includes(id)) throw new TypeError(`No way from ${id} up to ${organization.root}`)
    above.unshift(id)
    id = unit.parent
  }
  return `${[organization.id, organization.root, ...above, account.id].join('/')}/`
}

/** All that one endpoint serves: an account, and the accounts of an organization. */
export interface Served {
  account: Account
  organization: Organization | null
  /** The account of each session that AssumeRole issued, by access key id: there may be hundreds of accounts. */
  issuedIn: Map<string, Account>
}

export function accountsOf({ account, organization }: Served): Account[] {
  const members = organization?.accounts.map((member) => member.account) ?? []
  return members.includes(account) ? members : [account, ...members]
}

export const accountWithId = (served: Served, id: string): Account | undefined =>
  served.account.id === id
    ? served.account
    : served.organization
      ? findMember(served.organization, id)?.account
      : undefined
