// Maps the SDK's errors of AssumeRole to ours. A refused role means that this account cannot be reached; a fault of our own
// credentials concerns every account.
import {
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  MemberRoleDenied,
} from '../../core/model/errors.ts'
import { CREDENTIAL_FAULTS, named, standardRows } from '../aws/error-rows.ts'
import { type AwsError, type ErrorClass, type Kind, type ServiceErrors, toOurs } from '../aws/errors.ts'

/** Source: STS API Reference, AssumeRole, and the common errors. null keeps the SDK's error. */
const STS_ERRORS: ServiceErrors<ErrorClass> = {
  rows: standardRows<ErrorClass>([
    named<ErrorClass>('denied', CREDENTIAL_FAULTS, IamDenied),
    // The account has STS switched off in this Region.
    named('denied', ['RegionDisabledException']),
    // Emulators know which roles there are; AWS says AccessDenied.
    named('not found', ['NoSuchEntity', 'NoSuchEntityException']),
  ]),
  means: {
    unsendable: IamDenied,
    'no credentials': IamDenied,
    'no region': null,
    'no address': null,
    throttled: IamThrottled,
    denied: MemberRoleDenied,
    'not found': MemberRoleDenied,
    refused: IamRefused,
    unavailable: IamUnavailable,
    'fault of ours': null,
  } satisfies Record<Kind, ErrorClass>,
}

/** What to look at: STS gives one answer for all of it. */
const WHAT_TO_DO =
  'Check that the role exists, that it trusts the caller, and that no service control policy denies it.'

/**
 * Runs AssumeRole, or reads a profile's credentials.
 * @param withoutCredentials what to do if there are none
 * @throws MemberRoleDenied | IamThrottled | IamUnavailable | IamAnswerError | IamDenied | IamRefused, and a fault of ours as
 *   it is
 */
export async function asRoleError<T>(
  call: string,
  run: () => Promise<T>,
  withoutCredentials: string | null = null,
): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof IamAnswerError) throw new IamAnswerError(`${call}: ${error.message}`)
    throw toOurs(call, error as AwsError, STS_ERRORS, ({ kind, means }) =>
      means === MemberRoleDenied ? WHAT_TO_DO : kind === 'no credentials' ? withoutCredentials : null,
    )
  }
}
