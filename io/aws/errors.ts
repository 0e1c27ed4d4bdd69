// What an error of the AWS SDK means. The general facts are rows here; a service's own table adds names of its own and says
// what each kind is to it. The first row that fits decides.
//
// A message of ours holds no more than the first line of the SDK's, and the SDK's error is never a `cause`: AWS's
// SignatureDoesNotMatch prints the request that it expected, session token and all.
import { isUnsendable } from './unsendable.ts'

/** Every kind of error, by whether a write that ended so was carried out. */
export const CARRIED_OUT = {
  /** No header can hold the credentials: nothing left this machine. */
  unsendable: 'no',
  'no credentials': 'no',
  'no region': 'no',
  'no address': 'no',
  throttled: 'no',
  denied: 'no',
  'not found': 'no',
  refused: 'no',
  /** No answer came, or none that tells. */
  unavailable: 'unknown',
  /** Our own code failed, perhaps after the answer. */
  'fault of ours': 'unknown',
} as const satisfies Record<string, 'no' | 'unknown'>

export type Kind = keyof typeof CARRIED_OUT

/** The SDK's errors, with what it adds to them. */
export interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number }
  $response?: { statusCode?: number; headers?: Record<string, string> }
}

/** What a row looks at. */
interface Seen {
  name: string
  message: string
  /** The HTTP status of the answer; undefined where none came. */
  status: number | undefined
  /** The SDK had begun to send: it then notes its attempts in `$metadata`. */
  begun: boolean
}

export interface Row<Means> {
  kind: Kind
  fits: (seen: Seen) => boolean
  /** What these errors are to the service, where it is something else than the kind. */
  means?: Means
}

/** A service's table. `Means` is what it makes of an error: a class, or the words for what was expected. */
export interface ServiceErrors<Means> {
  rows: readonly Row<Means>[]
  means: Readonly<Record<Kind, Means>>
  statusOf?: (error: AwsError) => number | undefined
}

export interface Classified<Means> {
  kind: Kind
  means: Means
  carriedOut: 'no' | 'unknown'
  status: number | undefined
  /** The first line of the message, at most 300 characters of it. */
  line: string
  /** Name and line: what a message of ours says it received. */
  received: string
}

/** What no row knows is unavailable: a write may have been carried out. */
export function classify<Means>(error: AwsError, table: ServiceErrors<Means>): Classified<Means> {
  const { rows, means, statusOf = statusAnswered } = table
  const { name, message, $metadata } = error
  const status = statusOf(error)
  const row = rows.find(({ fits }) => fits({ name, message, status, begun: $metadata !== undefined }))
  const kind = row?.kind ?? 'unavailable'
  return {
    kind,
    means: row?.means ?? means[kind],
    carriedOut: CARRIED_OUT[kind],
    status,
    line: firstLine(message),
    received: receivedFrom(error),
  }
}

/** The name and the first line of an error. */
export const receivedFrom = ({ name, message }: Error): string => `${name}: ${firstLine(message)}`

/** The first line, at most 300 characters of it. */
export const firstLine = (message: string): string => message.replace(/\n.*/s, '').slice(0, 300)

/** The status that the SDK read from an answer. */
export const statusRead = ({ $metadata }: AwsError): number | undefined => $metadata?.httpStatusCode

/** The status of the answer, also of one that the SDK could not read. */
const statusAnswered = (error: AwsError): number | undefined => statusRead(error) ?? error.$response?.statusCode

export const named = <Means = never>(kind: Kind, names: readonly string[], means?: Means): Row<Means> => ({
  kind,
  fits: ({ name }) => names.includes(name),
  ...(means !== undefined && { means }),
})

/** Answers with a status from `from` to `to`, both included. */
export const status = <Means = never>(kind: Kind, from: number, to = from, means?: Means): Row<Means> => ({
  kind,
  fits: ({ status }) => status !== undefined && status >= from && status <= to,
  ...(means !== undefined && { means }),
})

/** The same row, where no answer came. */
export const unanswered = (row: Row<never>): Row<never> => ({
  ...row,
  fits: (seen) => seen.status === undefined && row.fits(seen),
})

export const UNSENDABLE: Row<never> = { kind: 'unsendable', fits: ({ message }) => isUnsendable(message) }

export const NO_CREDENTIALS = named('no credentials', ['CredentialsProviderError', 'TokenProviderError'])

/** Certainly not carried out, and worth another try later. */
export const THROTTLED = named('throttled', [
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'SlowDown',
])

const DENIED = named('denied', [
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
])

/** Broken off on the way (IAM API Reference, "Common Error Types"): a write may have been carried out before. */
const BROKEN_OFF = named('unavailable', [
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestAborted',
  'RequestAbortedException',
  // The SDK's name, and ours for a body that stalls, whatever the status that came before it.
  'TimeoutError',
])

const OUR_FAULTS = ['TypeError', 'ReferenceError', 'RangeError']

const NO_ANSWER: readonly Row<never>[] = [
  // The network's fault.
  { kind: 'unavailable', fits: ({ begun, name }) => begun && !OUR_FAULTS.includes(name) },
  // The client has no Region, or one that cannot be part of a host's name.
  { kind: 'no region', fits: ({ message }) => /^Region (is missing|not accepted)/.test(message) },
  // What the environment names as the endpoint cannot be asked.
  { kind: 'no address', fits: ({ message }) => /^Invalid URL/.test(message) },
  { kind: 'fault of ours', fits: () => true },
]

export const UNANSWERED: readonly Row<never>[] = NO_ANSWER.map(unanswered)

/** The service's own fault, or a success that the SDK could not read. */
export const FAULTY: readonly Row<never>[] = [
  status('unavailable', 0, 299),
  status('unavailable', 500, Number.POSITIVE_INFINITY),
]

const BY_STATUS: readonly Row<never>[] = [
  // Timed out on the way, perhaps after it was carried out.
  status('unavailable', 408),
  status('throttled', 429),
  status('refused', 400, 499),
]

/** The rows of a service that needs nothing but names of its own. */
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
