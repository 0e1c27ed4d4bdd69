// Asking the decision API: the deployed one, signed with the caller's own credentials, or the one of a run that waits on
// this machine, with its secret. Whatever answers is held to what the API answers.
import type * as z from 'zod'
import { notedAnswer, refusal, refusalWithDecision, shownRun, waitingList } from '../core/model/decision-api.ts'
import { refuseUnsendable } from '../io/aws/unsendable.ts'
import { CannotAsk, UsageError } from '../local/errors.ts'
import type { OpenRun } from '../local/open-run.ts'

export interface ApiAnswer {
  status: number
  body: unknown
}

export interface DecisionApi {
  /** Where it is asked, for people. */
  address: string
  /** The only run that it answers for; null: every run of its store. */
  only: string | null
  /** @throws CannotAsk where nobody answers, or somebody else does */
  ask(method: 'GET' | 'POST', path: string, body?: string): Promise<ApiAnswer>
}

/** API Gateway gives up after 30 s. */
const LIMIT_MILLISECONDS = 35_000

/** The deployed API at this address, a stage's path included. @throws UsageError for what is no address of one */
export function deployedApi(address: string): DecisionApi {
  const base = baseOf(address)
  return {
    address: base.href,
    only: null,
    ask: (method, path, body) =>
      request(base.href, async (signal) => {
        const { makeSignedFetch } = await import('../io/aws/signed-fetch.ts')
        const url = new URL(base.href.replace(/\/$/, '') + path)
        return makeSignedFetch()({ method, url, signal, ...(body !== undefined && { body }) })
      }),
  }
}

/** The API that a run on this machine serves while it waits. */
export function localApi({ runId, url, secret }: OpenRun): DecisionApi {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return {
    address: url,
    only: runId,
    ask: (method, path, body) =>
      request(url, async (signal) => {
        refuseUnsendable(headers)
        return fetch(url + path, { method, headers, redirect: 'error', signal, ...(body !== undefined && { body }) })
      }),
  }
}

/** What is signed must not be read on its way: plain http goes no further than this machine. */
function baseOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null
  const here = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (url !== null && (url.protocol === 'https:' || here) && url.search === '' && url.username === '') return url
  throw new UsageError(
    `Address of the decision API refused: expected https://…, such as https://a1b2c3.execute-api.eu-west-1.amazonaws.com, received ${JSON.stringify(address)}`,
  )
}

async function request(address: string, send: (signal: AbortSignal) => Promise<Response>): Promise<ApiAnswer> {
  try {
    const response = await send(AbortSignal.timeout(LIMIT_MILLISECONDS))
    return { status: response.status, body: asJson(await response.text(), response.status) }
  } catch (error) {
    throw new CannotAsk(`Cannot ask the decision API at ${address}: ${reasonOf(error as Error)}`)
  }
}

function asJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError(`expected its JSON, received ${status} and ${JSON.stringify(text.slice(0, 40))}`)
  }
}

/** fetch keeps what happened in the cause; the SDK's errors say in their names what is missing. */
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
    throw new CannotAsk(`Cannot ask the decision API at ${address}: ${messageIn({ status, body })}`)
  }

/** @throws CannotAsk where the answer is another */
export const readWaiting = reader(waitingList)
/** @throws CannotAsk where the answer is another */
export const readShown = reader(shownRun)
/** @throws CannotAsk where the answer is another */
export const readNoted = reader(notedAnswer)

/** What the API says of a request that it did not carry out. */
export function messageIn({ status, body }: ApiAnswer): string {
  const read = refusal.safeParse(body)
  return read.success
    ? read.data.message
    : `expected its JSON, received ${status} and ${JSON.stringify(body)?.slice(0, 40)}`
}

/** Of the decision that an answer of the API holds, if it holds one: "approve by arn:... at 2026-...". */
export function whoAndWhen({ body }: ApiAnswer): string {
  const read = refusalWithDecision.safeParse(body)
  if (!read.success) return 'by whom is not said'
  const { answer, by, at } = read.data.decision
  return `${answer} by ${by ?? 'nobody'} at ${at}`
}
