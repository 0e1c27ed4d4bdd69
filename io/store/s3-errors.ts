// From the S3 client's errors to ours: StoreUnavailable is worth another try, StoreRefused wants somebody to mend
// something.
import { StoreDamaged, StoreRefused, StoreUnavailable } from '../../core/model/errors.ts'
import {
  type AwsError,
  classify,
  FAULTY,
  NO_CREDENTIALS,
  named,
  type ServiceErrors,
  status,
  statusRead,
  THROTTLED,
  UNANSWERED,
  UNSENDABLE,
  unanswered,
} from '../aws/errors.ts'
import { SENDABLE_CREDENTIALS } from '../aws/unsendable.ts'

/** An operation of S3, in the words of its failure. */
export interface S3Operation {
  /** Such as "write runs/r/plan.json in s3://bucket/prefix". */
  what: string
  bucket: string
  /** The permissions without which S3 refuses it. */
  permissions: string
}

interface StoreAddress {
  bucket: string
  /** Such as s3://bucket/prefix */
  location: string
}

export const writing = ({ bucket, location }: StoreAddress, key: string): S3Operation => ({
  what: `write ${key} in ${location}`,
  bucket,
  permissions: `the permission s3:PutObject on the objects of bucket ${bucket}`,
})

export const reading = ({ bucket, location }: StoreAddress, key: string): S3Operation => ({
  what: `read ${key} in ${location}`,
  bucket,
  permissions: `the permissions s3:GetObject on the objects of bucket ${bucket} and s3:ListBucket on it (without which a missing object reads as denied)`,
})

export const listing = ({ bucket, location }: StoreAddress, prefix: string): S3Operation => ({
  what: `list ${prefix} in ${location}`,
  bucket,
  permissions: `the permission s3:ListBucket on bucket ${bucket}`,
})

/** What was wanted instead; null where it was not S3 that said no, or not for good. */
type Expected = ((operation: S3Operation, error: AwsError) => string) | null

const otherRegion: Expected = ({ bucket }, { $response }) => {
  const region = $response?.headers?.['x-amz-bucket-region']
  return `the Region of bucket ${bucket}${region === undefined ? '' : `, ${region}`}, to be asked`
}

/** Amazon S3 API Reference, "Error responses". A name counts only in an answer of status 300 to 499. */
const S3_ERRORS: ServiceErrors<Expected> = {
  statusOf: statusRead,
  rows: [
    UNSENDABLE,
    unanswered(NO_CREDENTIALS),
    ...UNANSWERED,
    ...FAULTY,
    THROTTLED,
    status('throttled', 429),
    // In the middle of something: the same request may well pass in a moment.
    named('unavailable', [
      'ServiceUnavailable',
      'InternalError',
      'RequestTimeout',
      'OperationAborted',
      'ConditionalRequestConflict',
      'TemporaryRedirect',
    ]),
    named('not found', ['NoSuchBucket']),
    named(
      'refused',
      ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
      otherRegion,
    ),
    status('refused', 301, 301, otherRegion),
    named<Expected>('denied', ['AccessDenied'], ({ permissions }) => permissions),
    // Anything else that is "not found" is a proxy's or a wrong endpoint's page; a missing object has a name of its own.
    status('unavailable', 404),
    status('denied', 403),
    status('refused', 300, 499),
  ],
  means: {
    unsendable: () => SENDABLE_CREDENTIALS,
    'no credentials': () => 'credentials',
    'no region': () => 'a Region',
    'no address': () => 'an address',
    throttled: null,
    denied: ({ permissions }) => `credentials that S3 takes, and ${permissions}`,
    'not found': ({ bucket }) => `a bucket named ${bucket}`,
    refused: () => 'S3 to take the request',
    unavailable: null,
    'fault of ours': null,
  },
}

const OURS = [StoreUnavailable, StoreRefused, StoreDamaged]

/** @returns StoreUnavailable or StoreRefused; or the error itself where it is no fault of S3's, but one of ours. */
export function storeError(operation: S3Operation, error: AwsError): Error {
  if (OURS.some((ours) => error instanceof ours)) return error
  const { kind, means: expected, status, received } = classify(error, S3_ERRORS)
  if (kind === 'fault of ours') return error
  const answer = `received ${`${status ?? ''} ${received}`.trim()}`
  return expected === null
    ? new StoreUnavailable(`Cannot ${operation.what}: expected S3's answer, ${answer}`)
    : new StoreRefused(`Cannot ${operation.what}: expected ${expected(operation, error)}, ${answer}`)
}
