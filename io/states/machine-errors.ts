// What Step Functions says instead of an answer, as an error of ours: unavailable where asking again may help, else
// refused with what was expected.
import { MachineUnavailable } from '../../core/model/errors.ts'
import { expectedToSend } from '../aws/unsendable.ts'

/** Step Functions says no: another machine, another name, another right is needed. Nothing was started. */
export class MachineRefused extends Error {
  override readonly name = 'MachineRefused' as const
  /** The name of the error on the wire. */
  readonly because: string

  constructor(message: string, because: string) {
    super(message)
    this.because = because
  }
}

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number }
}

const NOT_SENT = ['CredentialsProviderError', 'TokenProviderError']

/** What was wanted instead, by the name of the error (Step Functions API Reference). */
const EXPECTED: Record<string, string> = {
  StateMachineDoesNotExist: 'a state machine of that ARN',
  ExecutionDoesNotExist: 'a run of that machine',
  InvalidArn: "a state machine's ARN",
  ExecutionAlreadyExists: 'a run id that is used once',
  ExecutionLimitExceeded: 'fewer open executions',
  AccessDeniedException: 'the permission to do so',
}

const LATER = [
  'ThrottlingException',
  'Throttling',
  'ServiceUnavailable',
  'InternalFailure',
  'RequestTimeout',
  'TimeoutError',
]

/** @param what such as "start run r on arn:..." */
export function machineError(what: string, error: SdkError): Error {
  const status = error.$metadata?.httpStatusCode
  const name = error instanceof TypeError ? '' : `${error.name}: `
  const received = `${name}${error.message.split('\n')[0]?.slice(0, 300)}`
  const refused = (expected: string) =>
    new MachineRefused(`Cannot ${what}: expected ${expected}, received ${received}`, error.name)
  const sendable = expectedToSend(error)
  if (sendable !== null) return refused(sendable)
  if (NOT_SENT.includes(error.name)) return refused('credentials')
  const later = status === undefined || status >= 500 || status < 300 || LATER.includes(error.name)
  if (later) return new MachineUnavailable(`Cannot ${what}: expected an answer of Step Functions, received ${received}`)
  return refused(EXPECTED[error.name] ?? 'Step Functions to take the request')
}
