// Maps the SDK's errors of Step Functions to ours: MachineUnavailable if a retry may help, else MachineRefused with the
// reason.
import { MachineUnavailable } from '../../core/model/errors.ts'
import { FAULTY, NO_CREDENTIALS, named, status, UNANSWERED, UNSENDABLE } from '../aws/error-rows.ts'
import { type AwsError, classify, type ServiceErrors, statusRead } from '../aws/errors.ts'
import { UNSENDABLE_CREDENTIALS } from '../aws/unsendable.ts'

/** Step Functions refused: ARN, run id or permission is wrong. Nothing was started. */
export class MachineRefused extends Error {
  override readonly name = 'MachineRefused' as const
  /** The name of the error on the wire. */
  readonly because: string

  constructor(message: string, because: string) {
    super(message)
    this.because = because
  }
}

/**
 * Why Step Functions refused; null if a retry may help. A name counts only in an answer of status 300 to 499.
 * Source: Step Functions API Reference.
 */
const STATES_ERRORS: ServiceErrors<string | null> = {
  statusOf: statusRead,
  rows: [
    UNSENDABLE,
    NO_CREDENTIALS,
    ...UNANSWERED,
    ...FAULTY,
    named('throttled', ['ThrottlingException', 'Throttling']),
    named('unavailable', ['ServiceUnavailable', 'InternalFailure', 'RequestTimeout', 'TimeoutError']),
    named('not found', ['StateMachineDoesNotExist'], 'the state machine does not exist'),
    named('not found', ['ExecutionDoesNotExist'], 'the run does not exist on this state machine'),
    named('refused', ['InvalidArn'], 'this is not the ARN of a state machine'),
    named('refused', ['ExecutionAlreadyExists'], 'the run id was used before, and each run needs a new one'),
    named('refused', ['ExecutionLimitExceeded'], 'too many executions are open'),
    named('denied', ['AccessDeniedException']),
    status('refused', 300, 499),
  ],
  means: {
    unsendable: UNSENDABLE_CREDENTIALS,
    'no credentials': 'there are no valid credentials',
    'no region': null,
    'no address': null,
    throttled: null,
    denied: 'access denied',
    'not found': 'Step Functions refused the request',
    refused: 'Step Functions refused the request',
    unavailable: null,
    'fault of ours': null,
  },
}

/** @param what such as "start run r on arn:..." */
export function machineError(what: string, error: AwsError): Error {
  const { means: reason, line, received } = classify(error, STATES_ERRORS)
  // An incomplete answer, or an endpoint that is not a URL.
  const answer = error instanceof TypeError ? line : received
  return reason === null
    ? new MachineUnavailable(`Cannot ${what}: no usable answer from Step Functions; received ${answer}`)
    : new MachineRefused(`Cannot ${what}: ${reason}; received ${answer}`, error.name)
}
