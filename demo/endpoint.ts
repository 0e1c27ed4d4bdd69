// The local endpoint: IAM's and STS's Query protocol, and the JSON of CloudTrail and Organizations, over HTTP on loopback. The
// real SDK clients call it. It logs every call, and every write that it carried out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Account } from './account.ts'
import type { Reply } from './faults.ts'
import { type IamService, iamService, type LoggedCall, parseBody, type ServiceOptions } from './service.ts'

export interface Endpoint extends Omit<IamService, 'respond'> {
  /** Such as http://127.0.0.1:40123, for the `endpoint` of an SDK client and for AWS_ENDPOINT_URL. */
  url: string
  /** The account that is served, beside those of the organization. It may be changed at any time. */
  account: Account
  /**
   * Closes every connection, including those that wait for an answer.
   * @throws the first error that a change set with `on`, or the endpoint itself, threw during a call
   */
  stop: () => Promise<void>
}

/** Starts the endpoint on a free port of 127.0.0.1. */
export async function startEndpoint(options: ServiceOptions): Promise<Endpoint> {
  const { respond, ...service } = iamService(options)
  const thrown: unknown[] = []
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer((request, response) => {
    answerTo(request, response, respond, timers).catch((error) => {
      thrown.push(error)
      request.socket.destroy()
    })
  })
  // Keeps idle connections open: closing one just as the client uses it again looks like a reset.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    ...service,
    url: `http://127.0.0.1:${port}`,
    account: options.account,
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (thrown.length > 0) throw thrown[0]
    },
  }
}

async function answerTo(
  request: IncomingMessage,
  response: ServerResponse,
  respond: IamService['respond'],
  timers: Set<NodeJS.Timeout>,
): Promise<void> {
  const form = await text(request).catch(() => null)
  // The client closed the connection before the end of its request: there is no call to answer.
  if (form === null) return
  const {
    authorization,
    'x-amz-target': target,
    'x-amz-security-token': token,
    'user-agent': userAgent,
  } = request.headers
  const { reply, logged } = respond(authorization, parseBody(form, target?.toString()), {
    securityToken: token?.toString(),
    userAgent,
  })
  if (reply.milliseconds > 0) await pause(reply.milliseconds, timers)
  send(reply.make(), response, logged)
}

function pause(milliseconds: number, timers: Set<NodeJS.Timeout>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      resolve()
    }, milliseconds)
    timers.add(timer)
  })
}

function send(answer: ReturnType<Reply['make']>, response: ServerResponse, logged: LoggedCall): void {
  if (answer === 'hang') return
  if (answer === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  // Half an answer is logged as no answer.
  const { status, requestId, contentType, body } = 'stalled' in answer ? answer.stalled : answer
  if (requestId) response.setHeader('x-amzn-requestid', requestId)
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  if ('stalled' in answer) {
    response.write(body.slice(0, Math.floor(body.length / 2)))
    return
  }
  logged.status = status
  response.end(body)
}
