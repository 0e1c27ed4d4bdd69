// List accounts: lists the accounts of the Organization, or of the settings, and selects those that the run works on.
import pMap from 'p-map'
import * as z from 'zod'
import type { AccountList } from '../core/model/documents/account-list.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { accountsToReadTagsOf, type FoundAccounts, listOf, selectAccounts } from '../core/run/organization/select.ts'
import { withOrganizationPass } from '../steps/pass.ts'
import type { OrganizationPort, Ports } from '../steps/ports.ts'
import { organizationDocuments, put, read } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { organizationPort } from './lambda/organization-port.ts'
import { storePort } from './lambda/ports.ts'

/** Organizations allows 10 calls a second (ListTagsForResource); its client waits where it is asked to. */
const TAG_READS_AT_ONCE = 5

const payload = z.object({ runId: z.string() })

type ListPorts = Pick<Ports, 'store'> & OrganizationPort

/** @throws PassRefused | InputRefused | OrganizationDenied | OrganizationUnavailable, and what the run store throws */
export const makeListAccounts = (ports: ListPorts) =>
  withOrganizationPass(ports, payload, async ({ runId }, input) => {
    const ref = organizationDocuments.accounts(runId)
    const list = (await read(ports.store, ref)) ?? (await put(ports.store, ref, await draftList(ports, input)))
    const accounts = list.accounts.filter(({ end }) => end === null).map(({ account }) => account)
    return { next: 'survey', sha256: '', accounts }
  })

async function draftList(
  ports: ListPorts,
  { runId, organization, allowedAccounts }: OrganizationInput,
): Promise<AccountList> {
  const settings = { ...organization, allowedAccounts }
  const found = organization.accounts === null ? await ports.foundAccounts() : listOf(organization.accounts)
  const tags = await readTags(ports, accountsToReadTagsOf(found, settings))
  const { source, organizationId, managementAccount } = found
  const accounts = selectAccounts(found satisfies FoundAccounts, settings, (account) => tags.get(account))
  return { runId, source, organizationId, managementAccount, accounts }
}

async function readTags(
  { tagsOf }: OrganizationPort,
  accounts: string[],
): Promise<Map<string, Record<string, string>>> {
  const read = async (account: string) => [account, await tagsOf(account)] as const
  return new Map(await pMap(accounts, read, { concurrency: TAG_READS_AT_ONCE }))
}

export const handler = onLambda(makeListAccounts, storePort, organizationPort)
