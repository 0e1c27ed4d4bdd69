// The one test that waits for the command's own time limit.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from '@jest/globals'
import { envOf, inProcess, newDirectory } from './command.ts'

it('a run whose endpoint never answers ends after ten seconds, with one line', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { code, stderr } = await inProcess(
    ['run', '--apply', '--store', newDirectory()],
    envOf(`http://127.0.0.1:${port}`),
  )
  server.closeAllConnections()
  server.close()
  expect(code).toBe(1)
  expect(stderr).toMatch(/^keysweep: GetCallerIdentity: TimeoutError: .*; the endpoint does not answer: .*\n$/)
})
