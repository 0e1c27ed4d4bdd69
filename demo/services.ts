// The services that the endpoint serves: their versions, and how their answers and errors are written.
import { randomUUID } from 'node:crypto'
import type { AwsError } from './aws-error.ts'
import { type AnswerTree, answerXml, errorXml } from './xml.ts'

export interface Service {
  name: 'iam' | 'sts' | 'cloudtrail' | 'organizations'
  version: string
  /** Of the answers' XML; null: the service's answers are JSON. */
  namespace: string | null
  /** Of a service with JSON errors: names that are not the code and "Exception". */
  errorNames?: Record<string, string>
  /** Of a service with JSON errors: the field with the message. Default: message. */
  messageField?: 'Message'
}

export const IAM: Service = {
  name: 'iam',
  version: '2010-05-08',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
}
export const STS: Service = {
  name: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
}
export const CLOUDTRAIL: Service = { name: 'cloudtrail', version: 'CloudTrail_20131101', namespace: null }
export const ORGANIZATIONS: Service = {
  name: 'organizations',
  version: 'AWSOrganizationsV20161128',
  namespace: null,
  errorNames: {
    Throttling: 'TooManyRequestsException',
    ServiceFailure: 'ServiceException',
    ValidationError: 'InvalidInputException',
    InvalidNextToken: 'InvalidInputException',
  },
  messageField: 'Message',
}

export interface Answer {
  status: number
  contentType: string
  /** Also sent as a header, where the SDK reads it. */
  requestId: string | null
  body: string
}

/** A call's answer; `result` is null if it is empty. */
export function answerOf({ namespace }: Service, action: string, result: AnswerTree | null): Answer {
  if (namespace === null) return json(200, JSON.stringify(result ?? {}))
  return xml(200, (requestId) => answerXml(action, result, requestId, namespace))
}

/** An error as the service answers it. */
export function refusal(error: AwsError, service: Service): Answer {
  const { namespace, messageField = 'message' } = service
  if (namespace !== null) return xml(error.status, (requestId) => errorXml(error, requestId, namespace))
  const status = error.status >= 500 ? error.status : 400
  return json(status, JSON.stringify({ __type: jsonName(error.code, service), [messageField]: error.message }))
}

/** The names of the JSON services: AccessDenied is AccessDeniedException there. */
function jsonName(code: string, { errorNames = {} }: Service): string {
  if (Object.hasOwn(errorNames, code)) return errorNames[code] ?? code
  if (code === 'InvalidClientTokenId') return 'UnrecognizedClientException'
  return /(Exception|Failure|Unavailable)$/.test(code) ? code : `${code}Exception`
}

const json = (status: number, body: string): Answer => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  requestId: randomUUID(),
  body,
})

function xml(status: number, body: (requestId: string) => string): Answer {
  const requestId = randomUUID()
  return { status, contentType: 'text/xml', requestId, body: body(requestId) }
}
