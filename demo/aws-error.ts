// The errors of IAM, STS, CloudTrail and Organizations, by their code in the answer. JSON services add "Exception".

/** The codes that keysweep can receive: HTTP status, and AWS's message. */
const KNOWN = {
  AWSOrganizationsNotInUse: [400, 'Your account is not a member of an organization.'],
  AccessDenied: [403, 'Access denied.'],
  ExpiredToken: [403, 'The security token included in the request is expired'],
  InternalFailure: [500, 'The request processing has failed because of an unknown error, exception or failure.'],
  InvalidAction: [400, 'Could not find the operation.'],
  InvalidClientTokenId: [403, 'The security token included in the request is invalid.'],
  InvalidNextToken: [400, 'Invalid token.'],
  InvalidTimeRange: [400, 'The start time must be before the end time.'],
  InvalidInput: [400, 'An invalid or out-of-range value was supplied for an input parameter.'],
  LimitExceeded: [409, 'The request was rejected because it attempted to go beyond the current limits.'],
  MalformedPolicyDocument: [400, 'The policy is not in the valid JSON format.'],
  MissingAction: [400, 'The request must contain the parameter Action.'],
  NoSuchEntity: [404, 'The entity cannot be found.'],
  ReportExpired: [410, 'The most recent credential report has expired; generate a new one.'],
  ReportInProgress: [404, 'The credential report is still being generated.'],
  ReportNotPresent: [410, 'The credential report does not exist; generate one.'],
  ServiceFailure: [500, 'The request processing has failed because of an unknown error, exception or failure.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
  TargetNotFound: [400, "You specified a target that doesn't exist."],
  Throttling: [400, 'Rate exceeded'],
  ValidationError: [400, 'The input fails to satisfy the constraints of the service.'],
} as const satisfies Record<string, readonly [number, string]>

export type AwsErrorCode = keyof typeof KNOWN

/** Thrown by an action. The endpoint answers with it. */
export class AwsError extends Error {
  override readonly name = 'AwsError' as const
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** An AWS error with its status, and AWS's message unless another is given. */
export const awsError = (code: AwsErrorCode, message: string = KNOWN[code][1]): AwsError =>
  new AwsError(code, KNOWN[code][0], message)
