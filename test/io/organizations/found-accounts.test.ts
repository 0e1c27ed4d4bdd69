// The accounts of an Organization as a run takes them: all of them, or an error.
import { expect, it } from '@jest/globals'
import { OrganizationDenied } from '../../../core/model/errors.ts'
import { foundIn } from '../../../io/organizations/found-accounts.ts'
import type { Organization, OrganizationAccount } from '../../../io/organizations/organization.ts'
import { errorWith } from '../../support/error-facts.ts'

const MANAGEMENT = '999988887777'
const accountOf = (account: string): OrganizationAccount => ({
  account,
  name: null,
  state: 'ACTIVE',
  path: null,
  joinedAt: null,
})

const organizationOf = (fields: Partial<Organization> = {}): Organization => ({
  accounts: async () => [accountOf('111122223333'), accountOf(MANAGEMENT)],
  tagsOf: async (account) => ({ of: account }),
  managementAccount: async () => ({ organizationId: 'o-a1b2c3d4e5', managementAccount: MANAGEMENT }),
  ...fields,
})

it('are those of the list, with the organization and the account that manages it', async () => {
  const found = foundIn(organizationOf())
  expect(await found.foundAccounts()).toEqual({
    source: 'organizations',
    organizationId: 'o-a1b2c3d4e5',
    managementAccount: MANAGEMENT,
    accounts: [accountOf('111122223333'), accountOf(MANAGEMENT)],
  })
  expect(await found.tagsOf('111122223333')).toEqual({ of: '111122223333' })
})

it('are not all there if the management account is missing: nobody would miss the others', async () => {
  const cut = organizationOf({ accounts: async () => [accountOf('111122223333')] })
  await expect(foundIn(cut).foundAccounts()).rejects.toThrow(
    errorWith('OrganizationUnavailable', 'ListAccounts', MANAGEMENT, 1),
  )
})

it('are not found where the organization may not be read', async () => {
  const denied = new OrganizationDenied('no')
  const organization = organizationOf({ managementAccount: () => Promise.reject(denied) })
  await expect(foundIn(organization).foundAccounts()).rejects.toBe(denied)
})
