// The accounts of AWS Organizations, as List accounts takes them.
import { OrganizationUnavailable } from '../../core/model/errors.ts'
import type { FoundAccounts } from '../../core/run/organization/select.ts'
import type { Organization } from './organization.ts'

/** @throws OrganizationDenied | OrganizationUnavailable */
export const foundIn = (organization: Organization) => ({
  foundAccounts: async (): Promise<FoundAccounts> => {
    const { organizationId, managementAccount } = await organization.managementAccount()
    const accounts = await organization.accounts()
    // Every organization's list has it. Without it the list was cut, and the accounts that are missing would be a blind spot.
    if (!accounts.some(({ account }) => account === managementAccount))
      throw new OrganizationUnavailable(
        `ListAccounts: incomplete answer: it must have the management account ${managementAccount}; received ${accounts.length} accounts without it`,
      )
    return { source: 'organizations', organizationId, managementAccount, accounts }
  },
  tagsOf: (account: string) => organization.tagsOf(account),
})
