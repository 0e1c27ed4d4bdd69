// The decision API on this machine, while a run waits: the same handler as in AWS, on loopback, for whoever can read the
// secret. The secret stands in for a signature; Host, Origin and content type are looked at as well, because a web page
// in a browser on this machine can send requests here, too.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MAX_ANSWER_BYTES } from '../core/run/decision.ts'
import type { makeDecide } from '../functions/decide.ts'
import { type Person, type Response, reply } from '../steps/approval/reply.ts'
import { eventFor } from './local-person.ts'

export interface AnswerServer {
  /** Such as http://127.0.0.1:40123 */
  url: string
  /** What a request must carry as `Authorization: Bearer <secret>`. */
  secret: string
  /** Answers what is being asked, and nothing after it. */
  close(): Promise<void>
}

type Decide = ReturnType<typeof makeDecide>

/**
 * Serves on a free port of 127.0.0.1. Whoever knows the secret is `person`.
 * @param onFault told of what could not be worked out; whoever asked is only told that it could not
 */
export async function serveDecisions(
  decide: Decide,
  person: Person,
  onFault: (error: Error) => void,
): Promise<AnswerServer> {
  const secret = randomBytes(32).toString('base64url')
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', (request, response) => {
    answerTo(request, { decide, person, secret, host })
      .catch((error: Error) => {
        onFault(error)
        return reply(500, { message: 'The answer could not be worked out: ask again' })
      })
      .then((answered) => send(response, answered))
  })
  return { url: `http://${host}`, secret, close: () => closed(server) }
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
    return reply(415, { message: 'Refused: expected content type application/json' })
  const path = new URL(request.url ?? '/', `http://${host}`).pathname
  const body = method === 'POST' ? await bodyOf(request) : undefined
  if (body === null) return reply(400, { message: `Answer refused: at most ${MAX_ANSWER_BYTES} bytes, received more` })
  return decide(eventFor({ method, path, body }, person))
}

/** The secret comes last, so that a page that could guess it would still be refused for being one. */
function refuse({ host, origin, authorization }: IncomingMessage['headers'], secret: string, served: string) {
  // A name that a web page's owner points to 127.0.0.1 shows in the Host (DNS rebinding).
  if (host !== served) return reply(403, { message: `Refused: expected Host ${served}` })
  // Browsers say where a page comes from; our own command has no Origin.
  if (origin !== undefined) return reply(403, { message: 'Refused: no web page may ask here' })
  if (isSecret(authorization, secret)) return null
  return reply(401, { message: 'Refused: expected the secret that this run keeps for its own user' })
}

/** Hashed first, so that neither the time nor the length tells how much of it was right. */
function isSecret(authorization = '', secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(authorization), hash(`Bearer ${secret}`))
}

/** The body, or null for one that is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = []
  let bytes = 0
  // Read to its end all the same: whoever is cut off in the middle never sees why.
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes <= MAX_ANSWER_BYTES) parts.push(part)
  }
  return bytes > MAX_ANSWER_BYTES ? null : Buffer.concat(parts).toString()
}

function send(response: ServerResponse, { statusCode, headers, body }: Response): void {
  // Nothing is to be asked twice, and a connection kept open would hold the run's end up.
  response.writeHead(statusCode, { ...headers, connection: 'close' }).end(body)
}

const LONGEST_ANSWER_MILLISECONDS = 2000

async function closed(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), LONGEST_ANSWER_MILLISECONDS)
  await new Promise((resolve) => server.close(resolve))
  clearTimeout(late)
}
