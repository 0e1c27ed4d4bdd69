// The server that tests open is not the reason why a call fails.
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from '@jest/globals'
import { type Answerer, type LoopbackServer, openLoopbackServer } from './loopback-server.ts'

const servers: LoopbackServer[] = []
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterEach(async () => {
  agent.destroy()
  for (const server of servers.splice(0)) await server.stop()
})

async function open(answer: Answerer): Promise<LoopbackServer> {
  const server = await openLoopbackServer(answer)
  servers.push(server)
  return server
}

/** Asks over the agent's one connection, and reads the whole answer. */
async function ask(url: string): Promise<IncomingMessage> {
  const [answer] = await once(get(url, { agent }), 'response')
  await text(answer)
  return answer
}

it('keeps an idle connection open for as long as its client does', async () => {
  const seen = new Set<Socket>()
  const finished: Promise<unknown>[] = []
  const { url } = await open((request, response) => {
    seen.add(request.socket)
    finished.push(once(response, 'finish'))
    response.end('x')
  })
  const { headers } = await ask(url)
  await Promise.all(finished)
  // Node names its limit to the client, and sets it on the connection that is idle now.
  expect(headers['keep-alive']).toBeUndefined()
  expect([...seen].map(({ timeout = 0, destroyed }) => [timeout, destroyed])).toEqual([[0, false]])
  await ask(url)
  expect(seen.size).toBe(1)
})

it.each<[string, Answerer]>([
  ['throws', () => fails()],
  ['rejects', async () => fails()],
])('closes the connection if the function that answers %s', async (_, answer) => {
  const { url } = await open(answer)
  await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
})

function fails(): never {
  throw new Error('as the test wants it')
}

it('stops while a request waits for its answer, and then nobody listens', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  const { url, port, stop } = await openLoopbackServer(() => resolve())
  expect(url).toBe(`http://127.0.0.1:${port}`)
  const asked = expect(ask(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
  await arrived
  await stop()
  await asked
  await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
