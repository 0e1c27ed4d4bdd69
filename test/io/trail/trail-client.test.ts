// CloudTrail's event history over its own protocol (AWS JSON 1.1), by the recorded shapes.
import { describe, expect, it } from '@jest/globals'

import {
  AccountRefused,
  IamAnswerError,
  IamDenied,
  IamThrottled,
  IamUnavailable,
  MemberRoleDenied,
} from '../../../core/model/errors.ts'
import { makeTrail, regionOfIamEvents, type TrailOptions } from '../../../io/trail/trail-client.ts'
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
import '../no-backoff.ts'
import { startResetting } from '../resetting.ts'

const SINCE = '2026-06-13T12:00:00.000Z'

const json =
  (status: number, body: unknown): Answering =>
  () => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.1' } })
const error = (status: number, type: string, message = `It is ${type}.`): Answering =>
  json(status, { __type: type, message })

const EVENT = {
  EventId: 'd0a7d7b2-6c2a-4f0e-9d1a-111111111111',
  EventName: 'UpdateAccessKey',
  ReadOnly: 'false',
  EventTime: 1789132519,
  EventSource: 'iam.amazonaws.com',
  Username: 'alice',
  Resources: [{ ResourceType: 'AWS::IAM::AccessKey', ResourceName: 'AKIAIDLEIDLEIDLEIDLE' }],
  CloudTrailEvent: '{"eventName":"UpdateAccessKey"}',
}

const trailAt = (endpoint: string, options: Partial<TrailOptions> = {}) =>
  makeTrail({
    endpoint,
    credentials: CREDENTIALS,
    attempts: 1,
    timeoutMilliseconds: patienceFor(),
    partition: 'aws',
    ...options,
  })

// By the clock of this machine: if it is behind, the newest events come after `to`.
it('asks for UpdateAccessKey events from the span’s begin, without an end, 50 on a page, in the Region of IAM’s events', async () => {
  const { url, requests } = await startLoopbackAws(json(200, { Events: [] }))
  await trailAt(url).updatesOfKeys(SINCE, null)
  await trailAt(url, { partition: 'aws-cn' }).updatesOfKeys(SINCE, 'page 2')
  const [first, second] = requests
  expect(first?.headers['x-amz-target']).toBe('CloudTrail_20131101.LookupEvents')
  expect(first?.headers.authorization).toMatch(/\/us-east-1\/cloudtrail\//)
  expect(JSON.parse(first?.body ?? '')).toEqual({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' }],
    StartTime: Date.parse(SINCE) / 1000,
    MaxResults: 50,
  })
  expect(JSON.parse(second?.body ?? '')).toMatchObject({ NextToken: 'page 2' })
  expect(second?.headers.authorization).toMatch(/\/cn-north-1\/cloudtrail\//)
})

it.each([
  ['aws', 'us-east-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-new', 'us-east-1'],
])('IAM’s events of partition %s are in %s', (partition, region) => {
  expect(regionOfIamEvents(partition)).toBe(region)
})

it('gives each event as it is, and where the next page begins', async () => {
  const { url } = await startLoopbackAws(json(200, { Events: [EVENT], NextToken: 'more' }))
  expect(await trailAt(url).updatesOfKeys(SINCE, null)).toEqual({
    events: [
      {
        at: '2026-09-11T13:15:19Z',
        username: 'alice',
        resources: ['AKIAIDLEIDLEIDLEIDLE'],
        text: '{"eventName":"UpdateAccessKey"}',
      },
    ],
    nextToken: 'more',
  })
})

it('leaves odd fields of an event to its reader', async () => {
  const odd = { EventId: 1, Username: 7, Resources: 'none' }
  const { url } = await startLoopbackAws(json(200, { Events: [odd, EVENT], NextToken: '' }))
  const { events, nextToken } = await trailAt(url).updatesOfKeys(SINCE, null)
  expect(events[0]).toEqual({ at: null, username: null, resources: [], text: null })
  expect(events[1]).toMatchObject({ username: 'alice' })
  expect(nextToken).toBeNull()
})

it('asks again after a throttle or a fault of CloudTrail', async () => {
  const { url, requests } = await startLoopbackAws(
    error(400, 'ThrottlingException'),
    error(500, 'InternalFailure'),
    json(200, { Events: [] }),
  )
  expect(await trailAt(url, { attempts: 3 }).updatesOfKeys(SINCE, null)).toEqual({ events: [], nextToken: null })
  expect(requests).toHaveLength(3)
})

describe('what is no list of events is an error, never "nothing happened":', () => {
  const failureAt = async (endpoint: string, name: string, received: string, options: Partial<TrailOptions> = {}) =>
    expect(trailAt(endpoint, options).updatesOfKeys(SINCE, null)).rejects.toThrow(
      errorWith(name, 'LookupEvents in us-east-1', received),
    )

  it.each<[string, Answering, string, string]>([
    ['denied', error(400, 'AccessDeniedException'), 'KeyEventsDenied', 'AccessDeniedException'],
    ['an expired token', error(400, 'ExpiredTokenException'), 'KeyEventsDenied', 'ExpiredTokenException'],
    ['a throttle', error(400, 'ThrottlingException'), 'KeyEventsUnavailable', 'ThrottlingException'],
    ['a 500', error(500, 'InternalFailure'), 'KeyEventsUnavailable', 'InternalFailure'],
    [
      'a token that is no more',
      error(400, 'InvalidNextTokenException'),
      'KeyEventsUnavailable',
      'InvalidNextTokenException',
    ],
    ['an emulator without CloudTrail', error(501, 'NotImplemented'), 'KeyEventsUnavailable', 'NotImplemented'],
    ['nothing', nothing, 'KeyEventsUnavailable', 'Events'],
    ['an answer without a list', json(200, {}), 'KeyEventsUnavailable', 'Events'],
    ['a list that is none', json(200, { Events: 'none' }), 'KeyEventsUnavailable', 'LookupEvents'],
    ['a list of words', json(200, { Events: ['none'] }), 'KeyEventsUnavailable', 'LookupEvents'],
    ['a web page', webPage, 'KeyEventsUnavailable', 'SyntaxError'],
    ['no answer', noAnswer, 'KeyEventsUnavailable', 'TimeoutError'],
    ['half an answer', stalling(json(200, { Events: [] })), 'KeyEventsUnavailable', 'TimeoutError'],
    [
      'a refusal of two lines',
      error(400, 'AccessDeniedException', 'No.\nsecret-canary'),
      'KeyEventsDenied',
      'AccessDeniedException: No.',
    ],
  ])('%s', async (_, answer, name, received) =>
    failureAt((await startLoopbackAws(answer)).url, name, received, { timeoutMilliseconds: patienceFor(answer) }),
  )

  it('a connection that is reset', async () => failureAt(await startResetting(), 'KeyEventsUnavailable', 'ECONNRESET'))
})

it('asks four times at most, and waits no longer for one that is refused', async () => {
  const throttled = await startLoopbackAws(error(400, 'ThrottlingException'))
  const where = { credentials: CREDENTIALS, partition: 'aws' }
  await expect(makeTrail({ ...where, endpoint: throttled.url }).updatesOfKeys(SINCE, null)).rejects.toThrow(
    errorWith('KeyEventsUnavailable', 'ThrottlingException'),
  )
  expect(throttled.requests).toHaveLength(4)
  const denied = await startLoopbackAws(error(400, 'AccessDeniedException'))
  await expect(makeTrail({ ...where, endpoint: denied.url }).updatesOfKeys(SINCE, null)).rejects.toThrow(
    errorWith('KeyEventsDenied', 'AccessDeniedException'),
  )
  expect(denied.requests).toHaveLength(1)
})

describe('of what fails before a request is sent', () => {
  const failing = (name: string, message: string) =>
    (async () => {
      throw Object.assign(new Error(message), { name })
    }) as never

  it.each<[string, Partial<TrailOptions>, string, string]>([
    [
      'no credentials',
      { credentials: failing('CredentialsProviderError', 'Could not load') },
      'KeyEventsDenied',
      'CredentialsProviderError: Could not load',
    ],
    [
      'credentials that cannot be sent',
      { credentials: { ...CREDENTIALS, sessionToken: 'token-canary\n' } },
      'KeyEventsDenied',
      'Invalid character in header content',
    ],
    ['an endpoint that is no URL', { endpoint: 'nowhere' }, 'KeyEventsUnavailable', 'Invalid URL'],
  ])('%s is reported', async (_, options, name, received) => {
    const { url, requests } = await startLoopbackAws(json(200, { Events: [] }))
    const failed = await trailAt(url, options)
      .updatesOfKeys(SINCE, null)
      .catch((thrown: Error) => thrown)
    expect(failed).toEqual(errorWith(name, 'LookupEvents in us-east-1', received))
    expect((failed as Error).message).not.toContain('token-canary')
    expect(requests).toEqual([])
  })

  it('a bug of ours is thrown as it is', async () => {
    const slip = new TypeError('x is not a function')
    const failed = trailAt('http://127.0.0.1:9', { credentials: (() => Promise.reject(slip)) as never })
    await expect(failed.updatesOfKeys(SINCE, null)).rejects.toBe(slip)
  })
})

describe('in a member account, whose session is opened at the first call,', () => {
  const failing = (error: Error) => trailAt('http://127.0.0.1:9', { credentials: () => Promise.reject(error) })

  // Named, because the text of an error has its stack, which is another one each time.
  const named = (...errors: Error[]) => errors.map((error) => [error.name, error] as const)

  it.each(named(new IamThrottled('slow'), new IamUnavailable('down'), new IamAnswerError('odd')))(
    'there is no witness for now: %s',
    async (name, error) => {
      const failed = await failing(error)
        .updatesOfKeys(SINCE, null)
        .catch((thrown: Error) => thrown)
      expect(failed).toEqual(errorWith('KeyEventsUnavailable', 'us-east-1', error.message))
      expect((failed as Error).message).not.toContain(name)
    },
  )
  it.each(named(new MemberRoleDenied('no'), new AccountRefused('no'), new IamDenied('no')))(
    'the run does not go on without one: %s',
    async (_, error) => {
      await expect(failing(error).updatesOfKeys(SINCE, null)).rejects.toBe(error)
    },
  )
})

describe('of an odd event each other field is kept:', () => {
  const WHOLE = {
    at: '2026-09-11T13:15:19Z',
    username: 'alice',
    resources: ['AKIAIDLEIDLEIDLEIDLE'],
    text: '{"eventName":"UpdateAccessKey"}',
  }
  it.each<[string, object, Partial<Record<keyof typeof WHOLE, unknown>>]>([
    ['no time', { EventTime: undefined }, { at: null }],
    ['no name', { Username: undefined }, { username: null }],
    ['a name that is a number', { Username: 7 }, { username: null }],
    ['no text', { CloudTrailEvent: undefined }, { text: null }],
    ['a text that is none', { CloudTrailEvent: { a: 1 } }, { text: null }],
    ['no resources', { Resources: undefined }, { resources: [] }],
    ['resources that are none', { Resources: 'none' }, { resources: [] }],
    [
      'a resource without a name',
      { Resources: [{ ResourceType: 'x' }, { ResourceName: 7 }, { ResourceName: 'b' }, { ResourceName: 'a' }] },
      { resources: ['b', 'a'] },
    ],
    ['a field that nobody knows', { Somewhat: 'new' }, {}],
  ])('%s', async (_, odd, expected) => {
    const { url } = await startLoopbackAws(json(200, { Events: [{ ...EVENT, ...odd }] }))
    const { events } = await trailAt(url).updatesOfKeys(SINCE, null)
    expect(events).toEqual([{ ...WHOLE, ...expected }])
  })
})

it('a page may be empty and have a successor', async () => {
  const { url, requests } = await startLoopbackAws(json(200, { Events: [], NextToken: 'more' }))
  expect(await trailAt(url).updatesOfKeys(SINCE, 'this')).toEqual({ events: [], nextToken: 'more' })
  expect(JSON.parse(requests[0]?.body ?? '').NextToken).toBe('this')
})

it('a first page is asked for without a token', async () => {
  const { url, requests } = await startLoopbackAws(json(200, { Events: [] }))
  await trailAt(url).updatesOfKeys(SINCE, null)
  expect(JSON.parse(requests[0]?.body ?? '')).not.toHaveProperty('NextToken')
})

it('a token that is no text is an incomplete answer, which names the field', async () => {
  const { url } = await startLoopbackAws(json(200, { Events: [], NextToken: 7 }))
  await expect(trailAt(url).updatesOfKeys(SINCE, null)).rejects.toThrow(
    errorWith('KeyEventsUnavailable', 'us-east-1', 'NextToken'),
  )
})

it.each([
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-cn', 'cn-north-1'],
])('names the Region that was asked, in partition %s', async (partition, region) => {
  const { url } = await startLoopbackAws(error(400, 'AccessDeniedException'))
  await expect(trailAt(url, { partition }).updatesOfKeys(SINCE, null)).rejects.toThrow(
    errorWith('KeyEventsDenied', `LookupEvents in ${region}`),
  )
})
