// The decision API on this machine, while a run waits: the same handler as in AWS, on loopback. A secret that only the run's
// own user can read replaces the signature. Host, Origin and content type are checked too, because a web page in a browser on
// this machine can send requests here.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { MAX_ANSWER_BYTES } from '../core/run/decision.ts'
import type { makeDecide } from '../functions/decide.ts'
import { type Person, type Response, reply } from '../steps/approval/reply.ts'
import { eventFor } from './local-person.ts'

export interface AnswerServer {
  /** Such as http://127.0.0.1:40123 */
  url: string
  /** What a request must carry as `Authorization: Bearer <secret>`. */
  secret: string
  /** Finishes the requests that have arrived, and accepts no more. */
  close(): Promise<void>
}

type Decide = ReturnType<typeof makeDecide>

/**
 * Serves on a free port of 127.0.0.1. A request with the secret comes from `person`.
 * @param onFault receives an internal error; the response does not contain it
 */
export async function serveDecisions(
  decide: Decide,
  person: Person,
  onFault: (error: Error) => void,
): Promise<AnswerServer> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer(TIMEOUTS)
  const connections = limitConnections(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', (request, response) => {
    if (isSecret(request.headers.authorization, secret)) connections.keep(request.socket)
    answerTo(request, { decide, person, secret, host })
      .catch((error: Error) => {
        onFault(error)
        return reply(500, { message: 'Internal error: see the terminal of the run. Try again.' })
      })
      .then((answered) => send(response, answered))
  })
  return { url: `http://${host}`, secret, close: () => closed(server, connections) }
}

/** Requests of this machine arrive at once: a client that is slower only holds a connection. */
const TIMEOUTS: ServerOptions = {
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  keepAliveTimeout: 1_000,
  connectionsCheckingInterval: 500,
}

const MOST_CONNECTIONS = 50

interface Connections {
  /** Marks a connection as one whose request had the secret. */
  keep(socket: Socket): void
  endUnknown(): void
}

/**
 * Open connections use up the files that a process may open, and the run store needs them. Beyond the limit the oldest
 * connection without the secret ends, so that the run's own user can always connect.
 */
function limitConnections(server: Server): Connections {
  const unknown = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    unknown.add(socket)
    socket.once('close', () => unknown.delete(socket))
    const [oldest] = unknown
    if (unknown.size > MOST_CONNECTIONS) oldest?.destroy()
  })
  return {
    keep: (socket) => void unknown.delete(socket),
    endUnknown: () => unknown.forEach((socket) => void socket.destroy()),
  }
}

interface Served {
  decide: Decide
  person: Person
  secret: string
  host: string
}

async function answerTo(request: IncomingMessage, { decide, person, secret, host }: Served): Promise<Response> {
  const refusal = refuse(request.headers, secret, host)
  if (refusal !== null) return refusal
  const { method = 'GET', headers } = request
  if (method === 'POST' && !/^application\/json(;|$)/.test(headers['content-type'] ?? ''))
    return reply(415, { message: 'Refused: the content type must be application/json.' })
  const path = new URL(request.url ?? '/', `http://${host}`).pathname
  const body = method === 'POST' ? await bodyOf(request) : undefined
  if (body === null) return reply(400, { message: `Answer refused: it has more than ${MAX_ANSWER_BYTES} bytes.` })
  return decide(eventFor({ method, path, body }, person))
}

/** Checks the secret last: a web page is refused even if it knows the secret. */
function refuse({ host, origin, authorization }: IncomingMessage['headers'], secret: string, served: string) {
  // DNS rebinding: the Host is then the name that was pointed to 127.0.0.1.
  if (host !== served) return reply(403, { message: `Refused: the Host must be ${served}.` })
  // Browsers send an Origin; keysweep does not.
  if (origin !== undefined) return reply(403, { message: 'Refused: requests from web pages are not allowed.' })
  if (isSecret(authorization, secret)) return null
  return reply(401, { message: 'Refused: the secret is missing or wrong. Only the user of the run can answer.' })
}

/** Compares hashes, so that the time does not depend on the text or its length. */
function isSecret(authorization = '', secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(authorization), hash(`Bearer ${secret}`))
}

/** The body, or null for one that is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let bytes = 0
  // Reads the whole body: a client whose connection is cut never sees the response.
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= MAX_ANSWER_BYTES) parts.push(part)
  }
  return bytes > MAX_ANSWER_BYTES ? null : Buffer.concat(parts).toString()
}

function send(response: ServerResponse, { statusCode, headers, body }: Response): void {
  // An open connection would delay the end of the run.
  response.writeHead(statusCode, { ...headers, connection: 'close' }).end(body)
}

const LONGEST_ANSWER_MILLISECONDS = 2000

async function closed(server: Server, connections: Connections): Promise<void> {
  connections.endUnknown()
  const late = setTimeout(() => server.closeAllConnections(), LONGEST_ANSWER_MILLISECONDS)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(late)
}
