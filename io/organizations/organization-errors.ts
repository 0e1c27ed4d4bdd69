// Maps the SDK's errors of AWS Organizations to ours. A denial is final and says what to do. Everything else may pass.
import { OrganizationDenied, OrganizationUnavailable } from '../../core/model/errors.ts'
import { named, standardRows } from '../aws/error-rows.ts'
import { type AwsError, type ErrorClass, type Kind, type ServiceErrors, toOurs } from '../aws/errors.ts'

/** Source: Organizations API Reference, the errors of ListAccounts, ListTagsForResource and DescribeOrganization. */
const ORGANIZATION_ERRORS: ServiceErrors<ErrorClass> = {
  rows: standardRows<ErrorClass>([
    named('throttled', ['ConcurrentModificationException']),
    // AWS's own fault, with status 400.
    named('unavailable', ['ServiceException']),
    // The account left after it was listed: the next list does not have it.
    named('not found', ['AccountNotFoundException', 'TargetNotFoundException']),
    named('denied', ['AccessDeniedForDependencyException', 'AWSOrganizationsNotInUseException']),
  ]),
  means: {
    unsendable: OrganizationDenied,
    'no credentials': OrganizationDenied,
    'no region': OrganizationUnavailable,
    'no address': OrganizationUnavailable,
    throttled: OrganizationUnavailable,
    denied: OrganizationDenied,
    'not found': OrganizationUnavailable,
    refused: OrganizationDenied,
    unavailable: OrganizationUnavailable,
    'fault of ours': null,
  } satisfies Record<Kind, ErrorClass>,
}

/** Two ways to go on without the right to read the Organization. */
const WHAT_TO_DO =
  'Make this account a delegated administrator of AWS Organizations, or set organization.accounts to a list of account ids.'

/** Runs a call. @throws OrganizationDenied | OrganizationUnavailable, and a fault of ours as it is */
export async function asOrganizationError<T>(call: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof OrganizationUnavailable) throw error
    throw toOurs(call, error as AwsError, ORGANIZATION_ERRORS, ({ kind }) => (kind === 'denied' ? WHAT_TO_DO : null))
  }
}
