// An HTTP server of a test, on this machine's loopback address.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer {
  /** Such as http://127.0.0.1:40123 */
  url: string
  port: number
  /** Closes every connection, including those that wait for an answer. */
  stop: () => Promise<void>
}

/** Answers one request. If it throws or rejects, the connection is closed without an answer. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => unknown

/** Opens a server on a free port of 127.0.0.1. */
export async function openLoopbackServer(answer: Answerer): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    try {
      await answer(request, response)
    } catch (error) {
      response.destroy(error as Error)
    }
  })
  // Keeps idle connections open. Node closes them after five seconds, and a client that uses one again just then sees a
  // failed call, which a run tries once more.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
