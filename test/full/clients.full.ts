// The clients of Step Functions and SNS against services that somebody else wrote: moto's.
import { buffer } from 'node:stream/consumers'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { makeTopic } from '../../io/notify/topic.ts'
import { makeMachine } from '../../io/states/machine.ts'
import { makeWake } from '../../io/states/task-tokens.ts'
import { type LoopbackServer, openLoopbackServer } from '../support/loopback-server.ts'
import { type MotoEngine, startMotoEngine } from './moto-machine.ts'
import { openWaiting, type Waiting } from './waiting-machine.ts'

let moto: MotoEngine
beforeAll(async () => {
  moto = await startMotoEngine()
  const { endpoint, region, credentials } = moto.where
  // As a shell names another endpoint and who signs.
  process.env.AWS_ENDPOINT_URL = endpoint
  process.env.AWS_REGION = region
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey
})
afterAll(() => moto.stop())

describe('a wake', () => {
  it('lets the run that waits go on', async () => {
    const { start, end } = await openWaiting(moto)
    const { token } = await start('run-1')
    expect(await makeWake()(token)).toBe(true)
    expect(await end('run-1')).toEqual({ status: 'SUCCEEDED', error: null, cause: null, input: '{}', output: '{}' })
  })
  it('finds that the run has ended', async () => {
    const { start, end } = await openWaiting(moto)
    const { token } = await start('run-1')
    await moto.wake(token)
    await end('run-1')
    expect(await moto.wake(token)).toBe(false)
  })
  it('finds nobody with a token that Step Functions did not give out', async () => {
    expect(await moto.wake('AQCEmadeup')).toBe(false)
  })
})

describe('another open run', () => {
  const every = () => true
  it('is the one that was started before, as long as it runs, in the words that the state machine hands on', async () => {
    const { start, end } = await openWaiting(moto)
    const [first, second] = [await start('run-b'), await start('run-a')]
    expect(first.executionId).toMatch(/^arn:aws:states:us-east-1:123456789012:execution:[\w-]+:run-b$/)
    expect(await moto.otherOpenRun(first, every)).toBeNull()
    expect(await moto.otherOpenRun(second, every)).toBe('run-b')
    const seen: unknown[] = []
    expect(await moto.otherOpenRun(second, (other) => seen.push(other) === 0)).toBeNull()
    expect(seen).toEqual([{ runId: 'run-b', input: expect.anything() }])
    await moto.wake(first.token)
    await end('run-b')
    expect(await moto.otherOpenRun(second, every)).toBeNull()
  })
  it('is none of another machine', async () => {
    const [one, other] = [await openWaiting(moto), await openWaiting(moto)]
    await one.start('run-1')
    expect(await moto.otherOpenRun(await other.start('run-2'), every)).toBeNull()
  })
  it('of a machine that does not exist is unknown', async () => {
    const executionId = 'arn:aws:states:us-east-1:123456789012:execution:nowhere:run-1'
    const asked = { runId: 'run-1', executionId, startedAt: '2026-09-11T12:00:00Z' }
    await expect(moto.otherOpenRun(asked, every)).rejects.toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringContaining('stateMachine:nowhere: StateMachineDoesNotExist'),
    })
  })
})

describe('the deployed machine', () => {
  it('is started and followed by its history, each event once', async () => {
    const { arn, machine, start, end } = await openWaiting(moto)
    const { token, executionId } = await start('run-1')
    expect(executionId).toBe(`${arn.replace('stateMachine', 'execution')}:run-1`)
    expect(await machine.describe('run-1')).toMatchObject({ status: 'RUNNING', output: null })
    const begun = await machine.eventsAfter('run-1', 0)
    expect(begun.map(({ type, state }) => state ?? type).slice(0, 2)).toEqual(['ExecutionStarted', 'Ask'])
    await moto.wake(token)
    await end('run-1')
    const ended = await machine.eventsAfter('run-1', begun.at(-1)?.id ?? 0)
    expect(ended.at(-1)?.type).toBe('ExecutionSucceeded')
    expect([...begun, ...ended]).toEqual(await machine.eventsAfter('run-1', 0))
  })
  it.each<[string, (waiting: Waiting) => Promise<unknown>, string]>([
    [
      'a run id that was used',
      async ({ start, end, machine }) => {
        const { token } = await start('run-1')
        await moto.wake(token)
        await end('run-1')
        return machine.start('run-1', {})
      },
      'ExecutionAlreadyExists',
    ],
    ['a run that is not there', ({ machine }) => machine.describe('run-9'), 'ExecutionDoesNotExist'],
    [
      'a machine that is not there',
      ({ arn }) => makeMachine(`${arn}-not`).start('run-1', {}),
      'StateMachineDoesNotExist',
    ],
  ])('refuses %s', async (_, ask, because) => {
    await expect(ask(await openWaiting(moto))).rejects.toMatchObject({ name: 'MachineRefused', because })
  })
})

describe('a message', () => {
  /** What moto handed on to each of the subscriptions, told apart by their path. */
  const mails: { to: string; Subject: string; Message: string }[] = []
  let mailbox: LoopbackServer
  let topic: string
  beforeAll(async () => {
    mailbox = await openLoopbackServer(async (request, response) => {
      const { Type, ...mail } = JSON.parse((await buffer(request)).toString())
      if (Type === 'Notification') mails.push({ to: request.url ?? '', ...mail })
      response.end()
    })
    const sns = new SNSClient(moto.where)
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'keysweep' }))
    topic = TopicArn
    const subscribe = (path: string, Attributes: Record<string, string> = {}) =>
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: `${mailbox.url}/${path}`, Attributes }))
    await subscribe('all')
    await subscribe('failed', { FilterPolicy: JSON.stringify({ kind: ['run failed'] }) })
  })
  afterAll(() => mailbox.stop())

  it('arrives with its subject and its text, where a subscription does not filter it out', async () => {
    const tell = makeTopic(topic, moto.where)
    await tell('keysweep: 2 keys wait', 'Two keys.\nApprove?', { kind: 'approval wanted', status: 'waiting' })
    await tell('keysweep: run FAILED', 'It failed.', { kind: 'run failed', status: 'some keys failed' })
    expect(mails.map(({ to, Subject, Message }) => [to, Subject, Message]).sort()).toEqual([
      ['/all', 'keysweep: 2 keys wait', 'Two keys.\nApprove?'],
      ['/all', 'keysweep: run FAILED', 'It failed.'],
      ['/failed', 'keysweep: run FAILED', 'It failed.'],
    ])
  })
  it('has a subject that SNS takes, however long it was', async () => {
    await makeTopic(topic, moto.where)('é'.repeat(200), 'text', { kind: 'run finished', status: 'planned' })
    expect(mails.at(-1)?.Subject).toBe('?'.repeat(99))
  })
  it('to a topic that is not there is NoticeFailed, naming it', async () => {
    const tell = makeTopic(`${topic}-not`, moto.where)
    await expect(tell('subject', 'text', { kind: 'run finished', status: 'planned' })).rejects.toMatchObject({
      name: 'NoticeFailed',
      message: expect.stringContaining('keysweep-not: NotFoundException'),
    })
  })
})
