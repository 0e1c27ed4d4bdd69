// The demo's IAM endpoint with more actions, a rate limit and a latency. It has a process of its own, so that it uses no time
// and memory of the measured program. start-endpoint.ts starts it and receives its address, and at the end the number of calls
// and the state of the account.
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { AwsError, awsError } from '../demo/aws-error.ts'
import { callerOf } from '../demo/caller.ts'
import type { Reply } from '../demo/faults.ts'
import { iamService, parseBody } from '../demo/service.ts'
import type { Answer } from '../demo/services.ts'
import { throttle } from '../demo/throttle.ts'
import { answerXml, errorXml } from '../demo/xml.ts'
import { benchAccount, type Judgement, judgeAccount } from './account.ts'
import { MORE_ACTIONS } from './more-actions.ts'
import { benchOrganization } from './organization-accounts.ts'

export interface EndpointOptions {
  /** Of each account. */
  users: number
  /** Accounts of an organization; null: one account without an organization. */
  accounts: number | null
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
/** Signs what the bench itself asks. */
const SETUP_KEY = 'ASIABENCHBENCHBENCH0'
const REPORT_AGE_MILLISECONDS = 3 * 60 * 60 * 1000

const { users, accounts, callsPerSecond, latencyMilliseconds } = JSON.parse(process.argv[2] ?? '') as EndpointOptions
const { now, sayItIs } = clock()
const { benches, served } = accounts === null ? oneAccount() : benchOrganization(accounts, users, new Date())
const service = iamService({
  account: served.account,
  ...(served.organization && { organization: served.organization }),
  now,
  reportSeconds: 0,
})
const mayPass = callsPerSecond === null ? () => true : throttle(callsPerSecond, () => new Date())
const calls: Record<string, number> = {}
let throttled = 0
let firstCallAt: number | null = null
let lastCallAt: number | null = null

// IAM returns a report of up to four hours ago: these are three hours old, so that no program waits for them.
sayItIs(REPORT_AGE_MILLISECONDS)
for (const { account } of benches) {
  account.sessions[SETUP_KEY] = { role: 'bench', session: 'bench' }
  const asked = parseBody('Action=GenerateCredentialReport&Version=2010-05-08', undefined)
  service.respond(`AWS4-HMAC-SHA256 Credential=${SETUP_KEY}/`, asked)
  delete account.sessions[SETUP_KEY]
}
sayItIs(0)
for (const { afterReport } of benches) afterReport()

const server = createServer(async (request, response) => {
  const { status, contentType, body } = answer(request.headers, await text(request))
  lastCallAt = Date.now()
  if (latencyMilliseconds > 0) await pause(latencyMilliseconds)
  // With its length, it is one write.
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body)
})
// As in demo/endpoint.ts: an idle connection closed just as a client uses it again is a failed call.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on('message', () => {
  const tally: Tally = { calls, throttled, firstCallAt, lastCallAt, ...judgement() }
  process.send?.(tally, () => process.exit(0))
})
// The parent process has ended.
process.on('disconnect', () => process.exit(1))

function oneAccount() {
  const bench = benchAccount(users, new Date())
  return { benches: [bench], served: { account: bench.account, organization: null, issuedIn: new Map() } }
}

/** Of all accounts together. */
function judgement(): Judgement {
  const all = benches.map(judgeAccount)
  const sum = (of: (one: Judgement) => number) => all.reduce((total, one) => total + of(one), 0)
  return { taken: sum((one) => one.taken), wronglyTaken: sum((one) => one.wronglyTaken), left: sum((one) => one.left) }
}

function answer(
  { authorization, 'x-amz-target': target, 'x-amz-security-token': token }: IncomingHttpHeaders,
  form: string,
): Pick<Answer, 'status' | 'contentType' | 'body'> {
  const securityToken = token?.toString()
  const asked = parseBody(form, target?.toString())
  const { action, params } = asked
  calls[action] = (calls[action] ?? 0) + 1
  const respond = () => said(service.respond(authorization, asked, { securityToken }).reply.make())
  // CloudTrail and Organizations.
  if (asked.isJson) return respond()
  firstCallAt ??= Date.now()
  if (!mayPass()) {
    throttled += 1
    return xml(400, errorXml(awsError('Throttling'), 'bench', NAMESPACE))
  }
  const more = Object.hasOwn(MORE_ACTIONS, action) ? MORE_ACTIONS[action] : undefined
  if (more === undefined) return respond()
  try {
    const { account } = callerOf(served, { authorization, securityToken }, now())
    return xml(200, answerXml(action, more(params, account), 'bench', NAMESPACE))
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
