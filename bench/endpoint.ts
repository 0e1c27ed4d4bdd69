// The demo's IAM endpoint with more actions, a rate limit and a latency. It has a process of its own, so that it uses no time
// and memory of the measured program. start-endpoint.ts starts it and receives its address, and at the end the number of calls
// and the state of the account.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsError, awsError } from '../demo/aws-error.ts'
import type { Reply } from '../demo/faults.ts'
import { iamService } from '../demo/service.ts'
import type { Answer } from '../demo/services.ts'
import { throttle } from '../demo/throttle.ts'
import { answerXml, errorXml } from '../demo/xml.ts'
import { benchAccount, type Judgement, judgeAccount, OPERATOR_KEY } from './account.ts'
import { MORE_ACTIONS } from './more-actions.ts'

export interface EndpointOptions {
  users: number
  /** More calls are answered with Throttling; null: no limit. */
  callsPerSecond: number | null
  /** The latency of each answer, in addition to its own work. */
  latencyMilliseconds: number
}

export interface Tally extends Judgement {
  /** Calls by action, including throttled ones. */
  calls: Record<string, number>
  throttled: number
  /** Milliseconds since 1970; null: no call. */
  firstCallAt: number | null
  lastCallAt: number | null
}

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'
const REPORT_AGE_MILLISECONDS = 3 * 60 * 60 * 1000

const { users, callsPerSecond, latencyMilliseconds } = JSON.parse(process.argv[2] ?? '') as EndpointOptions
const { now, sayItIs } = clock()
const bench = benchAccount(users, new Date())
const service = iamService({ account: bench.account, now, reportSeconds: 0 })
const signature = `AWS4-HMAC-SHA256 Credential=${OPERATOR_KEY}/`
const mayPass = callsPerSecond === null ? () => true : throttle(callsPerSecond, () => new Date())
const calls: Record<string, number> = {}
let throttled = 0
let firstCallAt: number | null = null
let lastCallAt: number | null = null

// IAM returns a report of up to four hours ago: this one is three hours old, so that no program waits for it.
sayItIs(REPORT_AGE_MILLISECONDS)
service.respond(signature, 'Action=GenerateCredentialReport&Version=2010-05-08')
sayItIs(0)
bench.afterReport()

const server = createServer(async (request, response) => {
  const form = await text(request)
  const { status, contentType, body } = answer(request.headers, form)
  lastCallAt = Date.now()
  if (latencyMilliseconds > 0) await pause(latencyMilliseconds)
  response.writeHead(status, { 'content-type': contentType }).end(body)
})
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', () => {
  const tally: Tally = { calls, throttled, firstCallAt, lastCallAt, ...judgeAccount(bench) }
  process.send?.(tally, () => process.exit(0))
})
// The parent process has ended.
process.on('disconnect', () => process.exit(1))

function answer(
  { authorization, 'x-amz-target': target }: IncomingHttpHeaders,
  form: string,
): Pick<Answer, 'status' | 'contentType' | 'body'> {
  // CloudTrail, which speaks JSON.
  if (target !== undefined) {
    calls.LookupEvents = (calls.LookupEvents ?? 0) + 1
    return said(service.respond(authorization, form, { target: String(target) }).reply.make())
  }
  const { Action: action = '', Version: _, ...params } = Object.fromEntries(new URLSearchParams(form))
  firstCallAt ??= Date.now()
  calls[action] = (calls[action] ?? 0) + 1
  if (!mayPass()) {
    throttled += 1
    return xml(400, errorXml(awsError('Throttling'), 'bench', NAMESPACE))
  }
  const more = Object.hasOwn(MORE_ACTIONS, action) ? MORE_ACTIONS[action] : undefined
  if (more === undefined) return said(service.respond(authorization, form).reply.make())
  try {
    return xml(200, answerXml(action, more(params, bench.account), 'bench', NAMESPACE))
  } catch (error) {
    if (error instanceof AwsError) return xml(error.status, errorXml(error, 'bench', NAMESPACE))
    throw error
  }
}

const xml = (status: number, body: string) => ({ status, contentType: 'text/xml', body })

function said(reply: ReturnType<Reply['make']>): Answer {
  if (typeof reply !== 'string' && !('stalled' in reply)) return reply
  throw new Error(`The endpoint gave no answer, although the bench sets no faults: ${JSON.stringify(reply)}`)
}

/** The machine's clock, which can be set back. */
function clock() {
  let behind = 0
  return {
    now: () => new Date(Date.now() - behind),
    sayItIs: (millisecondsAgo: number) => {
      behind = millisecondsAgo
    },
  }
}
