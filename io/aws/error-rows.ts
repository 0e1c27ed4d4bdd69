// The rows of a service's table of errors, and those that hold for all services (errors.ts).
import type { Kind, Row } from './errors.ts'
import { isUnsendable } from './unsendable.ts'

export const named = <Means = never>(kind: Kind, names: readonly string[], means?: Means): Row<Means> => ({
  kind,
  fits: ({ name }) => names.includes(name),
  ...(means !== undefined && { means }),
})

/** Answers with a status from `from` to `to`, both inclusive. */
export const status = <Means = never>(kind: Kind, from: number, to = from, means?: Means): Row<Means> => ({
  kind,
  fits: ({ status }) => status !== undefined && status >= from && status <= to,
  ...(means !== undefined && { means }),
})

/** The same row, only for errors without an answer. */
export const unanswered = (row: Row<never>): Row<never> => ({
  ...row,
  fits: (facts) => facts.status === undefined && row.fits(facts),
})

export const UNSENDABLE: Row<never> = { kind: 'unsendable', fits: ({ message }) => isUnsendable(message) }

/** The SDK found no credentials. */
export const CREDENTIALS_MISSING = ['CredentialsProviderError', 'TokenProviderError'] as const

export const NO_CREDENTIALS = named('no credentials', CREDENTIALS_MISSING)

/** Not carried out; a later retry may succeed. */
export const THROTTLED = named('throttled', [
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
])

/** The credentials themselves are at fault, whatever they ask for (IAM API Reference, "Common Error Types"). */
export const CREDENTIAL_FAULTS = [
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'ExpiredToken',
  'ExpiredTokenException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'RequestExpired',
] as const

const DENIED = named('denied', [
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedOperation',
  'OptInRequired',
  ...CREDENTIAL_FAULTS,
])

/** Aborted (IAM API Reference, "Common Error Types"): a write may have been carried out before. */
const BROKEN_OFF = named('unavailable', [
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestAborted',
  'RequestAbortedException',
  // Also our name for a response body that stalls, whatever its status was.
  'TimeoutError',
])

const OUR_FAULTS = ['TypeError', 'ReferenceError', 'RangeError']

const NO_ANSWER: readonly Row<never>[] = [
  // A network error.
  { kind: 'unavailable', fits: ({ begun, name }) => begun && !OUR_FAULTS.includes(name) },
  // The client has no Region, or one that is not valid in a host name.
  { kind: 'no region', fits: ({ message }) => /^Region (is missing|not accepted)/.test(message) },
  // The endpoint in the environment is not a URL.
  { kind: 'no address', fits: ({ message }) => /^Invalid URL/.test(message) },
  { kind: 'fault of ours', fits: () => true },
]

export const UNANSWERED: readonly Row<never>[] = NO_ANSWER.map(unanswered)

/** A server error, or a success that the SDK could not parse. */
export const FAULTY: readonly Row<never>[] = [
  status('unavailable', 0, 299),
  status('unavailable', 500, Number.POSITIVE_INFINITY),
]

const BY_STATUS: readonly Row<never>[] = [
  // Timed out, possibly after it was carried out.
  status('unavailable', 408),
  status('throttled', 429),
  status('refused', 400, 499),
]

/** The rows of a service that only adds error names of its own. */
export const standardRows = <Means>(own: readonly Row<Means>[] = []): readonly Row<Means>[] => [
  UNSENDABLE,
  ...own,
  NO_CREDENTIALS,
  THROTTLED,
  DENIED,
  BROKEN_OFF,
  ...UNANSWERED,
  ...BY_STATUS,
]
