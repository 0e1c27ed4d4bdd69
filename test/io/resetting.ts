// A service on this machine that resets every connection once it has read something.
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterEach } from '@jest/globals'

const running: (() => Promise<void>)[] = []

/** Starts it; it ends with the test. @returns its address */
export async function startResetting(): Promise<string> {
  const server = createServer((socket: Socket) => socket.once('data', () => socket.resetAndDestroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.push(() => new Promise((resolve) => server.close(() => resolve())))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})
