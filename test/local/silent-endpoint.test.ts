// The command's own time limit, by a hand-set clock.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { ADVICE } from '../../cli/advice.ts'
import { envOf, inProcess, newDirectory } from '../cli/command.ts'
import { lineWith } from '../support/error-facts.ts'
import { letTimeGoOn, passing, stopTime } from '../support/flying-time.ts'

afterEach(letTimeGoOn)

it('a run whose endpoint never answers ends after ten seconds, with one line', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  stopTime()
  const asked = once(server, 'request')
  const env = envOf(`http://127.0.0.1:${port}`)
  const run = inProcess(['run', '--apply', '--yes', '--store', newDirectory()], env)
  await asked
  const { value, milliseconds } = await passing(run)
  server.closeAllConnections()
  server.close()
  expect(value.code).toBe(1)
  expect(value.stderr).toEqual(lineWith('GetCallerIdentity', 'TimeoutError', ADVICE.noAnswer.say('', env)))
  expect(milliseconds).toBeGreaterThanOrEqual(10_000)
  expect(milliseconds).toBeLessThan(11_000)
})
