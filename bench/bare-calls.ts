// The cost of a run's IAM calls alone: the same number of the same actions with the same SDK and the same concurrency, and
// nothing else. Its argument is the number of calls by action. The calls go through the users one after another.
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAccountAliasesCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import pMap from 'p-map'

interface Key {
  UserName: string
  AccessKeyId: string
}

const AT_ONCE = 25
/** Of an organization: the hub's own. */
const { Account = '' } = await new STSClient({ region: 'us-east-1' }).send(new GetCallerIdentityCommand({}))
const RoleArn = `arn:aws:iam::${Account}:role/keysweep-read`
const UPDATES = { AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' } as const
const counts = JSON.parse(process.argv[2] ?? '{}') as Record<string, number>
const iam = new IAMClient({ region: 'us-east-1' })
const sts = new STSClient({ region: 'us-east-1' })

const trail = new CloudTrailClient({ region: 'us-east-1' })

const organizations = new OrganizationsClient({ region: 'us-east-1' })

const keys: Key[] = []

/** Sets the status that the key already has: it costs the same and changes nothing. */
const CALLS: Record<string, (key: Key) => Promise<unknown>> = {
  GetCallerIdentity: () => sts.send(new GetCallerIdentityCommand({})),
  AssumeRole: () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'bench', DurationSeconds: 900 })),
  ListAccounts: () => organizations.send(new ListAccountsCommand({})),
  DescribeOrganization: () => organizations.send(new DescribeOrganizationCommand({})),
  ListTagsForResource: () => organizations.send(new ListTagsForResourceCommand({ ResourceId: Account })),
  ListAccountAliases: () => iam.send(new ListAccountAliasesCommand({})),
  LookupEvents: () => trail.send(new LookupEventsCommand({ LookupAttributes: [UPDATES] })),
  GenerateCredentialReport: () => iam.send(new GenerateCredentialReportCommand({})),
  GetCredentialReport: () => iam.send(new GetCredentialReportCommand({})),
  ListAccessKeys: ({ UserName }) => iam.send(new ListAccessKeysCommand({ UserName })),
  GetAccessKeyLastUsed: ({ AccessKeyId }) => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })),
  ListUserTags: ({ UserName }) => iam.send(new ListUserTagsCommand({ UserName })),
  GetUser: ({ UserName }) => iam.send(new GetUserCommand({ UserName })),
  UpdateAccessKey: (key) => iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' })),
}

async function callAll(action: string, count: number): Promise<void> {
  const call = CALLS[action]
  if (call === undefined) throw new Error(`keysweep does not call ${action}`)
  await pMap(Array.from({ length: count }), (_, n) => call(keys[n % keys.length] as Key), { concurrency: AT_ONCE })
}

await callAll('GenerateCredentialReport', counts.GenerateCredentialReport ?? 0)
const { Content = new Uint8Array() } = await iam.send(new GetCredentialReportCommand({}))
// Names without a comma are enough, so no CSV parser is needed.
const [, , ...lines] = new TextDecoder().decode(Content).split('\n')
const users = lines.flatMap((line) => (line.includes('"') ? [] : (line.split(',')[0] ?? [])))
await pMap(
  users.slice(0, counts.ListAccessKeys ?? 0),
  async (UserName) => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
    for (const { AccessKeyId = '', Status } of AccessKeyMetadata)
      if (Status === 'Active') keys.push({ UserName, AccessKeyId })
  },
  { concurrency: AT_ONCE },
)
const { GenerateCredentialReport: _, GetCredentialReport = 1, ListAccessKeys = 0, ...others } = counts
await callAll('GetCredentialReport', GetCredentialReport - 1)
await callAll('ListAccessKeys', ListAccessKeys - Math.min(users.length, ListAccessKeys))
for (const [action, count] of Object.entries(others)) await callAll(action, count)
