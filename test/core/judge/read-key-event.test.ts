// One event of CloudTrail's event history. The shapes are recorded ones: core/judge/read-key-event.ts.
import { describe, expect, it } from '@jest/globals'
import { readKeyEvent, type TrailEvent } from '../../../core/judge/read-key-event.ts'
import { factsIn } from '../../support/error-facts.ts'

const KEY = 'AKIAIDLEIDLEIDLEIDLE'
const SIGNED_WITH = 'AKIASIGNSIGNSIGNSIGN'
const ARN = 'arn:aws:iam::111122223333:user/alice'

const CARRIED_OUT = {
  eventVersion: '1.10',
  userIdentity: { type: 'IAMUser', arn: ARN, accountId: '111122223333', accessKeyId: SIGNED_WITH, userName: 'alice' },
  eventTime: '2026-09-11T13:15:19Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'UpdateAccessKey',
  awsRegion: 'us-east-1',
  userAgent: 'aws-cli/2.31.0',
  requestParameters: { userName: 'backup-bot', accessKeyId: KEY, status: 'Active' },
  responseElements: null as unknown,
}

const trailOf = (fields: object, more: Partial<TrailEvent> = {}): TrailEvent => ({
  at: '2026-09-11T13:15:19Z',
  username: 'alice',
  resources: [],
  text: JSON.stringify({ ...CARRIED_OUT, ...fields }),
  ...more,
})

describe('an event of a call that was carried out', () => {
  it('says which key got which status, when and by whom', () => {
    expect(readKeyEvent(trailOf({}))).toEqual({
      event: { at: '2026-09-11T13:15:19Z', accessKeyId: KEY, status: 'Active', by: ARN, sweeper: null },
    })
    expect(readKeyEvent(trailOf({ requestParameters: { accessKeyId: KEY, status: 'Inactive' } }))).toMatchObject({
      event: { accessKeyId: KEY, status: 'Inactive' },
    })
  })

  it('is dated by the later of its two dates', () => {
    const later = '2026-09-11T14:00:00Z'
    expect(readKeyEvent(trailOf({}, { at: later }))).toMatchObject({ event: { at: later } })
    expect(readKeyEvent(trailOf({ eventTime: later }))).toMatchObject({ event: { at: later } })
    expect(readKeyEvent(trailOf({ eventTime: 'noon' }))).toMatchObject({ event: { at: '2026-09-11T13:15:19Z' } })
  })

  it.each([
    ['the ARN', {}, ARN],
    ['a service', { userIdentity: { invokedBy: 'cloudformation.amazonaws.com' } }, 'cloudformation.amazonaws.com'],
    ['the user name of the event', { userIdentity: { arn: 7 } }, 'alice'],
    ['the user name where the identity is missing', { userIdentity: undefined }, 'alice'],
    ['the first 200 characters of a long ARN', { userIdentity: { arn: ARN.padEnd(300, 'x') } }, ARN.padEnd(200, 'x')],
  ])('names who called: %s', (_, fields, by) => {
    expect(readKeyEvent(trailOf(fields))).toMatchObject({ event: { by } })
  })

  it.each([
    ['the principal', { principalId: 'AIDAEXAMPLE' }, 'AIDAEXAMPLE'],
    ['nobody by an empty identity', {}, 'unknown'],
    ['nobody without an identity', undefined, 'unknown'],
  ])('names who called, without a user name: %s', (_, userIdentity, by) => {
    expect(readKeyEvent(trailOf({ userIdentity }, { username: null }))).toMatchObject({ event: { by } })
  })

  it.each([
    ['the name of the service', { eventSource: undefined }],
    ['an error code, which is null', { errorCode: null }],
    ['a user agent', { userAgent: undefined }],
  ])('is read without %s', (_, fields) => {
    expect(readKeyEvent(trailOf(fields))).toMatchObject({
      event: { accessKeyId: KEY, status: 'Active', sweeper: null },
    })
  })

  it('names a keysweep by its user agent', () => {
    const userAgent = 'aws-sdk-js/3.1169.0 ua/2.1 keysweep/0.2.0 keysweep-store/s3%3A%2F%2Fruns keysweep-run/r-1'
    expect(readKeyEvent(trailOf({ userAgent }))).toMatchObject({
      event: { sweeper: { version: '0.2.0', store: 's3%3A%2F%2Fruns', runId: 'r-1' } },
    })
  })
})

describe('an event that says nothing of a key', () => {
  it.each([
    ['a denied call, which names no key', { errorCode: 'AccessDenied', requestParameters: null }],
    ['a failed call', { errorCode: 'NoSuchEntityException' }],
    ['another call', { eventName: 'CreateAccessKey' }],
    ['a call of another service', { eventSource: 'transfer.amazonaws.com' }],
  ])('is passed over: %s', (_, fields) => {
    expect(readKeyEvent(trailOf(fields))).toBeNull()
  })
})

describe('an odd event', () => {
  it.each([
    ['another status', { requestParameters: { accessKeyId: KEY, status: 'Expired' } }],
    ['no status', { requestParameters: { accessKeyId: KEY } }],
    ['an error code that is no text', { errorCode: { code: 1 } }],
    ['an empty error code', { errorCode: '' }],
    ['no name', { eventName: null }],
  ])('is a doubt about its key: %s', (_, fields) => {
    expect(readKeyEvent(trailOf(fields))).toMatchObject({ odd: { namesItsKey: true, accessKeyIds: [KEY] } })
  })

  it.each<[string, TrailEvent, unknown]>([
    ['the status', trailOf({ requestParameters: { accessKeyId: KEY, status: 'Expired' } }), 'status "Expired"'],
    ['that there is no status', trailOf({ requestParameters: { accessKeyId: KEY } }), 'status null'],
    [
      'the beginning of a long status',
      trailOf({ requestParameters: { accessKeyId: KEY, status: 'x'.repeat(99) } }),
      `status "${'x'.repeat(39)}`,
    ],
    ['the fields that are odd', trailOf({ errorCode: 1 }), factsIn('eventName', 'errorCode')],
    ['that the date is missing', trailOf({ eventTime: null }, { at: 'noon' }), factsIn('date')],
    ['where the key is missing', trailOf({ requestParameters: {} }), factsIn('requestParameters')],
    ['that it is no object', trailOf({}, { text: '7' }), factsIn('JSON')],
  ])('says what was wrong with it: %s', (_, trail, problem) => {
    expect(readKeyEvent(trail)).toMatchObject({ odd: { problem } })
  })

  it('without a date is a doubt about its key', () => {
    expect(readKeyEvent(trailOf({ eventTime: null }, { at: null }))).toMatchObject({
      odd: { namesItsKey: true, accessKeyIds: [KEY] },
    })
  })

  it.each([
    ['no parameters', { requestParameters: null }, [SIGNED_WITH]],
    ['a key under another name', { requestParameters: { keyId: KEY, status: 'Active' } }, [SIGNED_WITH, KEY]],
    ['a key id that is none', { requestParameters: { accessKeyId: 'x', status: 'Active' } }, [SIGNED_WITH]],
  ])('that does not say which key is a doubt about every key that it names: %s', (_, fields, ids) => {
    expect(readKeyEvent(trailOf(fields))).toMatchObject({ odd: { namesItsKey: false, accessKeyIds: ids } })
  })

  const ids = Array.from({ length: 21 }, (_, at) => `AKIA${String(at).padStart(16, 'X')}`)
  it.each<[string, Partial<TrailEvent>, string[]]>([
    ['each once', { text: `${KEY} ${SIGNED_WITH} ${KEY}`, resources: [KEY] }, [KEY, SIGNED_WITH]],
    ['those of several resources', { text: null, resources: [KEY, SIGNED_WITH] }, [KEY, SIGNED_WITH]],
    [
      'those next to one another in text and resources',
      { text: `<${KEY}`, resources: [SIGNED_WITH] },
      [KEY, SIGNED_WITH],
    ],
    ['none in an event without an id', { text: null, resources: ['backup-bot', 'AKIASHORT', `X${KEY}`] }, []],
    ['the first 20', { text: ids.join(), resources: [] }, ids.slice(0, 20)],
  ])('names the keys that it may be about: %s', (_, fields, accessKeyIds) => {
    expect(readKeyEvent(trailOf({}, fields))).toMatchObject({ odd: { namesItsKey: false, accessKeyIds } })
  })

  it.each([
    ['nothing', null],
    ['no JSON', '<html>'],
    ['cut JSON', JSON.stringify(CARRIED_OUT).slice(0, 250)],
    ['a list', '[]'],
    ['a word', '"Active"'],
  ])('that is not an object is a doubt about the keys among its resources: %s', (_, text) => {
    const read = readKeyEvent({ ...trailOf({}), text, resources: [KEY] })
    expect(read).toMatchObject({ odd: { namesItsKey: false, accessKeyIds: expect.arrayContaining([KEY]) } })
  })
})
