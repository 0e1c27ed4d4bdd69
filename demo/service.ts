// The services without HTTP: takes a request's headers and body, returns the reply.
import type { Account } from './account.ts'
import { type ActionName, actionNamed, type Params, type Write } from './actions.ts'
import { AwsError, awsError } from './aws-error.ts'
import { callOf } from './call.ts'
import { type CallerIdentity, callerOf, type Signed } from './caller.ts'
import { checkFault, type Fault, type Reply, withFault } from './faults.ts'
import { type Occasion, occasions } from './occasions.ts'
import { accountWithId, type Organization, type Served } from './organization.ts'
import { reportCsv } from './report.ts'
import { reportCycle } from './report-cycle.ts'
import { type Answer, CLOUDTRAIL, IAM, refusal } from './services.ts'
import { shownStatus } from './shown-status.ts'
import { throttle } from './throttle.ts'

export interface ServiceOptions {
  account: Account
  /** Its accounts are served as well: the caller's credentials decide which one a call goes to. Default: none. */
  organization?: Organization
  /** Default: the machine's clock. */
  now?: () => Date
  /** How long a report is in progress; Infinity: it never completes. Default 2, as recorded for a small account. */
  reportSeconds?: number
  /** The maximum of items on a page, whatever MaxItems says. Default 100. */
  pageSize?: number
  /** More calls of one account are answered with Throttling. Default: no limit. */
  maxCallsPerSecond?: number
}

export interface LoggedCall {
  at: string
  action: string
  params: Params
  /** The account that the call concerns: the caller's, or for AssumeRole the role's; null: the caller is unknown. */
  account: string | null
  /** The id of the access key that signs, of a user or a session; null: the caller is unknown. */
  signedWith: string | null
  outcome: 'answered' | 'throttled' | `fault:${Fault['kind']}`
  /** null until the call is answered. */
  status: number | null
}

/** A change to the account that the call concerns, as by another person, right before the call is carried out. */
export type AccountChange = (account: Account, params: Params, now: Date) => void

/** What a request's body asks for. */
export interface RequestBody {
  action: string
  version: string | undefined
  params: Params
  /** A call of CloudTrail or Organizations; else of IAM or STS. */
  isJson: boolean
}

/** Headers of a request. */
export interface CallHeaders {
  /** x-amz-security-token: of temporary credentials. */
  securityToken?: string | undefined
  userAgent?: string | undefined
}

export interface IamService {
  calls: readonly LoggedCall[]
  writes: readonly Write[]
  respond: (
    authorization: string | undefined,
    body: RequestBody,
    headers?: CallHeaders,
  ) => { reply: Reply; logged: LoggedCall }
  /** Sets a fault and returns a function that removes it. If several are due, the first one set is used. @throws TypeError */
  fault: (fault: Fault) => () => void
  /** Sets a change at the nth matching call of the action. */
  on: (
    action: ActionName,
    nth: NonNullable<Occasion['nth']>,
    change: AccountChange,
    match?: NonNullable<Occasion['match']>,
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
    respond(authorization, { action, version, params, isJson }, { userAgent, securityToken } = {}) {
      const at = now().toISOString()
      const logged: LoggedCall = { at, action, params, ...UNKNOWN, outcome: 'answered', status: null }
      calls.push(logged)
      return { reply: replyTo(logged, version, { authorization, securityToken, userAgent, isJson }), logged }
    },
  }
}

/** A call whose caller is not known (yet). */
const UNKNOWN = { account: null, signedWith: null }

/** `target`: the header x-amz-target, of a body that is JSON. Without it, the body is a form. */
export function parseBody(body: string, target: string | undefined): RequestBody {
  const isJson = target !== undefined
  const { Action: action = '', Version: version, ...params } = isJson ? inJson(target, body) : inForm(body)
  return { action, version, params, isJson }
}

const inForm = (body: string): Params => Object.fromEntries(new URLSearchParams(body))

/** The last two parts of the target, such as com.amazonaws…CloudTrail_20131101.LookupEvents. CloudTrail's one attribute becomes a field of its own. */
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
  const { account, organization = null, now = () => new Date(), reportSeconds = 2, pageSize = 100 } = options
  const served: Served = { account, organization, issuedIn: new Map() }
  const reportsOf = byAccount((one) => reportCycle({ seconds: reportSeconds, now, write: () => reportCsv(one) }))
  const limitOf = byAccount(() => limit(options.maxCallsPerSecond, now))
  const shared = { served, now, reportsOf, pageSize, writes, shown: shownStatus(now) }

  return function replyTo(
    logged: LoggedCall,
    version: string | undefined,
    { isJson, userAgent, ...signed }: Request,
  ): Reply {
    const { params } = logged
    try {
      const caller = callerOf(served, signed, now())
      const action = actionNamed(logged.action, version)
      const concerned = concernedAccount(caller, params, served)
      const occasion = { action, params, account: concerned.id }
      logged.account = concerned.id
      logged.signedWith = caller.accessKeyId
      for (const { change } of changes.due(occasion)) change(concerned, params, now())
      const call = callOf(action, params, { ...shared, caller, userAgent })
      if (!limitOf(caller.account)()) {
        logged.outcome = 'throttled'
        return atOnce(call.refuse(awsError('Throttling')))
      }
      const [fault] = faults.due(occasion)
      if (!fault) return atOnce(call.carryOut())
      logged.outcome = `fault:${fault.kind}`
      return withFault(fault, call)
    } catch (error) {
      if (error instanceof AwsError) return atOnce(refusal(error, isJson ? CLOUDTRAIL : IAM))
      throw error
    }
  }
}

interface Request extends Signed {
  userAgent: string | undefined
  isJson: boolean
}

/** AssumeRole concerns the role's account, if the endpoint serves it. */
function concernedAccount({ account }: CallerIdentity, { RoleArn = '' }: Params, served: Served): Account {
  const [id] = /(?<=:iam::)\d{12}(?=:role\/)/.exec(RoleArn) ?? []
  return (id && accountWithId(served, id)) || account
}

const limit = (maxCallsPerSecond: number | undefined, now: () => Date): (() => boolean) =>
  maxCallsPerSecond === undefined ? () => true : throttle(maxCallsPerSecond, now)

/** One value for each account, made when it is first asked for. */
function byAccount<T>(make: (account: Account) => T): (account: Account) => T {
  const made = new Map<Account, T>()
  return (account) => {
    const value = made.get(account) ?? make(account)
    made.set(account, value)
    return value
  }
}

const atOnce = (answer: Answer): Reply => ({ milliseconds: 0, make: () => answer })
