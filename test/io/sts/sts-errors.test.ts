// What a failed AssumeRole means: our own credentials, the role, or STS itself.
import { describe, expect, it } from '@jest/globals'
import { IamAnswerError } from '../../../core/model/errors.ts'
import { asRoleError } from '../../../io/sts/sts-errors.ts'
import { errorWith } from '../../support/error-facts.ts'

const CALL = 'AssumeRole of arn:aws:iam::444455556666:role/keysweep-read'
const answered = (name: string, httpStatusCode: number, message = 'It is so.') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } })
const asked = (error: Error) => asRoleError(CALL, () => Promise.reject(error))

describe('the credentials that ask', () => {
  it.each([
    'ExpiredToken',
    'ExpiredTokenException',
    'IncompleteSignature',
    'InvalidClientTokenId',
    'MissingAuthenticationToken',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ])('are denied, whatever the role: %s', async (name) => {
    const error = await asked(answered(name, 403)).catch((thrown: Error) => thrown)
    expect(error).toEqual(errorWith('IamDenied', CALL, name))
    expect((error as Error).message).not.toContain('trusts')
  })
})

it('only missing credentials have the advice for them', async () => {
  const advised = (name: string) => asRoleError(CALL, () => Promise.reject(answered(name, 403)), 'Ask bob.')
  await expect(advised('CredentialsProviderError')).rejects.toThrow(errorWith('IamDenied', 'Ask bob.'))
  await expect(advised('ExpiredToken')).rejects.not.toThrow('Ask bob.')
})

describe('the role', () => {
  it.each([
    ['AccessDenied', 403],
    ['AccessDeniedException', 403],
    ['RegionDisabledException', 403],
    ['NoSuchEntity', 404],
    ['NoSuchEntityException', 404],
  ])('cannot be assumed: %s', async (name, status) => {
    await expect(asked(answered(name, status))).rejects.toThrow(errorWith('MemberRoleDenied', CALL, name, 'trusts'))
  })
})

describe('STS', () => {
  it.each([
    ['Throttling', 400, 'IamThrottled'],
    ['TooManyRequestsException', 429, 'IamThrottled'],
    ['InternalFailure', 500, 'IamUnavailable'],
    ['RequestTimeout', 400, 'IamUnavailable'],
    ['PackedPolicyTooLargeException', 400, 'IamRefused'],
    ['MalformedPolicyDocumentException', 400, 'IamRefused'],
    ['ValidationError', 400, 'IamRefused'],
  ])('says %s with status %i: %s', async (name, status, ours) => {
    await expect(asked(answered(name, status))).rejects.toThrow(errorWith(ours, CALL, name))
  })
  it('answers with what is no session', async () => {
    await expect(asked(new IamAnswerError('incomplete answer: Credentials'))).rejects.toThrow(
      errorWith('IamAnswerError', CALL, 'Credentials'),
    )
  })
})

it('an answer goes through', async () => {
  expect(await asRoleError(CALL, async () => 'a session')).toBe('a session')
})
