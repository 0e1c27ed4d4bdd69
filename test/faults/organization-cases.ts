// What may break one account of many, and what the others and the broken one must then show.
import { expect } from '@jest/globals'
import { type AccountEnd, END_FAILS } from '../../core/model/closed-sets.ts'
import type { Fault } from '../../demo/faults.ts'
import { ALL, MEMBERS, type OrganizationWorld, openOrganization, statusesIn } from './organization-world.ts'

type Breaks = (world: OrganizationWorld, account: string) => void

type OfAccount<F = Fault> = F extends Fault ? Omit<F, 'account'> : never

const fault =
  (of: OfAccount): Breaks =>
  ({ endpoint }, account) =>
    void endpoint.fault({ ...of, account })

/** Happens before the nth call of an action that concerns the account. */
const removesRoles =
  (action: 'ListAccessKeys' | 'AssumeRole', nth: number): Breaks =>
  ({ endpoint }, id) =>
    void endpoint.on(
      action,
      nth,
      (account) => void account.roles.splice(0),
      (_, concerned) => concerned === id,
    )

/** The end of the broken account, and whether its stale key stays Active. */
export const CASES: [what: string, breaks: Breaks, end: AccountEnd, key: 'Active' | 'Inactive'][] = [
  ['has no roles', removesRoles('AssumeRole', 1), 'unreachable', 'Active'],
  ['denies its role', fault({ action: 'AssumeRole', kind: 'error', error: 'AccessDenied' }), 'unreachable', 'Active'],
  ['is throttled by STS', fault({ action: 'AssumeRole', kind: 'error', error: 'Throttling' }), 'failed', 'Active'],
  [
    'has an STS that fails',
    fault({ action: 'AssumeRole', kind: 'error', error: 'ServiceFailure' }),
    'failed',
    'Active',
  ],
  ['answers AssumeRole with a web page', fault({ action: 'AssumeRole', kind: 'html' }), 'failed', 'Active'],
  [
    'gets another account’s session',
    fault({ action: 'AssumeRole', kind: 'other account', answers: ALL[0] }),
    'failed',
    'Active',
  ],
  [
    'may not have a report',
    fault({ action: 'GenerateCredentialReport', kind: 'error', error: 'AccessDenied' }),
    'failed',
    'Active',
  ],
  ['has a report of nothing', fault({ action: 'GetCredentialReport', kind: 'empty' }), 'failed', 'Active'],
  [
    'has the report of another account',
    fault({ action: 'GetCredentialReport', kind: 'other account', answers: ALL[0] }),
    'failed',
    'Active',
  ],
  ['denies the update', fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' }), 'failed', 'Active'],
  ['loses its roles before the change', removesRoles('AssumeRole', 2), 'unreachable', 'Active'],
]

export const PLACES = MEMBERS.map((account, index) => ({
  account,
  name: ['first', 'middle', 'last'][index] ?? '',
}))

/** Runs over an organization in which this account is broken, and holds every account to what it must show. */
export async function expectOneBroken(
  [, breaks, end, key]: (typeof CASES)[number],
  broken: string,
  open: () => Promise<OrganizationWorld> = openOrganization,
): Promise<void> {
  const world = await open()
  breaks(world, broken)
  const record = await world.run()
  const ends = Object.fromEntries(record.accounts.map(({ account, end }) => [account, end]))
  expect(ends).toEqual(Object.fromEntries(ALL.map((account) => [account, account === broken ? end : 'changed'])))
  for (const account of ALL)
    expect(statusesIn(world, account)).toMatchObject({ idle: account === broken ? key : 'Inactive', busy: 'Active' })
  expect(record.status).toBe(END_FAILS[end] ? 'some accounts failed' : 'changed')
}
