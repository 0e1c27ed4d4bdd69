// The user agent by which CloudTrail shows whose call it was.
import { resolve } from 'node:path'
import { expect, it } from '@jest/globals'
import { agentName, sweeperIn } from '../../../core/judge/sweeper.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import { eventsOf } from '../../../core/notify/events.ts'
import { userAgentOf } from '../../../io/aws/user-agent.ts'
import { readAccountAlias } from '../../../io/iam/account-alias.ts'
import { makeCaller } from '../../../io/iam/caller.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { makeEventBus } from '../../../io/notify/event-bus.ts'
import { makeHasListener } from '../../../io/notify/subscriptions.ts'
import { makeTopic } from '../../../io/notify/topic.ts'
import { makeOrganization } from '../../../io/organizations/organization-client.ts'
import { makeMachine } from '../../../io/states/machine.ts'
import { makeSchedules } from '../../../io/states/schedules.ts'
import { makeS3Store } from '../../../io/store/s3-store.ts'
import { storeName } from '../../../io/store/store-name.ts'
import { makeTrail } from '../../../io/trail/trail-client.ts'
import { CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'
import { recordOf } from '../../support/records.ts'

it.each([
  ['of a run', 'run-1', [['keysweep-run', 'run-1']]],
  ['of no run', null, []],
])('names the version, the store and the run of a call %s', (_, runId, run) => {
  expect(userAgentOf('s3://bucket/sweeps', runId)).toEqual([
    ['keysweep', VERSION],
    ['keysweep-store', 's3%3A%2F%2Fbucket%2Fsweeps'],
    ...run,
  ])
})

it('names a directory by its machine and its whole path, however it is given', () => {
  const [, store] = userAgentOf('.keysweep', null)
  expect(store).toEqual(['keysweep-store', agentName(storeName(resolve('.keysweep')))])
})

it.each([
  ['a bucket', 's3://bucket/sweeps', 's3://bucket/sweeps'],
  ['a directory', '/srv/../srv/runs', 'here:/srv/runs'],
  ['a directory whose name only looks like a bucket', './s3://bucket', `here:${resolve('s3:/bucket')}`],
])('the name of a store in %s', (_, location, name) => {
  expect(storeName(location, 'here')).toBe(name)
})

const WHERE = { region: 'eu-west-1', credentials: CREDENTIALS, attempts: 1 }
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep'
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:keysweep'
const ATTRIBUTES = { kind: 'run finished', status: 'planned', account: '111122223333', runId: 'run-1' }

/** Every client of AWS, and one call of it. What is answered does not matter. */
const CLIENTS: Record<string, (endpoint: string) => Promise<unknown>> = {
  S3: (endpoint) => makeS3Store({ bucket: 'bucket', ...WHERE, endpoint }).get('runs/run-1/input.json'),
  IAM: (endpoint) => makeIam({ account: '111122223333', ...WHERE, endpoint }).generateReport(),
  "IAM's alias": (endpoint) => readAccountAlias({ ...WHERE, endpoint }),
  STS: (endpoint) => makeCaller({ ...WHERE, endpoint })(),
  CloudTrail: (endpoint) =>
    makeTrail({ partition: 'aws', ...WHERE, endpoint }).updatesOfKeys('2026-09-10T12:00:00Z', null),
  Organizations: (endpoint) => makeOrganization({ ...WHERE, endpoint }).managementAccount(),
  'Step Functions': (endpoint) => makeMachine(MACHINE, { ...WHERE, endpoint }).describe('run-1'),
  SNS: (endpoint) =>
    makeTopic(TOPIC, { endpoint, credentials: CREDENTIALS })('subject', 'message', ATTRIBUTES as never),
  "SNS's subscriptions": (endpoint) => makeHasListener({ endpoint, credentials: CREDENTIALS })(TOPIC),
  EventBridge: (endpoint) =>
    makeEventBus('default', { region: 'eu-west-1', endpoint, credentials: CREDENTIALS })(eventsOf(recordOf())),
  'EventBridge Scheduler': (endpoint) => makeSchedules(MACHINE, { endpoint, pause: async () => {} }).starting(),
}

it.each(Object.entries(CLIENTS))('the calls to %s name the version', async (_, call) => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIALOOPBACKLOOPBACK', AWS_SECRET_ACCESS_KEY: 'x' })
  const { url, requests } = await startLoopbackAws(() => ({ status: 403, body: '' }))
  await call(url).catch(() => {})
  const agents = requests.map(({ headers }) => `${headers['user-agent']} ${headers['x-amz-user-agent'] ?? ''}`)
  expect(agents.length).toBeGreaterThan(0)
  for (const agent of agents) expect(agent).toContain(`keysweep/${VERSION}`)
  // A call without a run store is of no sweeper.
  expect(agents.map(sweeperIn)).toEqual(agents.map(() => null))
})
