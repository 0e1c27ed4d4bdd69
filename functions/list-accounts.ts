// List accounts: lists the accounts of the Organization, or of the settings, and selects those that the run works on.
import pMap from 'p-map'
import * as z from 'zod'
import type { AccountList } from '../core/model/documents/account-list.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { InputRefused } from '../core/model/errors.ts'
import { accountsToReadTagsOf, type FoundAccounts, listOf, selectAccounts } from '../core/run/organization/select.ts'
import { countOf } from '../core/texts/counts.ts'
import { withOrganizationPass } from '../steps/pass.ts'
import type { OrganizationPort, Ports } from '../steps/ports.ts'
import { organizationDocuments, put, read } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { organizationPort } from './lambda/organization-port.ts'
import { storePort } from './lambda/ports.ts'

/** What Organizations allows (ListTagsForResource); its client waits where it is asked to. */
const TAG_READS_A_SECOND = 10
const TAG_READS_AT_ONCE = 5

const payload = z.object({ runId: z.string() })

type ListPorts = Pick<Ports, 'store' | 'now'> & OrganizationPort

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
  const startedAt = ports.now().getTime()
  const settings = { ...organization, allowedAccounts }
  const found = organization.accounts === null ? await ports.foundAccounts() : listOf(organization.accounts)
  const tags = await readTags(ports, accountsToReadTagsOf(found, settings), startedAt)
  const { source, organizationId, managementAccount } = found
  const accounts = selectAccounts(found satisfies FoundAccounts, settings, (account) => tags.get(account))
  return { runId, source, organizationId, managementAccount, accounts }
}

/** @throws InputRefused if it takes too long: a function that is stopped by Lambda would be tried again, for hours */
async function readTags(
  { tagsOf, now, secondsForTags = Number.POSITIVE_INFINITY }: ListPorts,
  accounts: string[],
  startedAt: number,
): Promise<Map<string, Record<string, string>>> {
  const endsAt = startedAt + secondsForTags * 1000
  let left = accounts.length
  refuseTooSlow(left, now().getTime() + (left / TAG_READS_A_SECOND) * 1000 > endsAt, secondsForTags)
  const read = async (account: string) => {
    refuseTooSlow(left, now().getTime() > endsAt, secondsForTags)
    const tags = await tagsOf(account)
    left -= 1
    return [account, tags] as const
  }
  return new Map(await pMap(accounts, read, { concurrency: TAG_READS_AT_ONCE }))
}

function refuseTooSlow(left: number, isTooSlow: boolean, seconds: number): void {
  if (left === 0 || !isTooSlow) return
  throw new InputRefused(
    `Accounts refused: the tags of ${countOf(left, 'account')} are still to be read. AWS Organizations answers ${TAG_READS_A_SECOND} such calls a second, and the function has ${seconds} seconds for the whole list. Select by organizational unit or by id instead of by tag, or first leave accounts out by these.`,
  )
}

export const handler = onLambda(makeListAccounts, storePort, organizationPort)
