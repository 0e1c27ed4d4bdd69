// Classifies errors of the AWS SDK by the table of a service. The first matching row decides. error-rows.ts has the rows that
// hold for all services; each service adds its own error names, and says what each kind means for it.
//
// Our messages contain only the first line of the SDK's message, and the SDK's error is never a `cause`: the text of
// SignatureDoesNotMatch contains the canonical request, including the session token.
import { withoutUserInfo } from '../../core/texts/shown-url.ts'
import { UNSENDABLE_CREDENTIALS } from './unsendable.ts'

/** Every kind of error, and whether AWS carried out a write that failed with it. */
export const CARRIED_OUT = {
  /** The credentials do not fit into an HTTP header: nothing was sent. */
  unsendable: 'no',
  'no credentials': 'no',
  'no region': 'no',
  'no address': 'no',
  throttled: 'no',
  denied: 'no',
  'not found': 'no',
  refused: 'no',
  /** No answer, or one that does not say whether the write was carried out. */
  unavailable: 'unknown',
  /** A bug in our code, possibly after the answer arrived. */
  'fault of ours': 'unknown',
} as const satisfies Record<string, 'no' | 'unknown'>

export type Kind = keyof typeof CARRIED_OUT

/** An error with the fields that the SDK adds. */
export interface AwsError extends Error {
  $metadata?: { httpStatusCode?: number }
  $response?: { statusCode?: number; headers?: Record<string, string> }
}

/** What a row is matched against. */
interface Facts {
  name: string
  message: string
  /** The HTTP status of the answer; undefined if there was none. */
  status: number | undefined
  /** The SDK had started to send: it sets `$metadata` then. */
  begun: boolean
}

export interface Row<Means> {
  kind: Kind
  fits: (facts: Facts) => boolean
  /** What these errors mean for the service, if not the same as the kind. */
  means?: Means
}

/** A service's table. `Means` is what an error becomes: a class, or the words for a message. */
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
  /** The first line of the message, at most 300 characters. */
  line: string
  /** The error in our messages: "<name>: <line>". */
  received: string
}

/** An error that matches no row counts as unavailable: a write may have been carried out. */
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

/** The class that an error of a service becomes. null: it stays as it is. */
export type ErrorClass = (new (message: string) => Error) | null

/**
 * The error as one of our classes. Its message has the call, what was received, and what to do.
 * @param adviceOn what to do; null: nothing that we know of
 */
export function toOurs(
  call: string,
  error: AwsError,
  table: ServiceErrors<ErrorClass>,
  adviceOn: (classified: Classified<ErrorClass>) => string | null = () => null,
): Error {
  const classified = classify(error, table)
  const { kind, means: Ours, line, received } = classified
  if (Ours === null) return error
  const what = kind === 'unsendable' ? `${UNSENDABLE_CREDENTIALS}: ${line}` : received
  const advice = adviceOn(classified)
  return new Ours(`${call}: ${advice === null ? what : withAdvice(what, advice)}`)
}

/** "name: first line" of an error. */
export const receivedFrom = ({ name, message }: Error): string => `${name}: ${firstLine(message)}`

/** What was received, and what to do. Messages of AWS may end with a full stop of their own. */
export const withAdvice = (received: string, advice: string): string => `${received.replace(/\.$/, '')}. ${advice}`

/** The first line, at most 300 characters, without the user info of a URL: the SDK quotes the endpoint. */
export const firstLine = (message: string): string => withoutUserInfo(message.replace(/\n.*/s, '')).slice(0, 300)

/** The HTTP status of an answer that the SDK could parse. */
export const statusRead = ({ $metadata }: AwsError): number | undefined => $metadata?.httpStatusCode

/** The HTTP status of the answer, even if the SDK could not parse it. */
const statusAnswered = (error: AwsError): number | undefined => statusRead(error) ?? error.$response?.statusCode
