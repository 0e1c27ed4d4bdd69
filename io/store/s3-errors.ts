// From the S3 client's errors to ours: StoreUnavailable is worth another try, StoreRefused wants somebody to mend
// something. No error of the SDK goes along as a cause: S3 answers a wrong signature with the request that it expected,
// session token and all, and the SDK keeps that in the error's fields.
import { StoreDamaged, StoreRefused, StoreUnavailable } from '../../core/model/errors.ts'
import { expectedToSend } from '../aws/unsendable.ts'

/** What was asked of S3, in the words that its failure is told in. */
export interface Asked {
  /** Such as "write runs/r/plan.json in s3://bucket/prefix". */
  what: string
  bucket: string
  /** The permissions without which S3 refuses it. */
  permissions: string
}

interface Where {
  bucket: string
  /** Such as s3://bucket/prefix */
  location: string
}

export const writing = ({ bucket, location }: Where, key: string): Asked => ({
  what: `write ${key} in ${location}`,
  bucket,
  permissions: `the permission s3:PutObject on the objects of bucket ${bucket}`,
})

export const reading = ({ bucket, location }: Where, key: string): Asked => ({
  what: `read ${key} in ${location}`,
  bucket,
  permissions: `the permissions s3:GetObject on the objects of bucket ${bucket} and s3:ListBucket on it (without which a missing object reads as denied)`,
})

export const listing = ({ bucket, location }: Where, prefix: string): Asked => ({
  what: `list ${prefix} in ${location}`,
  bucket,
  permissions: `the permission s3:ListBucket on bucket ${bucket}`,
})

export interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number }
  $response?: { headers: Record<string, string> }
}

/** Busy, or in the middle of something: the same request may well pass in a moment. */
const LATER = [
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'OperationAborted',
  'ConditionalRequestConflict',
  'TemporaryRedirect',
]

const OTHER_REGION = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']

const NOT_SENT = ['CredentialsProviderError', 'TokenProviderError']

/** The client has no Region, or one that cannot be part of a host's name. */
const NO_REGION = /^Region (is missing|not accepted)/

/** What the environment names as the endpoint cannot be asked. */
const NO_ADDRESS = /^Invalid URL/

const OURS = [StoreUnavailable, StoreRefused, StoreDamaged]

/** @returns StoreUnavailable or StoreRefused; or the error itself where it is no fault of S3's, but a slip of ours. */
export function storeError(asked: Asked, error: SdkError): Error {
  if (OURS.some((ours) => error instanceof ours)) return error
  const status = statusOf(error)
  const received = `${status ?? ''} ${error.name}: ${firstLine(error.message)}`.trim()
  const sendable = expectedToSend(error)
  if (sendable !== null) return new StoreRefused(`Cannot ${asked.what}: expected ${sendable}, received ${received}`)
  const unavailable = () => new StoreUnavailable(`Cannot ${asked.what}: expected S3's answer, received ${received}`)
  if (status === undefined) return isNetworkFault(error) ? unavailable() : unsent(asked, error, received)
  if (LATER.includes(error.name) || status === 429 || status >= 500 || status < 300) return unavailable()
  const expected = whatIsWrong(asked, error, status)
  return expected === null
    ? unavailable()
    : new StoreRefused(`Cannot ${asked.what}: expected ${expected}, received ${received}`)
}

export const statusOf = (error: SdkError): number | undefined => error.$metadata?.httpStatusCode

/** What was wanted instead; null where it was not S3 that said no. */
function whatIsWrong({ bucket, permissions }: Asked, error: SdkError, status: number): string | null {
  if (error.name === 'NoSuchBucket') return `a bucket named ${bucket}`
  if (OTHER_REGION.includes(error.name) || status === 301) {
    const region = error.$response?.headers['x-amz-bucket-region']
    return `the Region of bucket ${bucket}${region === undefined ? '' : `, ${region}`}, to be asked`
  }
  if (error.name === 'AccessDenied') return permissions
  // Anything else that is "not found" is a proxy's or a wrong endpoint's page; a missing object has a name of its own.
  if (status === 404) return null
  return status === 403 ? `credentials that S3 takes, and ${permissions}` : 'S3 to take the request'
}

function unsent({ what }: Asked, error: SdkError, received: string): Error {
  if (NOT_SENT.includes(error.name))
    return new StoreRefused(`Cannot ${what}: expected credentials, received ${received}`)
  if (NO_REGION.test(error.message)) return new StoreRefused(`Cannot ${what}: expected a Region, received ${received}`)
  if (NO_ADDRESS.test(error.message))
    return new StoreRefused(`Cannot ${what}: expected an address, received ${received}`)
  return error
}

/** The SDK had sent it (it then notes its attempts in `$metadata`) and no answer came; unless the fault is a slip of ours. */
const isNetworkFault = (error: SdkError): boolean =>
  error.$metadata !== undefined && !['TypeError', 'ReferenceError', 'RangeError', ...NOT_SENT].includes(error.name)

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 300)
