// The faults of the local IAM endpoint that tests can set, and what the endpoint then does.
import { type Account, findUser } from './account.ts'
import type { ActionName, Params } from './actions.ts'
import { AwsError, type AwsErrorCode, awsError } from './aws-error.ts'
import type { Occasion } from './occasions.ts'
import type { XmlTree } from './xml.ts'

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
  /** The first page again and again, always with the same Marker. */
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

export interface Answer {
  status: number
  contentType: string
  /** Also sent as a header, where the SDK reads it. */
  requestId: string | null
  body: string
}

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
  skewMilliseconds?: number
  edit?: (result: XmlTree) => XmlTree
}

const ONLY_FOR: { [K in Fault['kind']]?: ActionName[] } = {
  'other user': ['ListAccessKeys', 'ListUserTags', 'GetUser', 'GetAccessKeyLastUsed'],
  'other key': ['GetAccessKeyLastUsed'],
  'endless pages': ['ListAccessKeys', 'ListUserTags'],
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

type StrangeAnswer = 'truncated' | 'other action' | 'other user' | 'other key' | 'endless pages' | 'skew' | 'edited'

function strangeAnswer(fault: Extract<Fault, { kind: StrangeAnswer | 'edited report' }>, call: Call): Answer {
  switch (fault.kind) {
    case 'truncated':
      return edited(call.carryOut(), (xml) => xml.slice(0, Math.floor(xml.length / 2)))
    case 'other action':
      return call.carryOut({ action: fault.answer ?? 'GetCallerIdentity' })
    case 'other user':
      return call.carryOut({ params: aboutUser(fault.user, call) })
    case 'other key':
      return call.carryOut({ params: { ...call.params, AccessKeyId: fault.accessKeyId } })
    case 'endless pages': {
      const { Marker: _, ...firstPage } = call.params
      const edit = (result: XmlTree) => ({ ...result, IsTruncated: 'true', Marker: 'the-same-page-again' })
      return call.carryOut({ params: firstPage, edit })
    }
    case 'skew':
      return call.carryOut({ skewMilliseconds: fault.milliseconds })
    case 'edited':
      return edited(call.carryOut(), fault.edit)
    case 'edited report':
      return call.carryOut({ edit: (result) => ({ ...result, Content: editedReport(result, fault.edit) }) })
  }
}

function errorOf(error: Extract<Fault, { kind: 'error' }>['error'], call: Call): AwsError {
  if (typeof error !== 'string') return new AwsError(error.code, error.status, error.message)
  return error === 'AccessDenied' ? call.denied() : awsError(error)
}

function aboutUser(user: string, { params, account }: Call): Params {
  if (params.AccessKeyId === undefined) return { ...params, UserName: user }
  return { ...params, AccessKeyId: findUser(account, user)?.keys[0]?.id ?? 'none' }
}

const edited = (answer: Answer, edit: (body: string) => string): Answer => ({ ...answer, body: edit(answer.body) })

const editedReport = (result: XmlTree, edit: (csv: string) => string): string =>
  Buffer.from(edit(Buffer.from(String(result.Content), 'base64').toString())).toString('base64')
