// What Step Functions says instead of an answer, as an error of ours: unavailable where asking again may help, else
// refused with what was expected.
import { MachineUnavailable } from '../../core/model/errors.ts'
import {
  type AwsError,
  classify,
  FAULTY,
  NO_CREDENTIALS,
  named,
  type ServiceErrors,
  status,
  statusRead,
  UNANSWERED,
  UNSENDABLE,
} from '../aws/errors.ts'
import { SENDABLE_CREDENTIALS } from '../aws/unsendable.ts'

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

/** Step Functions API Reference. A name counts only in an answer of status 300 to 499. What was wanted instead; null: an answer. */
const STATES_ERRORS: ServiceErrors<string | null> = {
  statusOf: statusRead,
  rows: [
    UNSENDABLE,
    NO_CREDENTIALS,
    ...UNANSWERED,
    ...FAULTY,
    named('throttled', ['ThrottlingException', 'Throttling']),
    named('unavailable', ['ServiceUnavailable', 'InternalFailure', 'RequestTimeout', 'TimeoutError']),
    named('not found', ['StateMachineDoesNotExist'], 'a state machine of that ARN'),
    named('not found', ['ExecutionDoesNotExist'], 'a run of that machine'),
    named('refused', ['InvalidArn'], "a state machine's ARN"),
    named('refused', ['ExecutionAlreadyExists'], 'a run id that is used once'),
    named('refused', ['ExecutionLimitExceeded'], 'fewer open executions'),
    named('denied', ['AccessDeniedException']),
    status('refused', 300, 499),
  ],
  means: {
    unsendable: SENDABLE_CREDENTIALS,
    'no credentials': 'credentials',
    'no region': null,
    'no address': null,
    throttled: null,
    denied: 'the permission to do so',
    'not found': 'Step Functions to take the request',
    refused: 'Step Functions to take the request',
    unavailable: null,
    'fault of ours': null,
  },
}

/** @param what such as "start run r on arn:..." */
export function machineError(what: string, error: AwsError): Error {
  const { means: expected, line, received } = classify(error, STATES_ERRORS)
  // An answer without what it must contain, or an address that is none.
  const answer = error instanceof TypeError ? line : received
  return expected === null
    ? new MachineUnavailable(`Cannot ${what}: expected an answer of Step Functions, received ${answer}`)
    : new MachineRefused(`Cannot ${what}: expected ${expected}, received ${answer}`, error.name)
}
