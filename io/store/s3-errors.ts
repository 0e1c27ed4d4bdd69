// Maps the S3 client's errors to ours: StoreUnavailable if a retry may help, StoreRefused if a person must change
// something.
import { StoreDamaged, StoreRefused, StoreUnavailable } from '../../core/model/errors.ts'
import {
  FAULTY,
  NO_CREDENTIALS,
  named,
  status,
  THROTTLED,
  UNANSWERED,
  UNSENDABLE,
  unanswered,
} from '../aws/error-rows.ts'
import { type AwsError, classify, type ServiceErrors, statusRead } from '../aws/errors.ts'
import { UNSENDABLE_CREDENTIALS } from '../aws/unsendable.ts'

/** An S3 operation, for the message of its failure. */
export interface S3Operation {
  /** Such as "write runs/r/plan.json to s3://bucket/prefix". */
  what: string
  bucket: string
  /** The permissions that it needs. */
  permissions: string
  /** A write from outside a deployed machine's functions, which know their bucket's owner. */
  writesByHand?: boolean
}

interface StoreAddress {
  bucket: string
  /** Such as s3://bucket/prefix */
  location: string
  /** The account that must own the bucket; undefined for any. */
  owner?: string | undefined
  byHand?: boolean
}

/** For a bucket of another owner, S3 answers the same 403 as for a missing permission. */
function ownedBy({ owner, byHand }: StoreAddress): string {
  if (owner === undefined) return ''
  const other = byHand ? '; KEYSWEEP_STORE_OWNER names another owner' : ''
  return `, and a bucket that account ${owner} owns${other}`
}

/** The bucket policy of a deployed machine's run store denies all other writes, even those of administrators. */
const DEPLOYED =
  'the bucket policy denies it; only the functions of a deployed machine may write to its run store (use --machine, or another store)'

/** In S3's message to callers of the bucket's own account. */
const DENIED_BY_BUCKET_POLICY = /explicit deny in a resource-based policy/

export const writing = (address: StoreAddress, key: string): S3Operation => ({
  what: `write ${key} to ${address.location}`,
  bucket: address.bucket,
  permissions: `s3:PutObject on the objects of bucket ${address.bucket}${ownedBy(address)}`,
  writesByHand: address.byHand ?? address.owner === undefined,
})

/** Without s3:ListBucket, S3 answers 403 instead of 404 for a missing object. */
export const reading = (address: StoreAddress, key: string): S3Operation => ({
  what: `read ${key} from ${address.location}`,
  bucket: address.bucket,
  permissions: `s3:GetObject on the objects of bucket ${address.bucket}, and s3:ListBucket on the bucket${ownedBy(address)}`,
})

export const listing = (address: StoreAddress, prefix: string): S3Operation => ({
  what: `list ${prefix} in ${address.location}`,
  bucket: address.bucket,
  permissions: `s3:ListBucket on bucket ${address.bucket}${ownedBy(address)}`,
})

/** Why the operation was refused; null if S3 did not refuse it, or only for now. */
type Reason = ((operation: S3Operation, error: AwsError) => string) | null

const accessDenied: Reason = ({ permissions, writesByHand }, { message }) =>
  writesByHand && DENIED_BY_BUCKET_POLICY.test(message) ? DEPLOYED : `access denied (needs ${permissions})`

const otherRegion: Reason = ({ bucket }, { $response }) => {
  const region = $response?.headers?.['x-amz-bucket-region']
  return region === undefined
    ? `bucket ${bucket} is in another Region, set AWS_REGION to it`
    : `bucket ${bucket} is in Region ${region}, set AWS_REGION=${region}`
}

/** A name counts only in an answer of status 300 to 499. Source: Amazon S3 API Reference, "Error responses". */
const S3_ERRORS: ServiceErrors<Reason> = {
  statusOf: statusRead,
  rows: [
    UNSENDABLE,
    unanswered(NO_CREDENTIALS),
    ...UNANSWERED,
    ...FAULTY,
    THROTTLED,
    status('throttled', 429),
    // Temporary: the same request may succeed in a moment.
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
    named<Reason>('denied', ['AccessDenied'], accessDenied),
    // Any other 404 is the page of a proxy or of a wrong endpoint: for a missing object S3 answers NoSuchKey.
    status('unavailable', 404),
    status('denied', 403),
    status('refused', 300, 499),
  ],
  means: {
    unsendable: () => UNSENDABLE_CREDENTIALS,
    'no credentials': () => 'there are no valid credentials',
    'no region': () => 'there is no valid Region',
    'no address': () => 'the endpoint is not a URL',
    throttled: null,
    denied: ({ permissions }) => `access denied (needs valid credentials, ${permissions})`,
    'not found': ({ bucket }) => `bucket ${bucket} does not exist`,
    refused: () => 'S3 refused the request',
    unavailable: null,
    'fault of ours': null,
  },
}

const STORE_ERRORS = [StoreUnavailable, StoreRefused, StoreDamaged]

/** @returns StoreUnavailable or StoreRefused; the error itself if it is one of ours or a bug in our code */
export function storeError(operation: S3Operation, error: AwsError): Error {
  if (STORE_ERRORS.some((kind) => error instanceof kind)) return error
  const { kind, means: reason, status, received } = classify(error, S3_ERRORS)
  if (kind === 'fault of ours') return error
  const answer = `received ${`${status ?? ''} ${received}`.trim()}`
  return reason === null
    ? new StoreUnavailable(`Cannot ${operation.what}: no usable answer from S3; ${answer}`)
    : new StoreRefused(`Cannot ${operation.what}: ${reason(operation, error)}; ${answer}`)
}
