// Lambda's Invoke over HTTP, with functions of this process behind it: moto's Step Functions calls its tasks here. It calls
// StartExecution and DescribeExecution here as well: they are handed on to moto.
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { type LoopbackServer, openLoopbackServer } from '../support/loopback-server.ts'

export interface LambdaPort extends LoopbackServer {
  /** By ARN. */
  functions: Map<string, LocalFunction>
  /** Where every call goes that is not of Lambda. */
  handOnTo: (url: string) => void
}

/** What Lambda itself answers instead of calling the function, by the name of its error: how it is said on the wire. */
export class LambdaRefusal extends Error {
  readonly status: number

  constructor(name: string, status: number) {
    super(`Lambda answers ${name}.`)
    this.name = name
    this.status = status
  }
}

/** Opens the port on this machine. */
export async function openLambdaPort(): Promise<LambdaPort> {
  const functions = new Map<string, LocalFunction>()
  let others = ''
  const server = await openLoopbackServer((request, response) =>
    INVOKE.test(request.url ?? '') ? invoke(functions, request, response) : handOn(others, request, response),
  )
  return {
    ...server,
    functions,
    handOnTo: (url) => {
      others = url
    },
  }
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

async function handOn(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'POST', url: path = '/', headers } = request
  const onwards = send(url, { method, path, headers })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onwards.once('response', resolve).once('error', reject)
  })
  await pipeline(request, onwards)
  const { statusCode = 500, headers: answer } = await answered
  response.writeHead(statusCode, answer)
  await pipeline(await answered, response)
}

async function invoke(functions: LambdaPort['functions'], request: IncomingMessage, response: ServerResponse) {
  const [, arn = ''] = INVOKE.exec(request.url ?? '') ?? []
  const run = functions.get(decodeURIComponent(arn))
  const payload = JSON.parse((await buffer(request)).toString())
  response.setHeader('x-amzn-requestid', randomUUID())
  try {
    if (run === undefined) throw new LambdaRefusal('ResourceNotFoundException', 404)
    answer(response, 200, await run(payload))
  } catch (error) {
    if (error instanceof LambdaRefusal) {
      response.setHeader('x-amzn-errortype', error.name)
      return answer(response, error.status, { Type: 'User', message: error.message })
    }
    response.setHeader('x-amz-function-error', 'Unhandled')
    const { name: errorType, message: errorMessage, stack = '' } = error as Error
    answer(response, 200, { errorType, errorMessage, trace: stack.split('\n') })
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.setHeader('x-amz-executed-version', '$LATEST')
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null))
}
