// Events over EventBridge's own protocol (AWS JSON 1.1).
import { describe, expect, it } from '@jest/globals'
import type { KeysweepEvent } from '../../../core/notify/event-schemas.ts'
import { eventsOf } from '../../../core/notify/events.ts'
import { batchesOf, makeEventBus } from '../../../io/notify/event-bus.ts'
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
import { recordOf, SOON, TAKEN } from '../../support/records.ts'
import '../no-backoff.ts'

interface Entry {
  Source: string
  DetailType: string
  Detail: string
  EventBusName: string
  Time: number
}

const entriesIn = (body: string) => (JSON.parse(body) as { Entries: Entry[] }).Entries
const json = (status: number, body: unknown, headers = {}) => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
})

/** Takes every entry but those that `refuse` names by their place. */
const taking =
  (refuse: number[] = [], ErrorCode = 'ThrottlingException'): Answering =>
  ({ body }) =>
    json(200, {
      FailedEntryCount: refuse.length,
      Entries: entriesIn(body).map((_, n) =>
        refuse.includes(n) ? { ErrorCode, ErrorMessage: 'Not now' } : { EventId: `event-${n}` },
      ),
    })
const error =
  (status: number, type: string): Answering =>
  () =>
    json(status, { __type: type, message: `It is ${type}.` }, { 'x-amzn-errortype': type })

async function send(events: KeysweepEvent[], ...answers: Answering[]) {
  const service = await startLoopbackAws(...answers)
  const pauses: number[] = []
  const publish = makeEventBus('keysweep-bus', {
    endpoint: service.url,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    timeoutMilliseconds: patienceFor(...answers),
    pause: async (milliseconds) => pauses.push(milliseconds),
  })
  const failure = await publish(events).then(
    () => null,
    (thrown: Error) => thrown,
  )
  return { failure, pauses, sent: service.requests.map(({ body }) => entriesIn(body)), requests: service.requests }
}

const EVENTS = eventsOf(recordOf())
const many = (count: number) =>
  eventsOf(recordOf({ keys: Array.from({ length: count - 1 }, (_, n) => ({ ...SOON, accessKeyId: `AKIA${n}` })) }))
const detailsOf = (entries: Entry[] = []) => entries.map((entry) => JSON.parse(entry.Detail).id)

describe('events', () => {
  it('arrive on the bus with their source, type, time and detail', async () => {
    const { failure, sent, requests } = await send(EVENTS, taking())
    expect(failure).toBeNull()
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSEvents.PutEvents')
    expect(sent[0]?.[0]).toEqual({
      EventBusName: 'keysweep-bus',
      Source: 'keysweep',
      DetailType: 'Key Deactivated',
      Time: Date.parse(TAKEN.at ?? '') / 1000,
      Detail: JSON.stringify(EVENTS[0]?.detail),
    })
  })
  it.each([
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('that are %s go ten a call', async (count, calls) => {
    expect((await send(many(count), taking())).sent.map((entries) => entries.length)).toEqual(calls)
  })
  it('that are none need no call', async () => {
    expect((await send([], taking())).sent).toEqual([])
  })
})

describe('a call', () => {
  const entryOf = (bytes: number) => ({ Source: 's', DetailType: 't', Detail: 'x'.repeat(bytes - 16) })
  const K = 1024
  it.each([
    ['exactly 256 KB', [128 * K, 128 * K], [2]],
    ['one byte more', [128 * K, 128 * K + 1], [1, 1]],
    ['one entry too large by itself', [300 * K, 20], [1, 1]],
  ])('of %s', (_, sizes, batches) => {
    expect(batchesOf(sizes.map(entryOf)).map((batch) => batch.length)).toEqual(batches)
  })
})

describe('entries that EventBridge refuses in a 200', () => {
  it('are sent again, they alone, with the same ids', async () => {
    const { failure, sent, pauses } = await send(many(4), taking([1, 3]), taking([0]), taking())
    expect(failure).toBeNull()
    const ids = detailsOf(sent[0])
    expect(sent.map(detailsOf)).toEqual([ids, [ids[1], ids[3]], [ids[1]]])
    expect(pauses).toEqual([200, 800])
  })
  it('in every attempt are NoticeFailed, and say why', async () => {
    const { failure, sent } = await send(
      many(3),
      taking([2], 'NotAuthorizedForSourceException'),
      taking([0], 'InternalFailure'),
    )
    expect(failure).toEqual(
      errorWith('NoticeFailed', 'keysweep-bus', '1 of 3', '3 attempts', 'InternalFailure: Not now'),
    )
    expect(sent.map((entries) => entries.length)).toEqual([3, 1, 1])
  })
})

describe('a call that fails', () => {
  it.each([
    ['a throttle', error(400, 'ThrottlingException')],
    ['a 500', error(500, 'InternalException')],
  ])('by %s is made again', async (_, fault) => {
    const { failure, sent } = await send(EVENTS, fault, taking())
    expect(failure).toBeNull()
    expect(sent).toHaveLength(2)
  })
  it.each([
    ['throttles', error(400, 'ThrottlingException'), /ThrottlingException: It is/, 3],
    ['500s', error(500, 'InternalException'), /InternalException: It is/, 3],
    ['a refusal', error(400, 'AccessDeniedException'), /AccessDeniedException: It is/, 1],
    ['no answer', noAnswer, /TimeoutError/, 3],
    ['answers that stall', stalling(error(500, 'InternalException')), /TimeoutError: .*EventBridge.* \d+ ms$/, 3],
  ])('by %s in every attempt is NoticeFailed', async (_, fault, message, calls) => {
    const { failure, sent } = await send(EVENTS, fault)
    expect(failure).toMatchObject({ name: 'NoticeFailed', message: expect.stringMatching(message) })
    expect(failure?.message).not.toContain('secret-canary')
    expect(sent).toHaveLength(calls)
  })
})

describe('a 200 that is no answer is NoticeFailed:', () => {
  it('an empty object, with what it lacks', async () => {
    expect((await send(EVENTS, () => json(200, {}))).failure).toEqual(
      errorWith('NoticeFailed', 'keysweep-bus', '0 results', '3 entries', 'FailedEntryCount undefined'),
    )
  })
  it.each<[string, Answering]>([
    ['nothing', nothing],
    ['a web page', webPage],
    ['fewer entries than were sent', () => json(200, { FailedEntryCount: 0, Entries: [{ EventId: 'a' }] })],
    [
      'a count of none, and an entry without an id',
      () => json(200, { FailedEntryCount: 0, Entries: EVENTS.map(() => ({})) }),
    ],
    [
      'a count of failures without their codes',
      () => json(200, { FailedEntryCount: EVENTS.length, Entries: EVENTS.map(() => ({})) }),
    ],
    ['no count', () => json(200, { Entries: EVENTS.map((_, n) => ({ EventId: `event-${n}` })) })],
  ])('%s', async (_, answer) => {
    const { failure } = await send(EVENTS, answer)
    expect(failure).toMatchObject({
      name: 'NoticeFailed',
      message: expect.stringMatching(/keysweep-bus: (.* 3 entries|\w*Error: )/),
    })
  })
})
