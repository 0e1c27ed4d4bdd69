// IAM and STS without HTTP: takes a request's Authorization header and form, returns the reply.
import type { Account } from './account.ts'
import { ACTIONS, type ActionName, actionNamed, type Params, type Write } from './actions.ts'
import { AwsError, awsError } from './aws-error.ts'
import { callOf, refusal } from './call.ts'
import { callerOf } from './caller.ts'
import { type Answer, checkFault, type Fault, type Reply, withFault } from './faults.ts'
import { type Occasion, occasions } from './occasions.ts'
import { reportCsv } from './report.ts'
import { reportCycle } from './report-cycle.ts'
import { shownStatus } from './shown-status.ts'
import { throttle } from './throttle.ts'

export interface ServiceOptions {
  account: Account
  /** Default: the machine's clock. */
  now?: () => Date
  /** How long a report is in progress; Infinity: it never completes. Default 2, as recorded for a small account. */
  reportSeconds?: number
  /** The maximum of items on a page, whatever MaxItems says. Default 100. */
  pageSize?: number
  /** More calls are answered with Throttling. Default: no limit. */
  maxCallsPerSecond?: number
}

export interface LoggedCall {
  at: string
  action: string
  params: Params
  outcome: 'answered' | 'throttled' | `fault:${Fault['kind']}`
  /** null until the call is answered. */
  status: number | null
}

/** A change to the account, as by another person, right before a call is carried out. */
export type AccountChange = (account: Account, params: Params, now: Date) => void

/** Headers of a request. */
export interface CallHeaders {
  /** x-amz-target: a call of CloudTrail, whose body is JSON. Without it, the body is IAM's or STS's form. */
  target?: string | undefined
  userAgent?: string | undefined
}

export interface IamService {
  calls: readonly LoggedCall[]
  writes: readonly Write[]
  respond: (
    authorization: string | undefined,
    body: string,
    headers?: CallHeaders,
  ) => { reply: Reply; logged: LoggedCall }
  /** Sets a fault and returns a function that removes it. If several are due, the first one set is used. @throws TypeError */
  fault: (fault: Fault) => () => void
  /** Sets a change at the nth matching call of the action. */
  on: (
    action: ActionName,
    nth: NonNullable<Occasion['nth']>,
    change: AccountChange,
    match?: (params: Params) => boolean,
  ) => () => void
}

export function iamService(options: ServiceOptions): IamService {
  const calls: LoggedCall[] = []
  const writes: Write[] = []
  const faults = occasions<Fault>()
  const changes = occasions<Occasion & { change: AccountChange }>()
  const replyTo = replier(options, { writes, faults, changes })
  const now = options.now ?? (() => new Date())
  return {
    calls,
    writes,
    fault: (fault) => faults.add(checkFault(fault)),
    on: (action, nth, change, match = () => true) => changes.add({ action, nth, change, match }),
    respond(authorization, body, { target, userAgent } = {}) {
      const {
        Action: action = '',
        Version: version,
        ...params
      } = target === undefined ? inForm(body) : inJson(target, body)
      const logged: LoggedCall = { at: now().toISOString(), action, params, outcome: 'answered', status: null }
      calls.push(logged)
      return { reply: replyTo(logged, version, { authorization, userAgent }), logged }
    },
  }
}

const inForm = (body: string): Params => Object.fromEntries(new URLSearchParams(body))

/** com.amazonaws…CloudTrail_20131101.LookupEvents, or the SDK's shorter form. The one attribute becomes a field of its own. */
function inJson(target: string, body: string): Params {
  const [Version = '', Action = ''] = target.split('.').slice(-2)
  const { LookupAttributes = [], ...fields } = JSON.parse(body) as {
    LookupAttributes?: { AttributeKey: string; AttributeValue: string }[]
  }
  const attributes = LookupAttributes.map(({ AttributeKey, AttributeValue }) => [AttributeKey, AttributeValue])
  return Object.fromEntries([
    ['Action', Action],
    ['Version', Version],
    ...attributes,
    ...Object.entries(fields).map(([name, value]) => [name, String(value)]),
  ])
}

interface Replier {
  writes: Write[]
  faults: ReturnType<typeof occasions<Fault>>
  changes: ReturnType<typeof occasions<Occasion & { change: AccountChange }>>
}

function replier(options: ServiceOptions, { writes, faults, changes }: Replier) {
  const { account, now = () => new Date(), reportSeconds = 2, pageSize = 100, maxCallsPerSecond } = options
  const reports = reportCycle({ seconds: reportSeconds, now, write: () => reportCsv(account) })
  const shared = { account, now, reports, pageSize, writes, shown: shownStatus(now) }
  const mayPass = maxCallsPerSecond === undefined ? () => true : throttle(maxCallsPerSecond, now)

  return function replyTo(
    logged: LoggedCall,
    version: string | undefined,
    { authorization, userAgent }: { authorization: string | undefined; userAgent: string | undefined },
  ): Reply {
    const { params } = logged
    const isJson = logged.action === 'LookupEvents'
    try {
      const caller = callerOf(account, authorization)
      const action = actionNamed(logged.action, version)
      for (const { change } of changes.due(action, params)) change(account, params, now())
      if (!mayPass()) {
        logged.outcome = 'throttled'
        throw awsError('Throttling')
      }
      const call = callOf(action, params, { ...shared, caller, userAgent })
      const [fault] = faults.due(action, params)
      if (!fault) return atOnce(call.carryOut())
      logged.outcome = `fault:${fault.kind}`
      return withFault(fault, call)
    } catch (error) {
      if (error instanceof AwsError)
        return atOnce(refusal(error, isJson ? null : ACTIONS.ListAccessKeys.service.namespace))
      throw error
    }
  }
}

const atOnce = (answer: Answer): Reply => ({ milliseconds: 0, make: () => answer })
