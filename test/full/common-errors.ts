// Names of errors that are in no service's model as errors, and where each is known from. Where that is a file of a
// package that the tests have, the name is looked up in it.
import { readdirSync, readFileSync } from 'node:fs'
import { modelText, sitePackages } from './botocore-model.ts'

export interface Source {
  source: string
  /** What the name must stand in; absent where the source is a page that only people read. */
  text?: () => string
}

const page = (source: string): Source => ({ source })
const COMMON = page('IAM API reference, Common error types')
const QUERY = page('Amazon RDS API reference, Common errors: those of the query protocol, which IAM speaks too')
const SIGNING = page('IAM user guide, Troubleshoot Signature Version 4 signing')
const EC2 = page('EC2 API reference, Error codes')
const S3_PAGE = page('S3 API reference, Error responses')
const S3: Source = { source: "the texts of S3's model", text: () => modelText('s3') }
const THROTTLING: Source = {
  source: 'botocore: what it takes for throttling, whatever the service',
  text: () => readFileSync(`${sitePackages()}/botocore/retries/standard.py`, 'utf8'),
}
const SDK: Source = {
  source: "the SDK's own, before anything is sent",
  text: () => {
    const folder = 'node_modules/@smithy/core/dist-cjs/submodules/config'
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
      .join('\n')
  },
}

const HANDLER: Source = {
  source: "the SDK's own, where no answer comes in time",
  text: () => readFileSync('node_modules/@smithy/node-http-handler/dist-es/set-request-timeout.js', 'utf8'),
}

export const COMMON_ERRORS: Record<string, Source> = {
  Throttling: THROTTLING,
  ThrottlingException: THROTTLING,
  RequestLimitExceeded: THROTTLING,
  SlowDown: THROTTLING,
  NotAuthorized: COMMON,
  RequestAbortedException: COMMON,
  RequestTimeoutException: COMMON,
  RequestAborted: page("as RequestAbortedException; names on the query protocol's wire mostly lack that ending"),
  IncompleteSignature: COMMON,
  InternalFailure: COMMON,
  OptInRequired: COMMON,
  RequestExpired: COMMON,
  UnrecognizedClientException: COMMON,
  InvalidClientTokenId: QUERY,
  MissingAuthenticationToken: QUERY,
  SignatureDoesNotMatch: SIGNING,
  UnauthorizedOperation: EC2,
  CredentialsProviderError: SDK,
  TokenProviderError: SDK,
  TimeoutError: HANDLER,
  ExpiredToken: S3,
  ServiceUnavailable: S3,
  RequestTimeout: S3,
  OperationAborted: S3,
  ConditionalRequestConflict: S3,
  TemporaryRedirect: S3,
  PermanentRedirect: S3,
  AuthorizationHeaderMalformed: S3,
  IllegalLocationConstraintException: S3_PAGE,
}

/** Of the state machine's Retry, without their prefix `Lambda.`. */
export const LAMBDA_ERRORS: Record<string, string> = {
  AWSLambdaException: 'Step Functions developer guide, Handle transient Lambda service exceptions',
  SdkClientException: 'Step Functions developer guide, Handle transient Lambda service exceptions',
  ClientExecutionTimeoutException: 'Step Functions developer guide, Handle transient Lambda service exceptions',
  Unknown: 'Step Functions developer guide, Handle transient Lambda service exceptions',
}
