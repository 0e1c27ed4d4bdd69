// A way to moto's S3 that lets one write through at a time. moto looks whether an object stands and writes it in two
// steps, so that of many writers at once two may win (seen once in 400 times 20 writers); S3 does both in one.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Way {
  url: string
  stop: () => Promise<void>
}

/** Opens a way to the moto at `url`. */
export async function oneWriteAtATime(url: string): Promise<Way> {
  let lastWrite: Promise<unknown> = Promise.resolve()
  const server = createServer((asked, answer) => {
    const turn = asked.method === 'PUT' ? lastWrite : Promise.resolve()
    const done = turn.then(() => carry(url, asked, answer)).catch((error) => answer.destroy(error))
    if (asked.method === 'PUT') lastWrite = done
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
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
