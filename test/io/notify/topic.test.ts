// Notices over SNS's own protocol (AWS Query).
import { describe, expect, it } from '@jest/globals'
import { makeTopic } from '../../../io/notify/topic.ts'
import {
  type Answering,
  CREDENTIALS,
  noAnswer,
  nothing,
  patienceFor,
  stalling,
  startLoopbackAws,
  webPage,
} from '../../support/loopback-aws.ts'
import { startResetting } from '../resetting.ts'

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:keysweep'
const ATTRIBUTES = { kind: 'run finished', status: 'deactivated' } as const
const XML = { 'content-type': 'text/xml' }

const taken: Answering = () => ({
  status: 200,
  headers: XML,
  body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>',
})
const without: Answering = () => ({
  status: 200,
  headers: XML,
  body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult/></PublishResponse>',
})
const error =
  (status: number, code: string): Answering =>
  () => ({
    status,
    headers: XML,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>It is ${code}.</Message></Error></ErrorResponse>`,
  })

async function send(answer: Answering, subject = 'keysweep: run finished', text = 'The run finished.') {
  const service = await startLoopbackAws(answer)
  const tell = makeTopic(TOPIC, {
    endpoint: service.url,
    credentials: CREDENTIALS,
    timeoutMilliseconds: patienceFor(answer),
  })
  const failure = await tell(subject, text, ATTRIBUTES).then(
    () => null,
    (thrown: Error) => thrown,
  )
  return { failure, sent: service.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body))) }
}

describe('a message', () => {
  it('arrives on the topic with its subject, its text, and what a subscription may filter by', async () => {
    const { failure, sent } = await send(taken)
    expect(failure).toBeNull()
    expect(sent).toEqual([
      {
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn: TOPIC,
        Subject: 'keysweep: run finished',
        Message: 'The run finished.',
        'MessageAttributes.entry.1.Name': 'kind',
        'MessageAttributes.entry.1.Value.DataType': 'String',
        'MessageAttributes.entry.1.Value.StringValue': 'run finished',
        'MessageAttributes.entry.2.Name': 'status',
        'MessageAttributes.entry.2.Value.DataType': 'String',
        'MessageAttributes.entry.2.Value.StringValue': 'deactivated',
      },
    ])
  })
  it('has a subject that SNS takes, whatever is in it', async () => {
    const { sent } = await send(taken, `a\nb\u00e9${'x'.repeat(200)}`)
    expect(sent[0]?.Subject).toBe(`a?b?${'x'.repeat(95)}`)
  })
})

it('a topic that is given by no ARN is refused at once: nobody knows its Region', () => {
  expect(() => makeTopic('keysweep', { credentials: CREDENTIALS })).toThrow('Region is missing')
})

describe('a message that SNS did not take is NoticeFailed, after one call:', () => {
  it.each<[string, Answering, RegExp]>([
    ['a throttle', error(400, 'Throttling'), /It is Throttling\./],
    ['a 500', error(500, 'InternalError'), /It is InternalError\./],
    ['a refusal', error(403, 'AuthorizationError'), /It is AuthorizationError\./],
    ['no answer', noAnswer, /TimeoutError/],
    ['an answer that stalls', stalling(taken), /TimeoutError: .*\bSNS\b.* \d+ ms$/],
    ['nothing', nothing, /MessageId/],
    ['an answer without an id', without, /MessageId/],
    ['a web page', webPage, /./],
  ])('%s', async (_, answer, message) => {
    const { failure, sent } = await send(answer)
    expect(failure).toMatchObject({ name: 'NoticeFailed', message: expect.stringMatching(message) })
    expect(failure?.message).toMatch(/^.*"keysweep: run finished".* arn:aws:sns:/)
    expect(failure?.message).not.toContain('secret-canary')
    expect(sent).toHaveLength(1)
  })

  it('a connection that is reset', async () => {
    const tell = makeTopic(TOPIC, { endpoint: await startResetting(), credentials: CREDENTIALS })
    await expect(tell('subject', 'text', ATTRIBUTES)).rejects.toMatchObject({
      name: 'NoticeFailed',
      message: expect.stringContaining('ECONNRESET'),
    })
  })
})
