// IAM through @aws-sdk/client-iam. The SDK resolves an empty or invalid 200 as `{}`, which naive code reads as "never used"
// and "no exempt tag". So every answer is checked (answers.ts), and every error becomes one of ours (iam-errors.ts).
import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import type { LastUsed } from '../../core/model/facts.ts'
import { instantOf } from '../../core/model/instants.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { ACCESS_KEYS, ask, KEY_OWNER, LAST_USED, REPORT, REPORT_STATE, TAGS, USER } from './answers.ts'
import { type ClientOptions, configOf, TIMEOUT_MILLISECONDS } from './client-options.ts'
import type { AccessKey, Iam } from './iam.ts'
import { asOurs } from './iam-errors.ts'
import { type Pace, pacedRetries, sharedPace } from './pace.ts'
import { allPages } from './pages.ts'

export interface IamOptions extends ClientOptions {
  /** The account that the credentials belong to. Its calls share one pace. */
  account: string
  /** The rate limiter of the calls; by default the one that all clients of this thread share for this account. */
  pace?: Pace
}

const PAGE_ITEMS = 1000

/** The IAM of an account. Credentials, Region and endpoint come from the environment, as for every AWS tool. */
export function makeIam({ account, pace, ...options }: IamOptions): Iam {
  const { attempts, timeoutMilliseconds = TIMEOUT_MILLISECONDS, endpoint, common } = options
  const retryStrategy = pacedRetries(attempts, pace ?? sharedPace(account, endpoint))
  const iam = wholeAnswers(new IAMClient({ ...configOf(options, 'IAM'), retryStrategy }), timeoutMilliseconds)
  common?.of(iam.config)
  return {
    generateReport: () => asOurs('GenerateCredentialReport', () => generateReport(iam)),
    getReport: () => asOurs('GetCredentialReport', () => getReport(iam)),
    listAccessKeys: (user) => asOurs(`ListAccessKeys of user ${user}`, () => listAccessKeys(iam, user)),
    lastUsed: (accessKeyId, user) =>
      asOurs(`GetAccessKeyLastUsed of ${accessKeyId}`, () => lastUsed(iam, accessKeyId, user)),
    ownerOf: (accessKeyId) => asOurs(`GetAccessKeyLastUsed of ${accessKeyId}`, () => ownerOf(iam, accessKeyId)),
    listTags: (user) => asOurs(`ListUserTags of user ${user}`, () => listTags(iam, user)),
    user: (user) => asOurs(`GetUser of user ${user}`, () => getUser(iam, user)),
    setStatus: (user, accessKeyId, status) =>
      asOurs(`UpdateAccessKey of ${accessKeyId} of user ${user}`, () => setStatus(iam, user, accessKeyId, status)),
  }
}

async function generateReport(iam: IAMClient) {
  const { State } = await ask(iam, new GenerateCredentialReportCommand({}), REPORT_STATE)
  return State
}

async function getReport(iam: IAMClient) {
  const { Content, GeneratedTime } = await ask(iam, new GetCredentialReportCommand({}), REPORT)
  return { content: new TextDecoder().decode(Content), generatedAt: isoOf(GeneratedTime) }
}

async function listAccessKeys(iam: IAMClient, user: string): Promise<AccessKey[]> {
  const pages = await allPages((marker) =>
    ask(iam, new ListAccessKeysCommand({ UserName: user, MaxItems: PAGE_ITEMS, ...marker }), ACCESS_KEYS, {
      user,
      named: (answer) => answer.AccessKeyMetadata.map(({ UserName }) => UserName),
    }),
  )
  return pages
    .flatMap((page) => page.AccessKeyMetadata)
    .map(({ AccessKeyId, Status, CreateDate }) => ({
      accessKeyId: AccessKeyId,
      status: Status,
      createdAt: CreateDate === undefined ? null : isoOf(CreateDate),
    }))
}

async function lastUsed(iam: IAMClient, accessKeyId: string, user: string): Promise<LastUsed> {
  const command = new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId })
  const { AccessKeyLastUsed: used } = await ask(iam, command, LAST_USED, { user, named: ({ UserName }) => [UserName] })
  if (used.LastUsedDate === undefined) return { known: true, at: null, service: null, region: null }
  return { known: true, at: isoOf(used.LastUsedDate), service: used.ServiceName, region: used.Region }
}

async function ownerOf(iam: IAMClient, accessKeyId: string): Promise<string> {
  const { UserName } = await ask(iam, new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }), KEY_OWNER)
  return UserName
}

async function listTags(iam: IAMClient, user: string): Promise<Record<string, string>> {
  const pages = await allPages((marker) =>
    ask(iam, new ListUserTagsCommand({ UserName: user, MaxItems: PAGE_ITEMS, ...marker }), TAGS),
  )
  return byKey(pages.flatMap((page) => page.Tags))
}

async function getUser(iam: IAMClient, user: string) {
  const { User } = await ask(iam, new GetUserCommand({ UserName: user }), USER, {
    user,
    named: (answer) => [answer.User.UserName],
  })
  return { path: User.Path, createdAt: isoOf(User.CreateDate), tags: byKey(User.Tags ?? []) }
}

const byKey = (tags: { Key: string; Value: string }[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** The answer contains nothing to check: the caller must read the key back. */
async function setStatus(iam: IAMClient, user: string, accessKeyId: string, status: 'Active' | 'Inactive') {
  await iam.send(new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: accessKeyId, Status: status }))
}

const isoOf = (date: Date): string => instantOf(date.getTime())
