// A client of the decision API: the deployed one, signed with the caller's credentials, or that of a run that waits on this
// machine, with its secret. Every response is checked against the API's schemas.
import type * as z from 'zod'
import {
  notedAnswer,
  refusal,
  refusalWithDecision,
  shownAccountPlan,
  shownOrganization,
  shownRun,
  waitingList,
  waitingOrganizations,
} from '../core/model/decision-api.ts'
import { ANSWERED_WORDS } from '../core/texts/approval-text.ts'
import { shownUrl } from '../core/texts/shown-url.ts'
import { regionOfApi } from '../io/aws/api-host.ts'
import { refuseUnsendable } from '../io/aws/unsendable.ts'
import { CannotAsk, UsageError } from '../local/errors.ts'
import type { OpenRun } from '../local/open-run.ts'

export interface ApiAnswer {
  status: number
  body: unknown
}

export interface DecisionApi {
  /** Its address, for messages. */
  address: string
  /** The only run that it serves; null: every run of its store. */
  only: string | null
  /** What it serves: `runs` in one account, or `organizations`; null: both. */
  serves: 'runs' | 'organizations' | null
  /** @throws CannotAsk if there is no response, or none of the decision API */
  ask(method: 'GET' | 'POST', path: string, body?: string): Promise<ApiAnswer>
}

/** API Gateway times out after 30 s. */
const LIMIT_MILLISECONDS = 35_000

/** Whether API Gateway gave the address its host name, or it is on this machine. For a custom domain name it is false. */
export function isApiGateway(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' || regionOfApi(hostname) !== undefined
}

/** The deployed API at this URL, which may include a stage. @throws UsageError for an invalid URL */
export function deployedApi(address: string): DecisionApi {
  const base = baseOf(address)
  return {
    address: base.href,
    only: null,
    serves: null,
    ask: (method, path, body) =>
      request(base.href, async (signal) => {
        const { makeSignedFetch } = await import('../io/aws/signed-fetch.ts')
        const url = new URL(base.href.replace(/\/$/, '') + path)
        return makeSignedFetch()({ method, url, signal, ...(body !== undefined && { body }) })
      }),
  }
}

/** The API of a run that waits on this machine. */
export function localApi({ runId, url, secret, organization }: OpenRun): DecisionApi {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return {
    address: url,
    only: runId,
    serves: organization ? 'organizations' : 'runs',
    ask: (method, path, body) =>
      request(url, async (signal) => {
        refuseUnsendable(headers)
        return fetch(url + path, { method, headers, redirect: 'error', signal, ...(body !== undefined && { body }) })
      }),
  }
}

/** Signed requests need https; http is allowed on this machine only. */
function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  const here = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  const isBare = url !== null && url.username + url.password === '' && !/[?#]/.test(address)
  if (isBare && (url.protocol === 'https:' || here)) return url
  throw new UsageError(
    `Invalid decision API address ${JSON.stringify(shownUrl(address))}: must be an https:// URL without user name, query and fragment, such as https://a1b2c3.execute-api.eu-west-1.amazonaws.com`,
  )
}

async function request(address: string, send: (signal: AbortSignal) => Promise<Response>): Promise<ApiAnswer> {
  try {
    const response = await send(AbortSignal.timeout(LIMIT_MILLISECONDS))
    return { status: response.status, body: asJson(await response.text(), response.status) }
  } catch (error) {
    throw new CannotAsk(`Cannot call the decision API at ${address}: ${reasonOf(error as Error)}`)
  }
}

function asJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError(unexpected(status, JSON.stringify(text.slice(0, 40))))
  }
}

/** fetch puts the reason into `cause`; of an SDK error the name is needed too. */
function reasonOf({ name, message, cause }: Error): string {
  const { message: why, code } = (cause ?? {}) as Partial<NodeJS.ErrnoException>
  if (why || code) return why || `${code}`
  return name === 'TypeError' ? message : `${name}: ${message}`
}

const reader =
  <T>(schema: z.ZodType<T>) =>
  ({ address }: DecisionApi, { status, body }: ApiAnswer): T => {
    const read = schema.safeParse(body)
    if (status === 200 && read.success) return read.data
    throw new CannotAsk(`Cannot call the decision API at ${address}: ${messageIn({ status, body })}`)
  }

/** @throws CannotAsk for any other response */
export const readWaiting = reader(waitingList)
/** @throws CannotAsk for any other response */
export const readShown = reader(shownRun)
/** @throws CannotAsk for any other response */
export const readWaitingOrganizations = reader(waitingOrganizations)
/** @throws CannotAsk for any other response */
export const readShownOrganization = reader(shownOrganization)
/** @throws CannotAsk for any other response */
export const readAccountPlan = reader(shownAccountPlan)
/** @throws CannotAsk for any other response */
export const readNoted = reader(notedAnswer)

/** The API's message about a request that it refused. */
export function messageIn({ status, body }: ApiAnswer): string {
  const read = refusal.safeParse(body)
  return read.success ? read.data.message : unexpected(status, JSON.stringify(body).slice(0, 40))
}

const unexpected = (status: number, start: string): string => `unexpected response, status ${status}: ${start}`

/** The decision in a response: "approved by arn:... at 2026-...". */
export function whoAndWhen({ body }: ApiAnswer): string {
  const read = refusalWithDecision.safeParse(body)
  if (!read.success) return 'the response holds no decision'
  const { answer, by, at } = read.data.decision
  return `${ANSWERED_WORDS[answer]} ${by === null ? '' : `by ${by} `}at ${at}`
}
