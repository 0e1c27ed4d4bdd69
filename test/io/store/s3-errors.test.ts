// What S3 answers in place of an object, told in our words: what another try may mend, and what somebody must.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreRefused, StoreUnavailable } from '../../../core/model/errors.ts'
import { listing, reading, type S3Operation, storeError, writing } from '../../../io/store/s3-errors.ts'
import { makeS3Store, type S3Options } from '../../../io/store/s3-store.ts'
import { errorWith, factsIn } from '../../support/error-facts.ts'
import { LOOPBACK_BUCKET, type LoopbackS3, refuse, startLoopbackS3 } from '../../support/loopback-s3.ts'

let s3: LoopbackS3
beforeAll(async () => {
  s3 = await startLoopbackS3()
})
afterAll(() => s3.stop())
afterEach(() => {
  s3.instead = () => false
})

const read = (options: Partial<S3Options> = {}) =>
  makeS3Store({
    bucket: LOOPBACK_BUCKET,
    prefix: 'sweeps',
    endpoint: s3.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: 'x' },
    attempts: 1,
    timeoutMilliseconds: 10_000,
    ...options,
  }).get('runs/r/plan.json')

const answer = (status: number, code: string, message?: string) => {
  s3.instead = (_, response) => {
    refuse(response, status, code, message)
    return true
  }
}

it.each([
  [503, 'SlowDown'],
  [400, 'SlowDown'],
  [400, 'ServiceUnavailable'],
  [400, 'InternalError'],
  [400, 'RequestTimeout'],
  [400, 'Throttling'],
  [400, 'ThrottlingException'],
  [400, 'RequestLimitExceeded'],
  [400, 'TooManyRequestsException'],
  [409, 'OperationAborted'],
  [409, 'ConditionalRequestConflict'],
  [307, 'TemporaryRedirect'],
  [429, 'SomethingNew'],
  [500, 'SomethingNew'],
  [404, 'SomethingNew'],
])('%i %s is StoreUnavailable', async (status, code) => {
  answer(status, code)
  const failed = read()
  await expect(failed).rejects.toThrow(StoreUnavailable)
  await expect(failed).rejects.toThrow(
    errorWith(
      'StoreUnavailable',
      'read runs/r/plan.json',
      's3://keysweep-runs/sweeps',
      `${status} ${code}: It is ${code}.`,
    ),
  )
})

/** What the messages can say of the cause, each found in no other. */
const BUCKET = 'keysweep-runs does not exist'
const REGION = 'AWS_REGION'
const PERMISSIONS = '(needs s3:GetObject '
const CREDENTIALS = 'needs valid credentials'
const REFUSED = 'S3 refused'
const CAUSES = [BUCKET, REGION, PERMISSIONS, CREDENTIALS, REFUSED]

it.each([
  [404, 'NoSuchBucket', BUCKET],
  [301, 'PermanentRedirect', REGION],
  [301, 'SomethingNew', REGION],
  [307, 'PermanentRedirect', REGION],
  [400, 'AuthorizationHeaderMalformed', REGION],
  [400, 'IllegalLocationConstraintException', REGION],
  [403, 'AccessDenied', PERMISSIONS],
  [400, 'AccessDenied', PERMISSIONS],
  [403, 'SignatureDoesNotMatch', CREDENTIALS],
  [400, 'ExpiredToken', REFUSED],
  [300, 'SomethingNew', REFUSED],
  [428, 'SomethingNew', REFUSED],
])('%i %s is StoreRefused, and says why', async (status, code, cause) => {
  answer(status, code)
  const failed = read()
  await expect(failed).rejects.toThrow(StoreRefused)
  await expect(failed).rejects.toThrow(
    errorWith(
      'StoreRefused',
      'read runs/r/plan.json',
      's3://keysweep-runs/sweeps',
      `${status} ${code}: It is ${code}.`,
    ),
  )
  const message = await failed.then(String, (error: Error) => error.message)
  expect(CAUSES.filter((each) => message.includes(each))).toEqual([cause])
})

it('a success that cannot be read is shown with its status', async () => {
  s3.instead = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml', 'last-modified': 'yesterday' }).end('{}')
    return true
  }
  await expect(read()).rejects.toThrow(/ 200 \w*Error: /)
})

describe('what S3 says', () => {
  it('is shown up to the end of its first line', async () => {
    answer(400, 'ExpiredToken', 'It has expired.\nthe-session-token')
    await expect(read()).rejects.toThrow(/ 400 ExpiredToken: It has expired\.$/)
  })
  it('is shown up to 300 characters', async () => {
    answer(400, 'ExpiredToken', 'long'.repeat(100))
    await expect(read()).rejects.toThrow(/ 400 ExpiredToken: (long){75}$/)
  })
})

describe('without a request', () => {
  const failing = (name: string, message: string) =>
    (async () => {
      throw Object.assign(new Error(message), { name })
    }) as never

  it.each<[string, Partial<S3Options>, string]>([
    [
      'credentials',
      { credentials: failing('CredentialsProviderError', 'Could not load credentials') },
      'CredentialsProviderError: Could not load credentials',
    ],
    [
      'a token of SSO',
      { credentials: failing('TokenProviderError', 'Token is expired') },
      'TokenProviderError: Token is expired',
    ],
    ['a Region', { region: failing('Error', 'Region is missing') }, 'Error: Region is missing'],
    ['a Region that can be part of a name', { region: 'eu/west/1' }, 'Error: Region not accepted'],
    ['an address', { endpoint: 'nowhere' }, 'TypeError: Invalid URL'],
  ])('%s is wanted', async (_, options, message) => {
    const failed = read(options)
    await expect(failed).rejects.toThrow(StoreRefused)
    await expect(failed).rejects.toThrow(
      errorWith('StoreRefused', 'read runs/r/plan.json', 's3://keysweep-runs/sweeps', message),
    )
  })

  it('a bug of ours is thrown as it is', async () => {
    const slip = new TypeError('x is not a function')
    await expect(read({ credentials: (() => Promise.reject(slip)) as never })).rejects.toBe(slip)
  })
  it('a bug of ours while the request is signed is no fault of the network', async () => {
    const sessionToken = 5 as never
    const failed = read({ credentials: { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: 'x', sessionToken } })
    await expect(failed).rejects.toThrow(TypeError)
  })
})

describe('of what fails when the SDK has begun to send, and notes its attempts,', () => {
  const asked = { what: 'read plan.json', bucket: 'b', permissions: 'a permission' }
  const begun = (name: string) => Object.assign(new Error('It failed.'), { name, $metadata: { attempts: 1 } as object })

  it.each(['TypeError', 'ReferenceError', 'RangeError'])('a %s is a bug of ours', (name) => {
    const slip = begun(name)
    expect(storeError(asked, slip)).toBe(slip)
  })
  it.each(['CredentialsProviderError', 'TokenProviderError'])('a %s wants credentials', (name) => {
    expect(storeError(asked, begun(name))).toMatchObject({
      name: 'StoreRefused',
      message: factsIn('read plan.json', `${name}: It failed.`),
    })
  })
  it.each(['TimeoutError', 'Error', 'AbortError'])('a %s is StoreUnavailable', (name) => {
    expect(storeError(asked, begun(name))).toMatchObject({
      name: 'StoreUnavailable',
      message: factsIn('read plan.json', `${name}: It failed.`),
    })
  })
})

describe('what an operation is and needs', () => {
  const WHERE = { bucket: 'keysweep-runs', location: 's3://keysweep-runs/sweeps' }
  const OWNER = '111122223333'

  it.each<[string, S3Operation, string, string[]]>([
    ['a write', writing(WHERE, 'a/b.json'), 'write a/b.json to s3://keysweep-runs/sweeps', ['s3:PutObject']],
    [
      'a read',
      reading(WHERE, 'a/b.json'),
      'read a/b.json from s3://keysweep-runs/sweeps',
      ['s3:GetObject', 's3:ListBucket'],
    ],
    ['a list', listing(WHERE, 'a/'), 'list a/ in s3://keysweep-runs/sweeps', ['s3:ListBucket']],
  ])('%s', (_, operation, what, permissions) => {
    expect(operation).toMatchObject({ what, bucket: 'keysweep-runs' })
    expect(operation.permissions.match(/s3:\w+/g)).toEqual(permissions)
    expect(operation.permissions).toContain('keysweep-runs')
    expect(operation.permissions).not.toMatch(/account|undefined|KEYSWEEP/)
  })

  it.each([
    ['by hand', true, true],
    ['of a function', false, false],
    ['of nobody in particular', undefined, false],
  ])('is also a bucket of the owner, %s', (_, byHand, isTold) => {
    const address = { ...WHERE, owner: OWNER, ...(byHand !== undefined && { byHand }) }
    for (const { permissions } of [writing(address, 'a'), reading(address, 'a'), listing(address, 'a')]) {
      expect(permissions).toEqual(factsIn('keysweep-runs', `account ${OWNER} owns`))
      expect(permissions.includes('KEYSWEEP_STORE_OWNER')).toBe(isTold)
    }
  })

  it.each([
    [undefined, undefined, true],
    [OWNER, undefined, false],
    [OWNER, true, true],
    [undefined, false, false],
  ])('a write is by hand for owner %s and byHand %s: %s', (owner, byHand, expected) => {
    const address = { ...WHERE, owner, ...(byHand !== undefined && { byHand }) }
    expect(writing(address, 'a').writesByHand).toBe(expected)
    expect(reading(address, 'a').writesByHand).toBeUndefined()
  })
})
