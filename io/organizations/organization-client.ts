// AWS Organizations through @aws-sdk/client-organizations. The SDK resolves an empty or invalid 200 as `{}`, which naive code
// reads as "no accounts" and "no tags". So every answer is checked, and a list that has no end is refused.
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { DefaultRateLimiter } from '@smithy/core/retry'
import * as z from 'zod'
import { OrganizationUnavailable } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { ACCOUNT_ID } from '../../core/model/ids.ts'
import { instantOf } from '../../core/model/instants.ts'
import { sendRead } from '../aws/reads.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { type ClientOptions, configOf, TIMEOUT_MILLISECONDS } from '../iam/client-options.ts'
import { pacedRetries } from '../iam/pace.ts'
import type { Organization, OrganizationAccount } from './organization.ts'
import { asOrganizationError } from './organization-errors.ts'

/**
 * Attempts of one call. A list of 2,000 accounts takes 100 calls, of which AWS allows 8 a second (ListAccounts; 10 for
 * ListTagsForResource), and the run must not start over because of one.
 */
const ATTEMPTS = 8

/** The most that Organizations allows on a page of ListAccounts. */
const PAGE_ACCOUNTS = 20

/** Twice the pages of 50,000 accounts, the largest organization. Pages may be empty. */
const MOST_PAGES = 5000

const text = z.string().min(1)
const accountId = z.string().regex(ACCOUNT_ID, 'must be an account id')
const page = { NextToken: z.string().optional() }

/** A field that is odd is not known: one odd account must not hide the others. */
const maybe = <T extends z.ZodType>(type: T) => type.optional().catch(undefined)

const ACCOUNT = z.object({
  Id: accountId,
  Name: maybe(text),
  State: maybe(text),
  Paths: maybe(z.array(text)),
  JoinedTimestamp: maybe(z.date()),
})

const ACCOUNTS = z.object({ ...page, Accounts: z.array(ACCOUNT) })

const TAGS = z.object({ ...page, Tags: z.array(z.object({ Key: text, Value: z.string() })) })

const ORGANIZATION = z.object({
  Organization: z.object({ Id: z.string().regex(/^o-[a-z0-9]{10,32}$/), MasterAccountId: accountId }),
})

export interface OrganizationOptions extends Partial<ClientOptions> {
  /** The most pages of a list. */
  mostPages?: number
}

/** Credentials, Region and endpoint come from the environment, as for every AWS tool. */
export function makeOrganization({
  attempts = ATTEMPTS,
  mostPages = MOST_PAGES,
  ...options
}: OrganizationOptions = {}): Organization {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options
  const retryStrategy = pacedRetries(attempts, new DefaultRateLimiter())
  const config = { ...configOf({ attempts, ...options }), retryStrategy }
  const source = { client: wholeAnswers(new OrganizationsClient(config), timeoutMilliseconds), mostPages }
  return {
    accounts: () => asOrganizationError('ListAccounts', () => listAccounts(source)),
    tagsOf: (account) =>
      asOrganizationError(`ListTagsForResource of account ${account}`, () => listTags(source, account)),
    managementAccount: () => asOrganizationError('DescribeOrganization', () => describe(source)),
  }
}

interface Source {
  client: OrganizationsClient
  mostPages: number
}

async function listAccounts({ client, mostPages }: Source): Promise<OrganizationAccount[]> {
  const call = 'ListAccounts'
  const pages = await allPages(call, mostPages, async (next) =>
    checked(
      call,
      ACCOUNTS,
      await sendRead((options) =>
        client.send(new ListAccountsCommand({ MaxResults: PAGE_ACCOUNTS, ...next }), options),
      ),
    ),
  )
  // While the pages are read an account may move to another page: the later answer is the newer one.
  const accounts = new Map(pages.flatMap(({ Accounts }) => Accounts.map((one) => [one.Id, toAccount(one)])))
  if (accounts.size === 0)
    throw new OrganizationUnavailable(`${call}: incomplete answer: no account, and an organization has at least one`)
  return [...accounts.values()]
}

function toAccount({ Id, Name, State, Paths = [], JoinedTimestamp }: z.infer<typeof ACCOUNT>): OrganizationAccount {
  // An account has one place. With more than one path, or the path of another account, its place is not known.
  const [path = null] = Paths.length === 1 ? Paths.filter((path) => path.endsWith(`/${Id}/`)) : []
  return {
    account: Id,
    name: Name ?? null,
    state: State ?? null,
    path,
    joinedAt: JoinedTimestamp === undefined ? null : instantOf(JoinedTimestamp.getTime()),
  }
}

async function listTags({ client, mostPages }: Source, account: string): Promise<Record<string, string>> {
  const call = `ListTagsForResource of account ${account}`
  const pages = await allPages(call, mostPages, async (next) =>
    checked(
      call,
      TAGS,
      await sendRead((options) =>
        client.send(new ListTagsForResourceCommand({ ResourceId: account, ...next }), options),
      ),
    ),
  )
  return Object.fromEntries(pages.flatMap(({ Tags }) => Tags.map(({ Key, Value }) => [Key, Value])))
}

async function describe({ client }: Source) {
  const answer = await sendRead((options) => client.send(new DescribeOrganizationCommand({}), options))
  const { Id, MasterAccountId } = checked('DescribeOrganization', ORGANIZATION, answer).Organization
  return { organizationId: Id, managementAccount: MasterAccountId }
}

function checked<R extends z.ZodType>(call: string, rule: R, answer: unknown): z.infer<R> {
  const fit = rule.safeParse(answer)
  if (fit.success) return fit.data
  throw new OrganizationUnavailable(`${call}: incomplete answer: ${formatZodIssues(fit.error)}`)
}

/** @throws OrganizationUnavailable if a token is repeated, or after the most pages: such a list would never end */
async function allPages<P extends { NextToken?: string | undefined }>(
  call: string,
  mostPages: number,
  fetchPage: (next: { NextToken?: string }) => Promise<P>,
): Promise<P[]> {
  const pages: P[] = []
  const tokens = new Set<string>()
  let next: { NextToken?: string } = {}
  while (pages.length < mostPages) {
    const page = await fetchPage(next)
    pages.push(page)
    // A page may be empty and have a successor.
    if (!page.NextToken) return pages
    if (tokens.has(page.NextToken)) break
    tokens.add(page.NextToken)
    next = { NextToken: page.NextToken }
  }
  throw new OrganizationUnavailable(
    `${call}: the list has no end: each page needs a new NextToken, at most ${mostPages} pages; received ${pages.length} pages`,
  )
}
