// What IAM and what stands between us and IAM may answer, by the error that keysweep makes of it. test/io/iam/iam-client.test.ts
// has what every call may meet.
import { describe, expect, it } from '@jest/globals'
import {
  AccountRefused,
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  MemberRoleDenied,
} from '../../../core/model/errors.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { asOurs } from '../../../io/iam/iam-errors.ts'
import { CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'

type SdkError = Error & { $metadata?: object; $response?: object }

const call = 'UpdateAccessKey of AKIA1 of user bob'
const failing = (error: Error) => asOurs(call, () => Promise.reject(error)).catch((thrown: Error) => thrown)
const setStatusAt = (endpoint: string) =>
  makeIam({ account: '111122223333', attempts: 1, endpoint, region: 'us-east-1', credentials: CREDENTIALS })
    .setStatus('bob', 'AKIA1', 'Inactive')
    .then(
      () => new Error('no error'),
      (error: Error) => error,
    )

describe('an answer that no AWS service wrote', () => {
  it.each([
    // Nobody knows what became of the update.
    [300, 'IamUnavailable'],
    [302, 'IamUnavailable'],
    [399, 'IamUnavailable'],
    [400, 'IamRefused'],
    [403, 'IamRefused'],
    [407, 'IamRefused'],
    [408, 'IamUnavailable'],
    [429, 'IamThrottled'],
    [499, 'IamRefused'],
    [500, 'IamUnavailable'],
    [502, 'IamUnavailable'],
  ])('of status %i is %s', async (status, name) => {
    const { url } = await startLoopbackAws(() => ({ status, body: '<html>Sign in</html>' }))
    const error = await setStatusAt(url)
    expect(error.name).toBe(name)
    expect(error.message).toMatch(/^UpdateAccessKey of AKIA1 of user bob: /)
  })
  it('of status 300 is no success that cannot be read', async () => {
    const { url } = await startLoopbackAws(() => ({ status: 300, body: '<html>' }))
    const iam = makeIam({
      account: '111122223333',
      attempts: 1,
      endpoint: url,
      region: 'us-east-1',
      credentials: CREDENTIALS,
    })
    await expect(iam.listTags('bob')).rejects.toMatchObject({ name: 'IamUnavailable' })
  })
})

it('nobody at the address is IamUnavailable, and says why', async () => {
  // Port 1 is nobody's.
  expect(await setStatusAt('http://127.0.0.1:1')).toMatchObject({
    name: 'IamUnavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

// Common Error Types and the errors of the calls (IAM API Reference), and those of STS and of the SDK itself.
describe('the code', () => {
  it.each([
    // Certainly not carried out, and worth another try.
    ['Throttling', 'IamThrottled'],
    ['ThrottlingException', 'IamThrottled'],
    ['RequestLimitExceeded', 'IamThrottled'],
    ['TooManyRequestsException', 'IamThrottled'],
    ['SlowDown', 'IamThrottled'],
    ['LimitExceeded', 'IamThrottled'],
    ['LimitExceededException', 'IamThrottled'],
    ['ConcurrentModificationException', 'IamThrottled'],
    ['EntityTemporarilyUnmodifiableException', 'IamThrottled'],
    // Not allowed, and not in another try.
    ['AccessDenied', 'IamDenied'],
    ['AccessDeniedException', 'IamDenied'],
    ['NotAuthorized', 'IamDenied'],
    ['UnauthorizedOperation', 'IamDenied'],
    ['OptInRequired', 'IamDenied'],
    ['InvalidClientTokenId', 'IamDenied'],
    ['UnrecognizedClientException', 'IamDenied'],
    ['ExpiredToken', 'IamDenied'],
    ['ExpiredTokenException', 'IamDenied'],
    ['SignatureDoesNotMatch', 'IamDenied'],
    ['IncompleteSignature', 'IamDenied'],
    ['MissingAuthenticationToken', 'IamDenied'],
    ['RequestExpired', 'IamDenied'],
    ['TokenProviderError', 'IamDenied'],
    // Nobody knows whether it was carried out.
    ['RequestTimeout', 'IamUnavailable'],
    ['RequestTimeoutException', 'IamUnavailable'],
    ['RequestAborted', 'IamUnavailable'],
    ['RequestAbortedException', 'IamUnavailable'],
    ['TimeoutError', 'IamUnavailable'],
    ['NoSuchEntity', 'NoSuchEntity'],
    ['NoSuchEntityException', 'NoSuchEntity'],
    ['CredentialReportNotPresentException', 'ReportNotPresent'],
    ['CredentialReportExpiredException', 'ReportExpired'],
    ['CredentialReportNotReadyException', 'ReportInProgress'],
    // Any other goes by its status.
    ['ValidationError', 'IamRefused'],
    ['MalformedQueryString', 'IamRefused'],
  ])('%s is %s', async (code, name) => {
    const error = Object.assign(new Error('It is so.'), { name: code, $metadata: { httpStatusCode: 400 } })
    expect(await failing(error)).toMatchObject({ name, message: `${call}: ${code}: It is so.` })
  })
})

describe('what is thrown', () => {
  const of = (name: string, fields: Partial<SdkError> = {}) =>
    Object.assign(new Error('It is so.'), { name, ...fields })
  it.each<[string, SdkError, string]>([
    ['by the network, after it was sent', of('Error', { $metadata: { attempts: 1 } }), 'IamUnavailable'],
    ['where an answer of status 500 was read', of('TypeError', { $response: { statusCode: 500 } }), 'IamUnavailable'],
    [
      'where an answer of status 400 was read, whatever else is known of the call',
      of('SyntaxError', { $metadata: { attempts: 1 }, $response: { statusCode: 400 } }),
      'IamRefused',
    ],
    ['by a status of the SDK’s own', of('Other', { $metadata: { httpStatusCode: 403 } }), 'IamRefused'],
    ['for want of credentials', of('CredentialsProviderError'), 'IamDenied'],
  ])('%s has our name', async (_, error, name) => {
    expect(await failing(error)).toMatchObject({ name, message: `${call}: ${error.name}: It is so.` })
  })
  it.each<[string, SdkError]>([
    ['before it was sent', of('EndpointError')],
    ['by a TypeError of ours', of('TypeError', { $metadata: { attempts: 1 } })],
    ['by a ReferenceError of ours', of('ReferenceError', { $metadata: { attempts: 1 } })],
    ['by a RangeError of ours', of('RangeError', { $metadata: { attempts: 1 } })],
  ])('%s stays what it is', async (_, error) => {
    expect(await failing(error)).toBe(error)
  })
  it.each<[string, Error]>(
    [...[AccountRefused, IamDenied, IamRefused, MemberRoleDenied, IamThrottled, IamUnavailable]].map((Ours) => {
      // By its words alone it would be an error of the SDK.
      const error = new Ours('AssumeRole: Invalid character in header content ["authorization"]')
      return [error.name, error]
    }),
  )('by the opening of a session in a member account stays what it is: %s', async (_, error) => {
    expect(await failing(error)).toBe(error)
  })
  it('by the check of an answer keeps its own message', async () => {
    expect(await failing(new IamAnswerError('expected a user'))).toEqual(new IamAnswerError(`${call}: expected a user`))
  })
  it('is shown by its first line, and at most 300 letters of it', async () => {
    const long = Object.assign(new Error(`${'x'.repeat(400)}\ncanonical request canary`), { name: 'AccessDenied' })
    const error = (await failing(long)) as Error
    expect(error).toMatchObject({ name: 'IamDenied', message: `${call}: AccessDenied: ${'x'.repeat(300)}` })
    expect(error.cause).toBeUndefined()
  })
})
