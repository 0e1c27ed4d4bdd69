// Who listens to a topic, over SNS's own protocol (AWS Query).
import { describe, expect, it } from '@jest/globals'
import { makeHasListener } from '../../../io/notify/subscriptions.ts'
import { errorWith } from '../../support/error-facts.ts'
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

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:keysweep'
const CONFIRMED = `${TOPIC}:8f1c5a0e`

/** A page of subscriptions as SNS sends it: of each its ARN, or the word in its place. */
const page =
  (arns: string[], next?: string): Answering =>
  () => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${arns
      .map(
        (arn) =>
          `<member><TopicArn>${TOPIC}</TopicArn><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn><Owner>111122223333</Owner><Endpoint>platform@example.com</Endpoint></member>`,
      )
      .join(
        '',
      )}</Subscriptions>${next ? `<NextToken>${next}</NextToken>` : ''}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  })
const error =
  (status: number, code: string): Answering =>
  () => ({
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>It is ${code}.</Message></Error></ErrorResponse>`,
  })

/** A subscription without the field that counts. */
const unnamed: Answering = (request) => {
  const answer = page([CONFIRMED])(request)
  return answer && { ...answer, body: answer.body.replace(/<SubscriptionArn>.*<\/SubscriptionArn>/, '') }
}
const twoLines: Answering = (request) => {
  const answer = error(403, 'AuthorizationError')(request)
  return answer && { ...answer, body: answer.body.replace(/It is [^<]*/, 'No.\nsecret-canary') }
}

async function ask(...answers: Answering[]) {
  const service = await startLoopbackAws(...answers)
  const timeoutMilliseconds = patienceFor(...answers)
  const hasListener = makeHasListener({ endpoint: service.url, credentials: CREDENTIALS, timeoutMilliseconds })
  const result = await hasListener(TOPIC).catch((thrown: Error) => thrown)
  return { result, sent: service.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body))) }
}

describe('a topic', () => {
  it.each<[string, string[], boolean]>([
    ['no subscription', [], false],
    ['one that is not confirmed', ['PendingConfirmation'], false],
    ['one that was removed', ['Deleted'], false],
    ['a confirmed one', [CONFIRMED], true],
    ['a confirmed one among others', ['PendingConfirmation', 'Deleted', CONFIRMED], true],
  ])('with %s', async (_, arns, heard) => {
    const { result, sent } = await ask(page(arns))
    expect(result).toBe(heard)
    expect(sent).toEqual([{ Action: 'ListSubscriptionsByTopic', Version: '2010-03-31', TopicArn: TOPIC }])
  })

  it('is read page by page, until one is confirmed', async () => {
    const { result, sent } = await ask(page(['PendingConfirmation'], 'b'), page([], 'c'), page([CONFIRMED], 'd'))
    expect(result).toBe(true)
    expect(sent.map(({ NextToken }) => NextToken)).toEqual([undefined, 'b', 'c'])
  })

  it('without an end is an error, not silence', async () => {
    const { result, sent } = await ask(page([], 'again'))
    expect(result).toEqual(errorWith('NoticeFailed', TOPIC, 20))
    expect(sent).toHaveLength(20)
  })

  it('may have twenty pages', async () => {
    const pages = Array.from({ length: 19 }, () => page([], 'more'))
    expect((await ask(...pages, page([CONFIRMED]))).result).toBe(true)
    expect((await ask(...pages, page(['PendingConfirmation']))).result).toBe(false)
  })

  it('is asked for in its own Region', async () => {
    const { url, requests } = await startLoopbackAws(page([CONFIRMED]))
    await makeHasListener({ endpoint: url, credentials: CREDENTIALS })(TOPIC.replace('eu-west-1', 'ap-south-1'))
    expect(requests[0]?.headers.authorization).toMatch(/\/ap-south-1\/sns\//)
  })
})

describe('subscriptions that cannot be read are NoticeFailed, and not "nobody":', () => {
  it.each<[string, Answering, RegExp, number]>([
    ['a throttle', error(400, 'Throttling'), /It is Throttling\./, 3],
    ['a 500', error(500, 'InternalError'), /It is InternalError\./, 3],
    ['a refusal', error(403, 'AuthorizationError'), /It is AuthorizationError\./, 1],
    ['no answer', noAnswer, /TimeoutError/, 3],
    ['an answer that stalls', stalling(page([])), /TimeoutError: .*\bSNS\b.* \d+ ms$/, 3],
    ['nothing', nothing, /: incomplete answer: \S/, 1],
    ['a web page', webPage, /./, 1],
    ['one without its ARN', unnamed, /: incomplete answer: .*0.*SubscriptionArn/, 1],
    ['a refusal of two lines', twoLines, /AuthorizationError\w*: No\.$/, 1],
  ])('%s', async (_, answer, message, attempts) => {
    const { result, sent } = await ask(answer)
    expect(result).toMatchObject({ name: 'NoticeFailed', message: expect.stringMatching(message) })
    expect((result as Error).message).toContain(TOPIC)
    expect((result as Error).message).not.toContain('secret-canary')
    expect(sent).toHaveLength(attempts)
  })
})
