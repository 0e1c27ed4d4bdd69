// A way to moto's S3 that lets one write through at a time. moto looks whether an object stands and writes it in two
// steps, so that of many writers at once two may win (seen once in 400 times 20 writers); S3 does both in one.
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type LoopbackServer, openLoopbackServer } from '../support/loopback-server.ts'

/** Opens a way to the moto at `url`. */
export function oneWriteAtATime(url: string): Promise<LoopbackServer> {
  let lastWrite: Promise<unknown> = Promise.resolve()
  return openLoopbackServer((asked, answer) => {
    const turn = asked.method === 'PUT' ? lastWrite : Promise.resolve()
    const done = turn.then(() => carry(url, asked, answer))
    if (asked.method === 'PUT') lastWrite = done.catch(() => {})
    return done
  })
}

/** Hands the request on as it came, its Host header included: that is signed. */
async function carry(url: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const onwards = request(new URL(asked.url ?? '/', url), { method: asked.method ?? 'GET', headers: asked.headers })
  const body = await buffer(asked)
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    onwards.once('response', resolve).once('error', reject).end(body)
  })
  const said = await buffer(answered)
  answer.writeHead(answered.statusCode ?? 500, answered.headers).end(said)
}
