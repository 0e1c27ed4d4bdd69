// The accounts of AWS Organizations, as List accounts takes them.
import type { FoundAccounts } from '../../core/run/organization/select.ts'
import type { Organization } from './organization.ts'

/** @throws OrganizationDenied | OrganizationUnavailable */
export const foundIn = (organization: Organization) => ({
  foundAccounts: async (): Promise<FoundAccounts> => {
    const { organizationId, managementAccount } = await organization.managementAccount()
    return { source: 'organizations', organizationId, managementAccount, accounts: await organization.accounts() }
  },
  tagsOf: (account: string) => organization.tagsOf(account),
})
