// Maps the SDK's errors to ours. Each class says whether a write may have been carried out, and whether to retry.
import {
  AccountRefused,
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  MemberRoleDenied,
  NoSuchEntity,
  ReportExpired,
  ReportInProgress,
  ReportNotPresent,
} from '../../core/model/errors.ts'
import { named, standardRows } from '../aws/error-rows.ts'
import {
  type AwsError,
  type CARRIED_OUT,
  type ErrorClass,
  type Kind,
  type ServiceErrors,
  toOurs,
} from '../aws/errors.ts'
import type { IamError } from './iam.ts'

type Class<Ours extends Error> = new (message: string) => Ours

/** The class for each kind, with the same `carriedOut`; null keeps the SDK's error. */
const CLASSES: { [K in Kind]: Class<IamError & { carriedOut: (typeof CARRIED_OUT)[K] }> | null } = {
  unsendable: IamDenied,
  'no credentials': IamDenied,
  'no region': null,
  'no address': null,
  throttled: IamThrottled,
  denied: IamDenied,
  'not found': NoSuchEntity,
  refused: IamRefused,
  unavailable: IamUnavailable,
  'fault of ours': null,
}

/** Source: IAM API Reference, the errors of each call. STS has no error names of its own. */
const IAM_ERRORS: ServiceErrors<ErrorClass> = {
  rows: standardRows<ErrorClass>([
    named('throttled', [
      'LimitExceeded',
      'LimitExceededException',
      'ConcurrentModificationException',
      'EntityTemporarilyUnmodifiableException',
    ]),
    named('not found', ['NoSuchEntityException', 'NoSuchEntity']),
    named<ErrorClass>('not found', ['CredentialReportNotPresentException'], ReportNotPresent),
    named<ErrorClass>('not found', ['CredentialReportExpiredException'], ReportExpired),
    named<ErrorClass>('unavailable', ['CredentialReportNotReadyException'], ReportInProgress),
  ]),
  means: CLASSES,
}

/**
 * Runs a call. Its errors become our error classes, with the call in the message. @throws every error named in
 * io/iam/iam.ts
 */
export async function asOurs<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw iamError(call, error as AwsError)
  }
}

/** What opening a session in a member account throws, before the call itself is sent. */
const OF_SESSIONS = [AccountRefused, IamDenied, IamRefused, IamThrottled, IamUnavailable, MemberRoleDenied]

function iamError(call: string, error: AwsError): Error {
  if (OF_SESSIONS.some((Ours) => error instanceof Ours)) return error
  if (error instanceof IamAnswerError) return new IamAnswerError(`${call}: ${error.message}`)
  return toOurs(call, error, IAM_ERRORS)
}
