// Where an organization run on this machine has its accounts from: AWS Organizations, or a file.
import type { FileAccount } from '../core/model/accounts-file.ts'
import type { FoundAccount, FoundAccounts } from '../core/run/organization/select.ts'
import { userAgentOf } from '../io/aws/user-agent.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { OrganizationPort } from '../steps/ports.ts'
import type { AwsAccess } from './who-calls.ts'

export interface OrganizationSource {
  store: RunStore
  access?: AwsAccess
  runId: string
  /** The accounts of a file; null: those of AWS Organizations. */
  listed: FileAccount[] | null
}

/** A file knows no tags, and options that select by them are refused. */
export function makeOrganizationPorts({ store, access = {}, runId, listed }: OrganizationSource): OrganizationPort {
  if (listed !== null) return { foundAccounts: async () => foundInFile(listed), tagsOf: async () => ({}) }
  const port = async (): Promise<OrganizationPort> => {
    const [{ makeOrganization }, { foundIn }] = await Promise.all([
      import('../io/organizations/organization-client.ts'),
      import('../io/organizations/found-accounts.ts'),
    ])
    return foundIn(makeOrganization({ ...access, customUserAgent: userAgentOf(store.location, runId) }))
  }
  let made: Promise<OrganizationPort> | null = null
  const once = () => (made ??= port())
  return {
    foundAccounts: async () => (await once()).foundAccounts(),
    tagsOf: async (account) => (await once()).tagsOf(account),
  }
}

const foundInFile = (listed: FileAccount[]): FoundAccounts => ({
  source: 'list',
  organizationId: null,
  managementAccount: null,
  accounts: listed.map(
    ({ account, name, member }): FoundAccount => ({
      ...{ account, name, state: null, path: null, joinedAt: null },
      ...(member !== null && { member }),
    }),
  ),
})
