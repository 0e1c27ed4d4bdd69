// The local endpoint's answers, held to AWS's own models by way of botocore: every action that it serves answers what the model
// of the action says, through the SDK's own reading of it.
import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as sts from '@aws-sdk/client-sts'
import { expect, it } from '@jest/globals'
import { newKey, usedAt } from '../../demo/account.ts'
import { ACTIONS, type ActionName } from '../../demo/actions.ts'
import { updateRecord } from '../../demo/trail.ts'
import { AT } from '../demo/local-endpoint.ts'
import { BOB_KEY, localOrganization, OPERATOR, roleArnOf } from '../demo/small-organization.ts'
import { answerMisfits, loadModel } from './botocore-model.ts'

type Local = Awaited<ReturnType<typeof localOrganization>>

const CALLS: Record<ActionName, (local: Local) => Promise<object>> = {
  GenerateCredentialReport: ({ iam: of }) => of().send(new iam.GenerateCredentialReportCommand()),
  GetCredentialReport: async ({ iam: of }) => {
    await of().send(new iam.GenerateCredentialReportCommand())
    return of().send(new iam.GetCredentialReportCommand())
  },
  ListAccessKeys: ({ iam: of }) => of().send(new iam.ListAccessKeysCommand({ UserName: 'operator' })),
  GetAccessKeyLastUsed: ({ iam: of }) => of().send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: OPERATOR })),
  ListUserTags: ({ iam: of }) => of().send(new iam.ListUserTagsCommand({ UserName: 'operator' })),
  GetUser: ({ iam: of }) => of().send(new iam.GetUserCommand({ UserName: 'operator' })),
  UpdateAccessKey: ({ iam: of }) =>
    of().send(new iam.UpdateAccessKeyCommand({ UserName: 'operator', AccessKeyId: OPERATOR, Status: 'Inactive' })),
  ListAccountAliases: ({ iam: of }) => of().send(new iam.ListAccountAliasesCommand()),
  GetCallerIdentity: ({ sts: of }) => of().send(new sts.GetCallerIdentityCommand()),
  GetAccessKeyInfo: ({ sts: of }) => of().send(new sts.GetAccessKeyInfoCommand({ AccessKeyId: OPERATOR })),
  AssumeRole: ({ sts: of }) =>
    of().send(
      new sts.AssumeRoleCommand({
        RoleArn: roleArnOf('keysweep-read'),
        RoleSessionName: 'run-1',
        Policy: '{"Version":"2012-10-17","Statement":[]}',
      }),
    ),
  LookupEvents: ({ endpoint }) =>
    new cloudtrail.CloudTrailClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: OPERATOR, secretAccessKey: 'x' },
    }).send(new cloudtrail.LookupEventsCommand({ MaxResults: 1 })),
  ListAccounts: ({ organizations: of }) => of().send(new organizations.ListAccountsCommand({ MaxResults: 1 })),
  DescribeOrganization: ({ organizations: of }) => of().send(new organizations.DescribeOrganizationCommand()),
  ListTagsForResource: ({ organizations: of }) =>
    of().send(new organizations.ListTagsForResourceCommand({ ResourceId: '200000000002' })),
}

/** An endpoint where every list has more than one page. */
async function seeded(): Promise<Local> {
  const local = await localOrganization({ pageSize: 1 })
  const { account } = local.endpoint
  account.alias = 'acme'
  for (const user of account.users) user.tags = { owner: 'a', email: 'b' }
  const [operator] = account.users.filter(({ name }) => name === 'operator')
  operator?.keys.push(newKey('AKIASECONDSECOND0000', AT))
  if (operator?.keys[0]) operator.keys[0].lastUsed = usedAt(AT)
  const by = { arn: 'arn:aws:iam::200000000002:user/a', userId: 'AIDAAAAAAAAAAAAAAAAA', accessKeyId: OPERATOR }
  const update = { at: new Date(AT.getTime() - 1000), user: 'operator', accessKeyId: BOB_KEY, status: 'Active', by }
  account.trail.push(updateRecord(account, update), updateRecord(account, update))
  for (const member of local.organization.accounts) member.tags = { team: 'payments', stage: 'prod' }
  return local
}

it.each(Object.entries(CALLS))('%s answers what its model says', async (action, call) => {
  const { $metadata: _, ...answer } = (await call(await seeded())) as { $metadata: object }
  const { service } = ACTIONS[action as ActionName]
  expect(answerMisfits(loadModel(service.name), action, answer)).toEqual([])
  if (action !== 'UpdateAccessKey') expect(Object.keys(answer)).not.toEqual([])
})
