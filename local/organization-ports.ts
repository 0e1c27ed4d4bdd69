// Where an organization run on this machine has its accounts from: AWS Organizations, or a file.
import { setTimeout } from 'node:timers/promises'
import type { FileAccount } from '../core/model/accounts-file.ts'
import { OrganizationUnavailable } from '../core/model/errors.ts'
import type { Settings } from '../core/model/settings.ts'
import { type FoundAccount, type FoundAccounts, listOf, refuseSelection } from '../core/run/organization/select.ts'
import { endWithThisWork, readUntil } from '../io/aws/reads.ts'
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

/** A list that takes longer is awaited by the run, which shows its progress. */
const SOON_MILLISECONDS = 10_000

/**
 * The ports, with the accounts listed. A selection that is refused, or a right that is missing, ends the command before anything
 * is stored. A list that cannot be had soon is left to the run, which tries longer.
 * @throws InputRefused | OrganizationDenied
 */
export async function listFirst(
  ports: OrganizationPort,
  { organization, allowedAccounts }: Settings,
  soonMilliseconds = SOON_MILLISECONDS,
): Promise<OrganizationPort> {
  const { accounts } = organization
  const listing = new AbortController()
  const list =
    accounts === null ? readUntil(listing.signal, () => ports.foundAccounts()) : Promise.resolve(listOf(accounts))
  const found = await Promise.race([list.catch(nullIfUnavailable), setTimeout(soonMilliseconds, null, { ref: false })])
  if (found !== null) refuseSelection(found, { ...organization, allowedAccounts })
  let first: Promise<FoundAccounts> | null = list
  return {
    ...ports,
    foundAccounts() {
      if (first === null) return ports.foundAccounts()
      endWithThisWork(listing)
      const next = first
      first = null
      return next
    },
  }
}

function nullIfUnavailable(error: unknown): null {
  if (error instanceof OrganizationUnavailable) return null
  throw error
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
