// The IAM endpoint in a process of its own, so that it takes no time and no memory of whoever is measured: the demo's,
// with the calls that others need, a limit and a latency. Started by start-endpoint.ts, which it tells its address and,
// at the end, what was asked of it and what has become of the account.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsError, awsError } from '../demo/aws-error.ts'
import type { Answer, Reply } from '../demo/faults.ts'
import { iamService } from '../demo/service.ts'
import { throttle } from '../demo/throttle.ts'
import { answerXml, errorXml } from '../demo/xml.ts'
import { benchAccount, type Judgement, judgeAccount, OPERATOR_KEY } from './account.ts'
import { MORE_ACTIONS } from './more-actions.ts'

export interface EndpointOptions {
  users: number
  /** Calls beyond this are answered with Throttling; null: no limit. */
  callsPerSecond: number | null
  /** How long each answer takes, on top of the work it makes. */
  latencyMilliseconds: number
}

export interface Tally extends Judgement {
  /** Calls by action, the throttled ones among them. */
  calls: Record<string, number>
  throttled: number
  /** Milliseconds since 1970; null: nobody called. */
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

// IAM hands out a report of up to four hours ago: this one is three hours old, and nobody has to wait for it.
sayItIs(REPORT_AGE_MILLISECONDS)
service.respond(signature, 'Action=GenerateCredentialReport&Version=2010-05-08')
sayItIs(0)
bench.afterReport()

const server = createServer(async (request, response) => {
  const form = await text(request)
  const { status, contentType, body } = answer(request.headers.authorization, form)
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
// Nobody is left to ask for the tally.
process.on('disconnect', () => process.exit(1))

function answer(authorization: string | undefined, form: string): Pick<Answer, 'status' | 'contentType' | 'body'> {
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
  throw new Error(`The bench sets no faults: expected an answer, received ${JSON.stringify(reply)}`)
}

/** The machine's clock, which can be put back. */
function clock() {
  let behind = 0
  return {
    now: () => new Date(Date.now() - behind),
    sayItIs: (millisecondsAgo: number) => {
      behind = millisecondsAgo
    },
  }
}
