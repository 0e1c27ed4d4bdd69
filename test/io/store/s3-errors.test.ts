// What S3 answers in place of an object, told in our words: what another try may mend, and what somebody must.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { StoreRefused, StoreUnavailable } from '../../../core/model/errors.ts'
import { storeError } from '../../../io/store/s3-errors.ts'
import { makeS3Store, type S3Options } from '../../../io/store/s3-store.ts'
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
    `Cannot read runs/r/plan.json in s3://keysweep-runs/sweeps: expected S3's answer, received ${status} ${code}: It is ${code}.`,
  )
})

const READING =
  'the permissions s3:GetObject on the objects of bucket keysweep-runs and s3:ListBucket on it (without which a missing object reads as denied)'

it.each([
  [404, 'NoSuchBucket', 'a bucket named keysweep-runs'],
  [301, 'PermanentRedirect', 'the Region of bucket keysweep-runs, to be asked'],
  [301, 'SomethingNew', 'the Region of bucket keysweep-runs, to be asked'],
  [307, 'PermanentRedirect', 'the Region of bucket keysweep-runs, to be asked'],
  [400, 'AuthorizationHeaderMalformed', 'the Region of bucket keysweep-runs, to be asked'],
  [400, 'IllegalLocationConstraintException', 'the Region of bucket keysweep-runs, to be asked'],
  [403, 'AccessDenied', READING],
  [400, 'AccessDenied', READING],
  [403, 'SignatureDoesNotMatch', `credentials that S3 takes, and ${READING}`],
  [400, 'ExpiredToken', 'S3 to take the request'],
  [300, 'SomethingNew', 'S3 to take the request'],
  [428, 'SomethingNew', 'S3 to take the request'],
])('%i %s is StoreRefused, and says what was expected', async (status, code, expected) => {
  answer(status, code)
  const failed = read()
  await expect(failed).rejects.toThrow(StoreRefused)
  await expect(failed).rejects.toThrow(
    `Cannot read runs/r/plan.json in s3://keysweep-runs/sweeps: expected ${expected}, received ${status} ${code}: It is ${code}.`,
  )
})

it('a success that cannot be read is told with its status', async () => {
  s3.instead = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml', 'last-modified': 'yesterday' }).end('{}')
    return true
  }
  await expect(read()).rejects.toThrow(/expected S3's answer, received 200 \w*Error: /)
})

describe('what S3 says', () => {
  it('is told up to the end of its first line', async () => {
    answer(400, 'ExpiredToken', 'It has expired.\nthe-session-token')
    await expect(read()).rejects.toThrow(/, received 400 ExpiredToken: It has expired\.$/)
  })
  it('is told up to 300 characters', async () => {
    answer(400, 'ExpiredToken', 'long'.repeat(100))
    await expect(read()).rejects.toThrow(/, received 400 ExpiredToken: (long){75}$/)
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
      'expected credentials, received CredentialsProviderError: Could not load credentials',
    ],
    [
      'a token of SSO',
      { credentials: failing('TokenProviderError', 'Token is expired') },
      'expected credentials, received TokenProviderError: Token is expired',
    ],
    [
      'a Region',
      { region: failing('Error', 'Region is missing') },
      'expected a Region, received Error: Region is missing',
    ],
    [
      'a Region that can be part of a name',
      { region: 'eu/west/1' },
      'expected a Region, received Error: Region not accepted',
    ],
    ['an address', { endpoint: 'nowhere' }, 'expected an address, received TypeError: Invalid URL'],
  ])('%s is wanted', async (_, options, message) => {
    const failed = read(options)
    await expect(failed).rejects.toThrow(StoreRefused)
    await expect(failed).rejects.toThrow(`Cannot read runs/r/plan.json in s3://keysweep-runs/sweeps: ${message}`)
  })

  it('a slip of ours is told as it is', async () => {
    const slip = new TypeError('x is not a function')
    await expect(read({ credentials: (() => Promise.reject(slip)) as never })).rejects.toBe(slip)
  })
  it('a slip of ours is no fault of the network, met while the request is signed', async () => {
    const sessionToken = 5 as never
    const failed = read({ credentials: { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', secretAccessKey: 'x', sessionToken } })
    await expect(failed).rejects.toThrow(TypeError)
  })
})

describe('of what fails when the SDK has begun to send, and notes its attempts,', () => {
  const asked = { what: 'read plan.json', bucket: 'b', permissions: 'a permission' }
  const begun = (name: string) => Object.assign(new Error('It failed.'), { name, $metadata: { attempts: 1 } as object })

  it.each(['TypeError', 'ReferenceError', 'RangeError'])('a %s is a slip of ours', (name) => {
    const slip = begun(name)
    expect(storeError(asked, slip)).toBe(slip)
  })
  it.each(['CredentialsProviderError', 'TokenProviderError'])('a %s wants credentials', (name) => {
    expect(storeError(asked, begun(name))).toMatchObject({
      name: 'StoreRefused',
      message: `Cannot read plan.json: expected credentials, received ${name}: It failed.`,
    })
  })
  it.each(['TimeoutError', 'Error', 'AbortError'])('a %s is StoreUnavailable', (name) => {
    expect(storeError(asked, begun(name))).toMatchObject({
      name: 'StoreUnavailable',
      message: `Cannot read plan.json: expected S3's answer, received ${name}: It failed.`,
    })
  })
})
