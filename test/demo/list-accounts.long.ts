// The product's own client of AWS Organizations at the endpoint, on the made-up organization of 40 accounts.
import { expect, it } from '@jest/globals'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import { OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import { EXCLUDED, NEW, SUSPENDED } from '../../demo/made-up-accounts.ts'
import { madeUpOrganization } from '../../demo/made-up-organization.ts'
import { type MemberAccount, pathOf } from '../../demo/organization.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { AT } from './local-endpoint.ts'
import { rejection } from './rejection.ts'
import '../io/no-backoff.ts'

async function reading(change: (endpoint: Endpoint) => void = () => {}) {
  const { organization, hub } = madeUpOrganization(AT)
  const endpoint = await startEndpoint({ account: hub, organization, now: () => AT })
  change(endpoint)
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR_CREDENTIALS }
  return { endpoint, organization, client: makeOrganization({ attempts: 3, ...access }) }
}

it('every account is read once, with empty pages in between and a throttle', async () => {
  const { endpoint, organization, client } = await reading((of) => {
    of.fault({ action: 'ListAccounts', nth: [1, 3], kind: 'empty page' })
    of.fault({ action: 'ListAccounts', nth: 4, kind: 'error', error: 'Throttling' })
  })
  const accounts = await client.accounts()
  expect(accounts).toHaveLength(40)
  for (const [index, found] of accounts.entries()) {
    const member = organization.accounts[index] as MemberAccount
    const { name, state } = member
    expect(found).toMatchObject({ account: member.account.id, name, state, path: pathOf(organization, member) })
  }
  expect(accounts.find(({ name }) => name === SUSPENDED)?.state).toBe('SUSPENDED')
  const joined = accounts.find(({ name }) => name === NEW)?.joinedAt
  expect(AT.getTime() - Date.parse(joined ?? '')).toBe(5 * 60 * 60 * 1000)
  await endpoint.stop()
})

it('an account’s tags and the organization’s own facts are read', async () => {
  const { endpoint, organization, client } = await reading()
  const excluded = organization.accounts.find(({ name }) => name === EXCLUDED)
  expect(await client.tagsOf(excluded?.account.id ?? '')).toEqual(excluded?.tags)
  expect(await client.managementAccount()).toEqual({
    organizationId: organization.id,
    managementAccount: organization.managementAccount,
  })
  await endpoint.stop()
})

it.each([
  ['no permission', 'OrganizationDenied', { kind: 'error', error: 'AccessDenied' }],
  ['no organization', 'OrganizationDenied', { kind: 'error', error: 'AWSOrganizationsNotInUse' }],
  ['a throttle that does not end', 'OrganizationUnavailable', { kind: 'error', error: 'Throttling' }],
  ['a failure that does not end', 'OrganizationUnavailable', { kind: 'error', error: 'ServiceFailure' }],
  ['a web page', 'OrganizationUnavailable', { kind: 'html' }],
  ['an empty answer', 'OrganizationUnavailable', { kind: 'empty' }],
  ['half an answer', 'OrganizationUnavailable', { kind: 'truncated' }],
  ['a list without an end', 'OrganizationUnavailable', { kind: 'endless pages' }],
] as const)('%s is %s, and never an organization without accounts', async (_, name, fault) => {
  const { endpoint, client } = await reading((of) => of.fault({ action: 'ListAccounts', ...fault }))
  expect(await rejection(client.accounts())).toMatchObject({ name })
  await endpoint.stop()
})
