// The faults of the local IAM endpoint that tests can set, and what the endpoint then does.
import type { Account } from './account.ts'
import type { ActionName, Params } from './actions.ts'
import { AwsError, type AwsErrorCode, awsError } from './aws-error.ts'
import type { Occasion } from './occasions.ts'
import type { Answer } from './services.ts'
import { strangeAnswer } from './strange-answers.ts'
import type { AnswerTree } from './xml.ts'

/** `carriedOut`: the call takes effect, although its answer is wrong. Default: it does not. */
type FaultKind =
  | { kind: 'error'; error: AwsErrorCode | { code: string; status: number; message: string }; carriedOut?: boolean }
  | { kind: 'reset before' }
  | { kind: 'reset after' }
  /** No answer until the endpoint stops. */
  | { kind: 'hang'; carriedOut?: boolean }
  /** Headers and half of the body, and no more until the endpoint stops. */
  | { kind: 'stall'; carriedOut?: boolean }
  /** Carried out at once, answered late. Real milliseconds. */
  | { kind: 'slow'; milliseconds: number }
  /** Carried out late, perhaps after the caller's time limit, and then answered. Real milliseconds. */
  | { kind: 'late'; milliseconds: number }
  /** Carried out; the answer is the first half of its XML. */
  | { kind: 'truncated' }
  | { kind: 'html'; carriedOut?: boolean }
  | { kind: 'empty'; carriedOut?: boolean }
  /** The correct answer of another action with the same parameters; by default GetCallerIdentity. */
  | { kind: 'other action'; answer?: Exclude<ActionName, 'UpdateAccessKey'>; carriedOut?: boolean }
  /** The correct answer for another user. */
  | { kind: 'other user'; user: string }
  /** The correct answer for another key. */
  | { kind: 'other key'; accessKeyId: string }
  /** The correct answer for another account. Of AssumeRole: credentials of the same role there, as if of the right one. */
  | { kind: 'other account'; answers: string }
  /** A page without items, which says that there are more. */
  | { kind: 'empty page' }
  /** The first page again and again, always with the same Marker or NextToken. */
  | { kind: 'endless pages' }
  /** The write is carried out, and reads show the old status: for a number of ListAccessKeys answers or milliseconds. */
  | { kind: 'stale read'; reads?: number; milliseconds?: number }
  /** Every date of the answer is shifted by this. */
  | { kind: 'skew'; milliseconds: number }
  /** Carried out; `edit` changes the XML of the answer. */
  | { kind: 'edited'; edit: (xml: string) => string }
  /** `edit` changes the report. */
  | { kind: 'edited report'; edit: (csv: string) => string }

export type Fault = Occasion & FaultKind

/** What the endpoint does with a call: wait, then make the answer, or give none. */
export interface Reply {
  milliseconds: number
  make: () => Answer | Stalled | 'reset' | 'hang'
}

/** An answer of which half is sent. */
export interface Stalled {
  stalled: Answer
}

/** A call as a fault sees it. */
export interface Call {
  params: Params
  account: Account
  carryOut: (change?: Change) => Answer
  refuse: (error: AwsError) => Answer
  /** AWS's answer if the caller is not allowed to make this call. */
  denied: () => AwsError
  keepShownStatus: (until: { reads?: number; milliseconds?: number }) => void
}

/** How a call is carried out differently from the request. */
export interface Change {
  action?: ActionName
  params?: Params
  /** The id of the account whose facts are answered. */
  account?: string
  pageSize?: number
  skewMilliseconds?: number
  edit?: (result: AnswerTree) => AnswerTree
}

const ONLY_FOR: { [K in Fault['kind']]?: ActionName[] } = {
  'other user': ['ListAccessKeys', 'ListUserTags', 'GetUser', 'GetAccessKeyLastUsed'],
  'other key': ['GetAccessKeyLastUsed'],
  'empty page': ['ListAccessKeys', 'ListUserTags', 'ListAccounts', 'ListTagsForResource'],
  'endless pages': ['ListAccessKeys', 'ListUserTags', 'ListAccounts', 'ListTagsForResource'],
  'stale read': ['UpdateAccessKey'],
  'edited report': ['GetCredentialReport'],
}

/** @throws TypeError if the fault has no effect on this action */
export function checkFault(fault: Fault): Fault {
  const actions = ONLY_FOR[fault.kind]
  if (!actions || actions.includes(fault.action)) return fault
  throw new TypeError(`Fault "${fault.kind}" has no effect on ${fault.action}. Use it for ${actions.join(', ')}.`)
}

const HTML: Answer = {
  status: 200,
  contentType: 'text/html',
  requestId: null,
  body: '<html><head><title>Sign in</title></head><body><p>Sign in to use this network.</p></body></html>',
}
const EMPTY: Answer = { status: 200, contentType: 'text/xml', requestId: null, body: '' }

/** The reply to the call with this fault. Only a late fault carries out the call later. */
export function withFault(fault: Fault, call: Call): Reply {
  if (fault.kind === 'late') return { milliseconds: fault.milliseconds, make: () => call.carryOut() }
  const answer = faultyAnswer(fault, call)
  return { milliseconds: fault.kind === 'slow' ? fault.milliseconds : 0, make: () => answer }
}

function faultyAnswer(fault: Exclude<Fault, { kind: 'late' }>, call: Call): ReturnType<Reply['make']> {
  if ('carriedOut' in fault && fault.carriedOut) call.carryOut()
  switch (fault.kind) {
    case 'error':
      return call.refuse(errorOf(fault.error, call))
    case 'reset before':
      return 'reset'
    case 'reset after':
      call.carryOut()
      return 'reset'
    case 'hang':
      return 'hang'
    case 'stall':
      // The half that is sent is never read, so any answer will do.
      return { stalled: call.carryOut({ action: 'GetCallerIdentity' }) }
    case 'slow':
      return call.carryOut()
    case 'html':
      return HTML
    case 'empty':
      return EMPTY
    case 'stale read':
      call.keepShownStatus(fault)
      return call.carryOut()
    default:
      return strangeAnswer(fault, call)
  }
}

function errorOf(error: Extract<Fault, { kind: 'error' }>['error'], call: Call): AwsError {
  if (typeof error !== 'string') return new AwsError(error.code, error.status, error.message)
  return error === 'AccessDenied' ? call.denied() : awsError(error)
}
