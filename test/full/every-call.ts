// Every call that keysweep can make, made once, and listened to.
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient } from '@aws-sdk/client-iam'
import { OrganizationsClient } from '@aws-sdk/client-organizations'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { STSClient } from '@aws-sdk/client-sts'
import { expect } from '@jest/globals'
import { eventsOf } from '../../core/notify/events.ts'
import { type Account, accessKeyId, newUser } from '../../demo/account.ts'
import { updateRecord } from '../../demo/trail.ts'
import { readAccountAlias } from '../../io/iam/account-alias.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeEventBus } from '../../io/notify/event-bus.ts'
import { makeHasListener } from '../../io/notify/subscriptions.ts'
import { makeTopic } from '../../io/notify/topic.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { makeOtherOpenRun } from '../../io/states/executions.ts'
import { makeMachine } from '../../io/states/machine.ts'
import { makeWake } from '../../io/states/task-tokens.ts'
import { makeS3Store } from '../../io/store/s3-store.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { readKeyAccount } from '../../io/sts/key-account.ts'
import { makeSessions } from '../../io/sts/sessions.ts'
import { rejection } from '../demo/rejection.ts'
import { ACCOUNTS, BOB_KEY, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { CALLER } from '../support/facts.ts'
import { LOOPBACK_BUCKET, startLoopbackS3 } from '../support/loopback-s3.ts'
import { recordOf } from '../support/records.ts'
import { accountOf, daysAgo, keyUsed, OPERATOR_KEY, openWorld } from '../support/world.ts'
import { listenTo, type SentCall } from './sent-calls.ts'

/** The client of each service, by the SDK's name of the service. */
export const CLIENTS = {
  iam: IAMClient,
  sts: STSClient,
  s3: S3Client,
  sns: SNSClient,
  sfn: SFNClient,
  eventbridge: EventBridgeClient,
  cloudtrail: CloudTrailClient,
  organizations: OrganizationsClient,
}

const REGION = 'eu-central-1'
const MACHINE = `arn:aws:states:${REGION}:111122223333:stateMachine:keysweep`
const EXECUTION = `arn:aws:states:${REGION}:111122223333:execution:keysweep:later`

/** Answers to what no local service is there for. */
const ANSWERS = {
  Publish: { MessageId: 'made up' },
  ListSubscriptionsByTopic: {
    Subscriptions: [{ SubscriptionArn: 'PendingConfirmation' }],
    NextToken: 'of a page that is not there',
  },
  PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: 'made up' }] },
  SendTaskSuccess: {},
  ListExecutions: { executions: [{ name: 'earlier', startDate: new Date('2026-09-11T11:59:59Z') }] },
  StartExecution: { executionArn: EXECUTION, startDate: new Date('2026-09-11T12:00:00Z') },
  DescribeExecution: {
    ...{ stateMachineArn: MACHINE, name: 'earlier', status: 'RUNNING', input: '{}' },
    startDate: new Date('2026-09-11T11:59:59Z'),
  },
  StopExecution: { stopDate: new Date('2026-09-11T12:00:00Z') },
  GetExecutionHistory: {
    events: [{ id: 1, timestamp: new Date('2026-09-11T12:00:00Z'), type: 'ExecutionStarted', previousEventId: 0 }],
  },
}

/** Has the product make each call that it can make, in pages where there are any. */
export async function everyCall(): Promise<SentCall[]> {
  const calls = listenTo(Object.values(CLIENTS), ANSWERS)
  await callIam()
  await callS3()
  await callTellers()
  await callStepFunctions()
  await callOrganization()
  return calls
}

async function callIam(): Promise<void> {
  const two = newUser('two', { tags: { owner: 'a', email: 'b' }, keys: [keyUsed('two/a', 200), keyUsed('two/b', 300)] })
  const account = { ...accountOf({ used: 1 }, [two]), alias: 'acme' }
  account.trail.push(...trailOfTwoPages(account))
  const world = await openWorld({ account, pageSize: 1 })
  expect(await world.run()).toMatchObject({ record: { status: 'deactivated' } })
  const [key] = two.keys
  await world.ports.iam.setStatus('two', key?.id ?? '', 'Active')
  expect(await world.ports.iam.ownerOf(key?.id ?? '')).toBe('two')
  const access = {
    endpoint: world.endpoint.url,
    region: REGION,
    credentials: { accessKeyId: OPERATOR_KEY, secretAccessKey: 'x' },
  }
  expect(await readAccountAlias(access)).toBe('acme')
}

/** More events than CloudTrail puts on a page. */
function trailOfTwoPages(account: Account): Account['trail'] {
  const by = { arn: 'arn:aws:iam::111122223333:user/a', userId: 'AIDAAAAAAAAAAAAAAAAA', accessKeyId: OPERATOR_KEY }
  const update = { user: 'used', accessKeyId: accessKeyId('used'), status: 'Inactive', by }
  return Array.from({ length: 51 }, (_, n) => updateRecord(account, { at: daysAgo(n + 1), ...update }))
}

async function callS3(): Promise<void> {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'is not checked' }
  const s3 = await startLoopbackS3({ pageKeys: 1 })
  const store = makeS3Store({ bucket: LOOPBACK_BUCKET, endpoint: s3.url, region: 'us-east-1', credentials })
  for (const key of ['runs/a/input.json', 'runs/a/report.csv', 'runs/a/input.json']) await store.put(key, '{}')
  expect(await store.get('runs/none')).toBeNull()
  expect(await store.list('runs/')).toHaveLength(2)
  await s3.stop()
}

async function callTellers(): Promise<void> {
  const topic = `arn:aws:sns:${REGION}:111122223333:keysweep`
  const tell = makeTopic(topic)
  await tell('2 keys wait – please', 'x'.repeat(1000), { kind: 'approval wanted', status: 'waiting' })
  // Every page is the same, so it has no end.
  expect(await rejection(makeHasListener()(topic))).toMatchObject({ name: 'NoticeFailed' })
  await makeEventBus('default', { region: REGION })(eventsOf(recordOf({ keys: [] })))
}

async function callStepFunctions(): Promise<void> {
  expect(await makeWake({ region: REGION })('a token')).toBe(true)
  const run = { runId: 'later', executionId: EXECUTION, startedAt: '2026-09-11T12:00:00.000Z' }
  expect(await makeOtherOpenRun({ region: REGION })(run, () => true)).toBe('earlier')
  const machine = makeMachine(MACHINE)
  expect(await machine.start('later', { mode: 'plan' })).toBe(EXECUTION)
  expect(await machine.describe('later')).toMatchObject({ status: 'RUNNING' })
  expect(await machine.eventsAfter('later', 0)).toHaveLength(1)
  await machine.stop('later')
}

/** Reads an organization in pages, and writes in a member account, by a session for one user. */
async function callOrganization(): Promise<void> {
  const { endpoint, organization } = await localOrganization({ pageSize: 1 })
  for (const member of organization.accounts) member.tags = { team: 'payments', stage: 'prod' }
  const where = {
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' },
  }
  const { accounts, tagsOf, managementAccount } = makeOrganization(where)
  expect(await accounts()).toHaveLength(3)
  expect(await tagsOf(ACCOUNTS.member)).toEqual({ team: 'payments', stage: 'prod' })
  expect(await managementAccount()).toEqual({
    organizationId: organization.id,
    managementAccount: ACCOUNTS.management,
  })
  expect(await readKeyAccount(BOB_KEY, where)).toBe(ACCOUNTS.member)
  const clientOf = makeClients({
    own: ACCOUNTS.hub,
    sessions: makeSessions({ optionsOf: () => where }),
    make: ({ account }, credentials) =>
      makeIam({ account, attempts: 1, ...where, ...(credentials && { credentials }) }),
  })
  const roles = { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' }
  const run = { runId: 'org-change-1', account: ACCOUNTS.member, caller: CALLER, member: { roles, profile: null } }
  expect(await clientOf(run, { role: 'read' }).listAccessKeys('bob')).toHaveLength(1)
  await clientOf(run, { role: 'deactivate', user: 'bob' }).setStatus('bob', BOB_KEY, 'Inactive')
}
