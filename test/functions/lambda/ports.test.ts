// What each port reads from the environment of its function, and whom it then asks, over the services' own protocols.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { agentName, sweeperIn } from '../../../core/judge/sweeper.ts'
import { AccountRefused, NoticeFailed, SettingsRefused } from '../../../core/model/errors.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import { eventsOf } from '../../../core/notify/events.ts'
import { runEnded } from '../../../core/notify/message.ts'
import { messageText } from '../../../core/texts/message-text.ts'
import { askPort } from '../../../functions/lambda/ask-port.ts'
import { organizationPort } from '../../../functions/lambda/organization-port.ts'
import { outcomePort } from '../../../functions/lambda/outcome-port.ts'
import {
  brakePort,
  callerPort,
  executionPort,
  iamPort,
  listenPort,
  openRunsPort,
  patientIamPort,
  startPort,
  storePort,
  wakePort,
} from '../../../functions/lambda/ports.ts'
import { trailPort } from '../../../functions/lambda/trail-port.ts'
import { whereTyped } from '../../../functions/lambda/typed-command.ts'
import { storeName } from '../../../io/store/store-name.ts'
import { READ } from '../../../io/sts/iam-use.ts'
import { errorWith } from '../../support/error-facts.ts'
import { CALLER } from '../../support/facts.ts'
import { type AwsRequest, CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'
import { recordOf } from '../../support/records.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:keysweep'
const MESSAGE = runEnded(recordOf(), 'npx keysweep show run-1')
const before = { ...process.env }

/** A run on its own account, as its stored input says it. */
const ownRun = (runId: string | null = null, account = '111122223333', arn = CALLER.arn) => ({
  runId,
  account,
  caller: { ...CALLER, arn },
  member: null,
})

let requests: AwsRequest[]
/** Of the topic's one subscription, as SNS lists it. */
let subscriptionArn: string
beforeEach(async () => {
  const service = await startLoopbackAws(answer)
  requests = service.requests
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: service.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  })
})
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
})

const RUN_0 = {
  executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:keysweep:run-0',
  stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep',
  ...{ name: 'run-0', status: 'RUNNING', startDate: 1_000, input: '{}' },
}

/** SNS speaks in forms and XML, the others in JSON. */
function answer({ headers, body }: AwsRequest) {
  if (body.includes('Action=ListSubscriptionsByTopic'))
    return xml(
      `<R><ListSubscriptionsByTopicResult><Subscriptions><member><SubscriptionArn>${subscriptionArn}</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></R>`,
    )
  if (body.startsWith('TopicArn=') || body.includes('Action=Publish'))
    return xml('<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>')
  const target = String(headers['x-amz-target'])
  if (target === 'AWSEvents.PutEvents') {
    const { Entries } = JSON.parse(body) as { Entries: unknown[] }
    return json({ FailedEntryCount: 0, Entries: Entries.map((_, n) => ({ EventId: `event-${n}` })) })
  }
  if (target.endsWith('ListTagsForResource')) return json({ Tags: [{ Key: 'stage', Value: 'test' }] })
  if (target.endsWith('DescribeExecution')) return json(RUN_0)
  return json(target.endsWith('ListExecutions') ? { executions: [{ name: 'run-0', startDate: 1_000 }] } : {})
}
const xml = (body: string) => ({ status: 200, body, headers: { 'content-type': 'text/xml' } })
const json = (body: object) => ({
  status: 200,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
})
const sentToTopic = () => Object.fromEntries(new URLSearchParams(requests[0]?.body))

describe('the run store', () => {
  it.each(['s3://bucket/prefix', '/mnt/runs'])('is at %s if KEYSWEEP_STORE says so', (location) => {
    expect(storePort({ KEYSWEEP_STORE: location }).store.location).toBe(location)
  })
  it.each([{}, { KEYSWEEP_STORE: '' }])('has no default, and the variable is named: %j', (env) => {
    expect(() => storePort(env)).toThrow(errorWith('TypeError', 'KEYSWEEP_STORE'))
    const { iamOf } = iamPort({ ...env, KEYSWEEP_ACCOUNT: '111122223333' })
    const run = ownRun('run-1')
    expect(() => iamOf(run, READ)).toThrow(errorWith('TypeError', 'KEYSWEEP_STORE'))
    const trail = trailPort({ ...env, KEYSWEEP_ACCOUNT: '111122223333' })
    expect(() => trail.trailOf(run)).toThrow(errorWith('TypeError', 'KEYSWEEP_STORE'))
  })
  it("must be a bucket of the functions' own account", async () => {
    const env = { KEYSWEEP_STORE: 's3://bucket', KEYSWEEP_ACCOUNT: '111122223333' }
    await expect(storePort(env).store.put('runs/r/plan.json', '{}')).rejects.toMatchObject({ name: 'StoreUnavailable' })
    expect(requests[0]?.headers['x-amz-expected-bucket-owner']).toBe('111122223333')
  })
})

describe('AWS Organizations', () => {
  it.each([
    ['run store, if there is one', { KEYSWEEP_STORE: 's3://bucket/prefix' }, 's3://bucket/prefix'],
    ['folder of one machine, if not', {}, '.keysweep'],
  ])('is asked under the name of the %s', async (_, env, store) => {
    expect(await organizationPort(env).tagsOf('444455556666')).toEqual({ stage: 'test' })
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSOrganizationsV20161128.ListTagsForResource')
    expect(sweeperIn(requests[0]?.headers['user-agent'] ?? '')).toMatchObject({
      ...{ runId: null, store: agentName(storeName(store)) },
    })
  })
})

describe('the deployed mode', () => {
  it.each(['plan', 'apply', 'off'])('is "%s" as the environment says', (KEYSWEEP_MODE) => {
    expect(brakePort({ KEYSWEEP_MODE }).deployedMode()).toBe(KEYSWEEP_MODE)
  })
  it.each([undefined, '', 'keysweep.yml', 'Off'])('is not guessed of %j', (KEYSWEEP_MODE) => {
    const env = KEYSWEEP_MODE === undefined ? {} : { KEYSWEEP_MODE }
    expect(brakePort(env).deployedMode).toThrow(
      errorWith('SettingsRefused', 'KEYSWEEP_MODE', 'plan', 'apply', 'off', KEYSWEEP_MODE ?? 'none'),
    )
  })
})

describe('people', () => {
  it.each([{}, { KEYSWEEP_TOPIC: TOPIC }, { KEYSWEEP_API: 'https://api' }, { KEYSWEEP_TOPIC: '', KEYSWEEP_API: 'x' }])(
    'cannot be asked where the environment holds %j alone',
    (env) => {
      expect(() => askPort(env)).toThrow(TypeError)
      expect(() => askPort(env)).toThrow(errorWith('TypeError', 'KEYSWEEP_TOPIC', 'KEYSWEEP_API'))
    },
  )
  it('get a message on the topic, with how to answer', async () => {
    const ports = askPort({ KEYSWEEP_TOPIC: TOPIC, KEYSWEEP_API: 'https://api' })
    expect(ports.answerCommand('run-1')).toBe('npm run -s keysweep -- approve run-1 --api https://api')
    await ports.notify(MESSAGE as never)
    expect(sentToTopic()).toMatchObject({
      TopicArn: TOPIC,
      Subject: 'keysweep: run finished in 111122223333: deactivated',
      Message: expect.stringContaining('The run finished.'),
      'MessageAttributes.entry.2.Value.StringValue': 'deactivated',
    })
  })
  it('get a message of the end on the same topic', async () => {
    await outcomePort({ KEYSWEEP_TOPIC: TOPIC }).notifyOutcome(MESSAGE)
    expect(sentToTopic()).toMatchObject({ TopicArn: TOPIC })
  })
  it('get no message of the end if there is no topic, and the run gets an error', async () => {
    const told = outcomePort({}).notifyOutcome(MESSAGE)
    await expect(told).rejects.toThrow(NoticeFailed)
    await expect(told).rejects.toThrow('KEYSWEEP_TOPIC')
  })
})

describe('the command in a message', () => {
  const lineOf = (env: NodeJS.ProcessEnv) => outcomePort(env).showCommand('run-1', 's3://bucket/prefix')
  it('shows the record of a run where it is kept', () => {
    expect(lineOf({})).toBe('npm run -s keysweep -- show run-1 --store s3://bucket/prefix')
    expect(lineOf({ KEYSWEEP_COMMAND: 'our-keysweep' })).toBe('our-keysweep show run-1 --store s3://bucket/prefix')
  })
  it.each([
    [{}, true],
    [{ KEYSWEEP_COMMAND: '' }, true],
    [{ KEYSWEEP_COMMAND: 'our-keysweep' }, false],
  ])('is said to work in a clone, unless it is our own; the environment holds %j: %s', async (env, inClone) => {
    await outcomePort({ ...env, KEYSWEEP_TOPIC: TOPIC }).notifyOutcome(MESSAGE)
    const text = String(sentToTopic().Message)
    expect(text.includes('clone')).toBe(inClone)
    expect(text).toBe(messageText(MESSAGE, whereTyped(env)))
    expect(whereTyped(env) === '').toBe(!inClone)
  })
})

describe('IAM', () => {
  const OWN = { KEYSWEEP_ACCOUNT: '111122223333', KEYSWEEP_STORE: 's3://bucket' }
  const callers = {
    once: () => iamPort(OWN).iamOf(ownRun(), READ).generateReport(),
    patient: () => patientIamPort(OWN).patientIamOf(ownRun(), READ).generateReport(),
  }
  it.each([
    ['once where the machine asks again', 'once', 1],
    ['patiently where a step makes many calls', 'patient', 8],
  ] as const)('is asked %s', async (_, who, calls) => {
    const service = await startLoopbackAws(() => ({ ...xml(''), status: 503 }))
    process.env.AWS_ENDPOINT_URL = service.url
    // The SDK draws its pauses up to a length that doubles: these are all of none.
    const drawn = jest.spyOn(Math, 'random').mockReturnValue(0)
    try {
      await expect(callers[who]()).rejects.toMatchObject({ name: 'IamUnavailable' })
    } finally {
      drawn.mockRestore()
    }
    expect(service.requests).toHaveLength(calls)
  })
  it.each([
    [OWN, '444455556666', 'account 111122223333'],
    [{}, '111122223333', 'unknown account'],
  ])('of another account is not asked: the environment holds %j, wanted is %s', (env, account, received) => {
    for (const iamOf of [iamPort(env).iamOf, patientIamPort(env).patientIamOf]) {
      expect(() => iamOf(ownRun(null, account), READ)).toThrow(AccountRefused)
      expect(() => iamOf(ownRun(null, account), READ)).toThrow(received)
    }
    expect(requests).toEqual([])
  })
  it('is one client for an account, however often it is asked for', () => {
    const { iamOf } = iamPort(OWN)
    expect(iamOf(ownRun(), READ)).toBe(iamOf(ownRun(), READ))
  })
})

describe('programs', () => {
  it.each([
    [{ KEYSWEEP_EVENT_BUS: 'our-bus' }, 'our-bus'],
    [{ KEYSWEEP_EVENT_BUS: '' }, 'default'],
    [{}, 'default'],
  ])('get an event of the end if the environment has %j: on the bus %s', async (env, bus) => {
    const events = eventsOf(recordOf())
    await outcomePort(env).publish(events)
    const { Entries } = JSON.parse(requests[0]?.body ?? '') as { Entries: { EventBusName: string }[] }
    expect(Entries.map((entry) => entry.EventBusName)).toEqual(events.map(() => bus))
  })
})

describe('Start run', () => {
  it('uses the settings that were deployed, or those of an empty file', () => {
    expect(startPort({ KEYSWEEP_SETTINGS: 'mode: apply' }).settings().mode).toBe('apply')
    expect(startPort({}).settings().mode).toBe('plan')
    const odd = startPort({ KEYSWEEP_SETTINGS: 'mode: x' })
    expect(() => odd.settings()).toThrow(SettingsRefused)
    expect(() => odd.settings()).toThrow(errorWith('SettingsRefused', 'KEYSWEEP_SETTINGS', 'mode'))
  })
  it('asks Step Functions for another open run', async () => {
    const executionId = 'arn:aws:states:eu-west-1:111122223333:execution:keysweep:run-1'
    const run = { runId: 'run-1', executionId, startedAt: '2026-09-11T12:00:00Z' }
    expect(await startPort({}).otherOpenRun(run, () => true)).toBe('run-0')
  })
  it.each([
    ['PendingConfirmation', TOPIC],
    [`${TOPIC}:8f1c5a0e`, null],
  ])('asks SNS who listens to the topic: with %s it is unheard: %s', async (subscription, unheard) => {
    subscriptionArn = subscription
    expect(await startPort({ KEYSWEEP_TOPIC: TOPIC }).unheardTopic?.()).toBe(unheard)
    expect(sentToTopic()).toMatchObject({ Action: 'ListSubscriptionsByTopic', TopicArn: TOPIC })
  })
  it.each<[string, NodeJS.ProcessEnv, number]>([
    ['PendingConfirmation', { KEYSWEEP_TOPIC: TOPIC, KEYSWEEP_ALARM_TOPIC: `${TOPIC}-alarms` }, 2],
    [`${TOPIC}:8f1c5a0e`, { KEYSWEEP_TOPIC: TOPIC, KEYSWEEP_ALARM_TOPIC: `${TOPIC}-alarms` }, 0],
    ['PendingConfirmation', { KEYSWEEP_TOPIC: TOPIC }, 1],
    ['PendingConfirmation', { KEYSWEEP_ALARM_TOPIC: TOPIC }, 1],
    ['PendingConfirmation', { KEYSWEEP_TOPIC: '', KEYSWEEP_ALARM_TOPIC: '' }, 0],
    ['PendingConfirmation', {}, 0],
  ])('and Count waiting counts the topics that are unheard: %s, %j: %s', async (subscription, env, count) => {
    subscriptionArn = subscription
    expect(await listenPort(env).topicsUnheard()).toBe(count)
  })
  it.each([{}, { KEYSWEEP_TOPIC: '' }])('looks for no listeners if there is no topic: %j', (env) => {
    expect(startPort(env)).not.toHaveProperty('unheardTopic')
  })
})

it('Count waiting asks Step Functions which runs of the machine are open', async () => {
  const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep'
  expect(await openRunsPort({ KEYSWEEP_MACHINE: machine }).openRuns()).toEqual(['run-0'])
  expect(await openRunsPort({ KEYSWEEP_MACHINE: machine }).openOrganizationRuns()).toEqual([])
  const both = openRunsPort({ KEYSWEEP_MACHINE: machine, KEYSWEEP_ORGANIZATION_MACHINE: `${machine}-organization` })
  expect(await both.openOrganizationRuns()).toEqual(['run-0'])
  expect(JSON.parse(requests.at(-1)?.body ?? '')).toMatchObject({ stateMachineArn: `${machine}-organization` })
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ stateMachineArn: machine })
})

it('Count waiting cannot count the runs of a machine that the environment does not name', () => {
  for (const env of [{}, { KEYSWEEP_MACHINE: '' }])
    expect(() => openRunsPort(env)).toThrow(errorWith('TypeError', 'KEYSWEEP_MACHINE'))
})

describe('the execution', () => {
  const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep'
  const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:keysweep:run-1'
  const described = { executionArn: EXECUTION, stateMachineArn: MACHINE, name: 'run-1', startDate: 1_000 }

  it.each([
    [MACHINE, { runId: 'run-1', startedAt: '1970-01-01T00:16:40.000Z', isRunning: true, input: { mode: 'plan' } }],
    [`${MACHINE}-of-another-stage`, null],
  ])('is one of the machine in the environment: %s', async (machine, expected) => {
    const answer = json({ ...described, status: 'RUNNING', input: '{"mode":"plan"}' })
    const service = await startLoopbackAws(() => answer)
    process.env.AWS_ENDPOINT_URL = service.url
    expect(await executionPort({ KEYSWEEP_MACHINE: machine }).execution(EXECUTION)).toEqual(expected)
    expect(service.requests.map(({ body }) => JSON.parse(body))).toEqual([{ executionArn: EXECUTION }])
  })
  it.each([{}, { KEYSWEEP_MACHINE: '' }])('is not asked for where the environment holds %j', async (env) => {
    await expect(executionPort(env).execution(EXECUTION)).rejects.toThrow(errorWith('TypeError', 'KEYSWEEP_MACHINE'))
    expect(requests).toEqual([])
  })
})

it('who signs is asked once: the machine asks again', async () => {
  const service = await startLoopbackAws(() => ({ ...xml(''), status: 503 }))
  process.env.AWS_ENDPOINT_URL = service.url
  await expect(callerPort().caller()).rejects.toMatchObject({ name: 'IamUnavailable' })
  expect(service.requests.map(({ body }) => new URLSearchParams(body).get('Action'))).toEqual(['GetCallerIdentity'])
})

it('the decision API wakes the machine by the token', async () => {
  expect(await wakePort().wake('a token')).toBe(true)
  expect(requests.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body).taskToken])).toEqual([
    ['AWSStepFunctions.SendTaskSuccess', 'a token'],
  ])
})

describe('the calls of a run', () => {
  const env = { KEYSWEEP_ACCOUNT: '111122223333', KEYSWEEP_STORE: 's3://bucket/a b' }
  const agentOf = (n: number) => String(requests[n]?.headers['user-agent'])

  it('name version, store and run, in characters that the SDK leaves as they are', async () => {
    const { iamOf } = iamPort(env)
    await iamOf(ownRun('run-1'), READ)
      .generateReport()
      .catch(() => {})
    await iamOf(ownRun('run-2'), READ)
      .generateReport()
      .catch(() => {})
    const run = ownRun('run-3')
    await trailPort(env)
      .trailOf(run)
      .updatesOfKeys('2026-09-10T00:00:00Z', null)
      .catch(() => {})
    expect([agentOf(0), agentOf(1), agentOf(2)].map(sweeperIn)).toEqual(
      ['run-1', 'run-2', 'run-3'].map((runId) => ({ version: VERSION, store: 's3%3A%2F%2Fbucket%2Fa%20b', runId })),
    )
  })
})

describe('a run in a member account', () => {
  const env = { KEYSWEEP_ACCOUNT: '111122223333', KEYSWEEP_STORE: 's3://bucket/store' }
  const roles = { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' }
  const run = { ...ownRun('weekly-survey-444455556666', '444455556666'), member: { roles, profile: null } }
  const since = '2026-09-10T00:00:00Z'

  it.each<[string, () => Promise<unknown>, string]>([
    ['once', () => iamPort(env).iamOf(run, { role: 'deactivate', user: 'jane' }).listAccessKeys('jane'), 'deactivate'],
    ['patiently', () => patientIamPort(env).patientIamOf(run, READ).listAccessKeys('jane'), 'read'],
    ['for its event history', () => trailPort(env).trailOf(run).updatesOfKeys(since, null), 'read'],
  ])('asks for its role first, with the function’s own credentials: %s', async (_, call, role) => {
    const service = await startLoopbackAws(() => ({ ...xml(''), status: 403 }))
    process.env.AWS_ENDPOINT_URL = service.url
    await expect(call()).rejects.toMatchObject({ message: expect.stringContaining(`role/keysweep-${role}`) })
    const [first, ...others] = service.requests
    expect(others).toEqual([])
    expect(first?.body).toContain('Action=AssumeRole')
    expect(first?.headers.authorization).toMatch(new RegExp(`${CREDENTIALS.accessKeyId}/\\d+/eu-west-1/sts/`))
    expect(sweeperIn(String(first?.headers['user-agent']))).toMatchObject({
      store: 's3%3A%2F%2Fbucket%2Fstore',
      runId: 'weekly-survey-444455556666',
    })
  })
})

describe("CloudTrail's event history", () => {
  const since = '2026-09-10T00:00:00Z'

  it.each([
    [CALLER.arn, 'us-east-1'],
    [CALLER.arn.replace('arn:aws:', 'arn:aws-us-gov:'), 'us-gov-west-1'],
    [CALLER.arn.replace('arn:aws:', 'arn:aws-cn:'), 'cn-north-1'],
  ])("is that of the caller's partition: %s in %s", async (arn, region) => {
    const trail = trailPort({ KEYSWEEP_ACCOUNT: '111122223333', KEYSWEEP_STORE: 's3://bucket' }).trailOf(
      ownRun('run-1', '111122223333', arn),
    )
    await trail.updatesOfKeys(since, null).catch(() => {})
    expect(requests[0]?.headers.authorization).toContain(`/${region}/cloudtrail/`)
  })
  it.each([
    [{ KEYSWEEP_ACCOUNT: '111122223333' }, '444455556666'],
    [{}, '111122223333'],
  ])('of another account is not read: the environment holds %j, wanted is %s', (env, account) => {
    expect(() => trailPort(env).trailOf(ownRun('run-1', account))).toThrow(errorWith('AccountRefused', account))
  })
})
