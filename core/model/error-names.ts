// The names of errors that a text for people may hold: ours and those of AWS. Any other name was chosen by somebody else.
import * as errors from './errors.ts'

/** How a run fails without an error of a step: core/run/record.ts and organization/record.ts. */
const ENDS = ['SomeKeysFailed', 'SomeAccountsFailed', 'ApprovalExpired', 'Interrupted']

/** Errors of Step Functions and Lambda at a task (Step Functions Developer Guide, "Handling errors"). */
const OF_AWS = [
  'States.DataLimitExceeded',
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ResourceNotFoundException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
]

const OURS = Object.values(errors).map((OurError) => new OurError().name)

const KNOWN: ReadonlySet<string> = new Set([...OURS, ...ENDS, ...OF_AWS])

/** What a text says instead of a name that is not in the list. */
export const OTHER_ERROR = 'OtherError'

/** The name if it is in the list, else OtherError: texts for people hold no other names. */
export const errorNameForPeople = (name: string): string => (KNOWN.has(name) ? name : OTHER_ERROR)
