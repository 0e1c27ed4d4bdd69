import { describe, expect, it } from '@jest/globals'
import { parseReport } from '../../core/judge/report.ts'
import { findSuspects } from '../../core/judge/suspects.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { findKey } from '../../demo/account.ts'
import { OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import {
  EXCLUDED,
  EXCLUDING_TAG,
  HUB,
  MANAGEMENT,
  NEW,
  OVER_CAP,
  SUSPENDED,
  WITHOUT_ROLES,
} from '../../demo/made-up-accounts.ts'
import { madeUpOrganization } from '../../demo/made-up-organization.ts'
import { MEMBER_ROLES } from '../../demo/member-roles.ts'
import { type MemberAccount, pathOf } from '../../demo/organization.ts'
import { reportCsv } from '../../demo/report.ts'
import { DAY } from './local-endpoint.ts'

const NOW = new Date('2026-09-11T13:15:19.250Z')
const { organization, hub } = madeUpOrganization(NOW)
const { accounts } = organization
const { policy } = parseSettings('')

const named = (name: string): MemberAccount => {
  const member = accounts.find((one) => one.name === name)
  if (member === undefined) throw new TypeError(`No account ${name}`)
  return member
}

/** Active keys of users to which nothing happened for 90 days; the operator's own keys aside. */
const stale = ({ account }: MemberAccount) =>
  account.users
    .filter(({ keys }) => !keys.some(({ id }) => id === OPERATOR_CREDENTIALS.accessKeyId))
    .flatMap(({ keys }) => keys)
    .filter(
      ({ status, createdAt, lastUsed }) =>
        status === 'Active' && NOW.getTime() - (lastUsed?.at ?? createdAt).getTime() >= policy.unusedDays * DAY,
    ).length

const activeKeys = ({ account }: MemberAccount) =>
  findSuspects(parseReport(reportCsv(account), account.id).rows, policy, NOW).activeKeys

const share = (member: MemberAccount) => (stale(member) / activeKeys(member)) * 100

describe('the made-up organization', () => {
  it('has 40 accounts in 6 units and at the root, of a shape that AWS allows', () => {
    expect(accounts).toHaveLength(40)
    expect(organization.units).toHaveLength(6)
    expect(new Set(accounts.map(({ account }) => account.id)).size).toBe(40)
    expect(new Set(accounts.map(({ parent }) => parent)).size).toBe(7)
    const path = /^o-[a-z0-9]{10,32}\/r-[0-9a-z]{4,32}(\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})*\/\d{12}\/$/
    for (const member of accounts) expect(pathOf(organization, member)).toMatch(path)
    const users = accounts.flatMap(({ account }) => account.users)
    expect(users.filter(({ name, keys }) => !/^[\w+=,.@-]{1,64}$/.test(name) || keys.length > 2)).toEqual([])
    for (const { account } of accounts)
      expect(new Set(account.users.map(({ name }) => name)).size).toBe(account.users.length)
  })

  it('has no key id twice, and the same ids on any day', () => {
    const idsAt = (now: Date) =>
      madeUpOrganization(now).organization.accounts.flatMap(({ account }) =>
        account.users.flatMap(({ keys }) => keys.map(({ id }) => id)),
      )
    const ids = idsAt(NOW)
    expect(new Set(ids).size).toBe(ids.length)
    expect(idsAt(new Date('2027-02-03T04:05:06Z'))).toEqual(ids)
  })

  it('has 60 to 90 stale keys, in most accounts, and some without', () => {
    const counts = accounts.map(stale)
    const total = counts.reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThanOrEqual(60)
    expect(total).toBeLessThanOrEqual(90)
    expect(counts.filter((count) => count === 0).length).toBeGreaterThanOrEqual(5)
  })

  it('has one account over its cap', () => {
    const over = accounts.filter((member) => member.state === 'ACTIVE' && share(member) > policy.maxPercent)
    expect(over.map(({ name }) => name)).toEqual([OVER_CAP])
  })

  it('has one account of each kind that does not go as usual', () => {
    expect(accounts.filter(({ state }) => state !== 'ACTIVE').map(({ name }) => name)).toEqual([SUSPENDED])
    const roleless = accounts.filter(({ account }) => account.roles.length === 0).map(({ name }) => name)
    expect(roleless.sort()).toEqual([MANAGEMENT, NEW, WITHOUT_ROLES].sort())
    const young = accounts.filter(({ joinedAt }) => NOW.getTime() - joinedAt.getTime() < DAY)
    expect(young.map(({ name }) => name)).toEqual([NEW])
    const excluded = accounts.filter(({ tags }) => tags[EXCLUDING_TAG.key] === EXCLUDING_TAG.value)
    expect(excluded.map(({ name }) => name)).toEqual([EXCLUDED])
    expect(organization.managementAccount).toBe(named(MANAGEMENT).account.id)
    expect(accounts.filter(({ account }) => account.users.length === 0).map(({ name }) => name)).toEqual([
      'sandbox-sre',
    ])
  })

  it('has a hub, which may read the organization, holds the operator’s key, and has the roles itself', () => {
    expect(named(HUB).account).toBe(hub)
    expect(organization.delegatedAdministrators).toEqual([hub.id])
    expect(findKey(hub, OPERATOR_CREDENTIALS.accessKeyId)?.key.status).toBe('Active')
    expect(hub.roles.map(({ name }) => name)).toEqual(Object.values(MEMBER_ROLES))
  })
})
