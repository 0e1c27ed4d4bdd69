// From the SDK's errors to ours: few names, each telling whether a write may have been done and whether to try again.
import {
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  NoSuchEntity,
  ReportExpired,
  ReportInProgress,
  ReportNotPresent,
} from '../../core/model/errors.ts'
import { expectedToSend } from '../aws/unsendable.ts'

type OurError = new (message: string, options?: ErrorOptions) => Error

/** 409s and throttles: certainly not carried out, and worth another try later. */
const LATER = [
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
  'LimitExceeded',
  'LimitExceededException',
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiableException',
]

const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedOperation',
  'OptInRequired',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'ExpiredToken',
  'ExpiredTokenException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'RequestExpired',
  'CredentialsProviderError',
  'TokenProviderError',
]

/** Broken off on the way (IAM API Reference, "Common Error Types"): an update may have been carried out before. */
const UNCERTAIN = [
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestAborted',
  'RequestAbortedException',
  // The SDK's name, and ours for a body that stalls, whatever the status that came before it.
  'TimeoutError',
]

const NAMES: [string[], OurError][] = [
  [LATER, IamThrottled],
  [DENIED, IamDenied],
  [UNCERTAIN, IamUnavailable],
  [['NoSuchEntityException', 'NoSuchEntity'], NoSuchEntity],
  [['CredentialReportNotPresentException'], ReportNotPresent],
  [['CredentialReportExpiredException'], ReportExpired],
  [['CredentialReportNotReadyException'], ReportInProgress],
]

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number }
  $response?: { statusCode?: number }
}

/** Runs a call and throws what goes wrong as ours, saying which call it was. @throws every error named in io/iam/iam.ts */
export async function asOurs<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toOurs(call, error as SdkError)
  }
}

function toOurs(call: string, error: SdkError): Error {
  const message = `${call}: ${error.name}: ${firstLine(error.message)}`
  if (error instanceof IamAnswerError) return new IamAnswerError(`${call}: ${error.message}`)
  const expected = expectedToSend(error)
  if (expected !== null) return new IamDenied(`${call}: expected ${expected}, received ${firstLine(error.message)}`)
  const named = NAMES.find(([names]) => names.includes(error.name))
  if (named !== undefined) return new named[1](message)
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode
  if (status === undefined) return isNetworkFault(error) ? new IamUnavailable(message) : error
  // Timed out on the way, perhaps after it was carried out.
  if (status === 408) return new IamUnavailable(message)
  if (status === 429) return new IamThrottled(message)
  return status >= 400 && status < 500 ? new IamRefused(message) : new IamUnavailable(message)
}

/** The SDK had sent it (it then notes its attempts in `$metadata`) and no answer came; unless the fault is a slip of ours. */
const isNetworkFault = (error: SdkError): boolean =>
  error.$metadata !== undefined && !['TypeError', 'ReferenceError', 'RangeError'].includes(error.name)

/**
 * AWS's SignatureDoesNotMatch goes on to print the canonical request, session token and all: only the first line is kept,
 * and the SDK's error does not go along as a cause.
 */
const firstLine = (message: string): string => message.replace(/\n.*/s, '').slice(0, 300)
