// The XML answers of AWS's Query protocol.
import Builder from 'fast-xml-builder'
import type { AwsError } from './aws-error.ts'

/** An answer, for XML or JSON. In XML, lists are `{ member: [...] }`. Undefined values are left out. */
export type AnswerTree = { [tag: string]: string | number | undefined | AnswerTree | AnswerTree[] | string[] }

const builder = new Builder({ ignoreAttributes: false })

/** A call's answer; `result` is null if the answer has only a request id. */
export function answerXml(action: string, result: AnswerTree | null, requestId: string, namespace: string): string {
  const content = result === null ? {} : { [`${action}Result`]: result }
  return builder.build({
    [`${action}Response`]: { '@_xmlns': namespace, ...content, ResponseMetadata: { RequestId: requestId } },
  })
}

/** AWS's error answer. The status decides the type: Sender or Receiver. */
export function errorXml(error: AwsError, requestId: string, namespace: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver'
  const detail = { Type: type, Code: error.code, Message: error.message }
  return builder.build({ ErrorResponse: { '@_xmlns': namespace, Error: detail, RequestId: requestId } })
}
