// The XML answers of AWS's Query protocol.
import type { AwsError } from './aws-error.ts'

/** An answer, for XML or JSON. In XML, lists are `{ member: [...] }`. Undefined values are left out. */
export type AnswerTree = { [tag: string]: Value }

type Value = string | number | undefined | AnswerTree | AnswerTree[] | string[]

/** A call's answer; `result` is null if the answer has only a request id. */
export function answerXml(action: string, result: AnswerTree | null, requestId: string, namespace: string): string {
  const content = result === null ? '' : element(`${action}Result`, result)
  return root(`${action}Response`, namespace, content + element('ResponseMetadata', { RequestId: requestId }))
}

/** AWS's error answer. The status decides the type: Sender or Receiver. */
export function errorXml(error: AwsError, requestId: string, namespace: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver'
  const detail = { Type: type, Code: error.code, Message: error.message }
  return root('ErrorResponse', namespace, contentOf({ Error: detail, RequestId: requestId }))
}

const root = (tag: string, namespace: string, content: string): string =>
  `<${tag}${attribute('xmlns', namespace)}>${content}</${tag}>`

const attribute = (name: string, value: string): string => ` ${name}="${escaped(value)}"`

function contentOf(tree: AnswerTree): string {
  let xml = ''
  for (const [tag, value] of Object.entries(tree)) xml += element(tag, value)
  return xml
}

/** One element for each value of a list. */
function element(tag: string, value: Value): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.map((one) => element(tag, one)).join('')
  return `<${tag}>${typeof value === 'object' ? contentOf(value) : escaped(String(value))}</${tag}>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
