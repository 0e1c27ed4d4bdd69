// The command's own time limit, by a hand-set clock.
import { afterEach, expect, it } from '@jest/globals'
import { ADVICE } from '../../cli/advice.ts'
import { envOf, inProcess, newDirectory } from '../cli/command.ts'
import { lineWith } from '../support/error-facts.ts'
import { letTimeGoOn, passing, stopTime } from '../support/flying-time.ts'
import { openLoopbackServer } from '../support/loopback-server.ts'

afterEach(letTimeGoOn)

it('a run whose endpoint never answers ends after ten seconds, with one line', async () => {
  const asked = Promise.withResolvers<void>()
  const { url, stop } = await openLoopbackServer(() => asked.resolve())
  stopTime()
  const env = envOf(url)
  const run = inProcess(['run', '--apply', '--yes', '--store', newDirectory()], env)
  await asked.promise
  const { value, milliseconds } = await passing(run)
  await stop()
  expect(value.code).toBe(1)
  expect(value.stderr).toEqual(lineWith('GetCallerIdentity', 'TimeoutError', ADVICE.noAnswer.say('', env)))
  expect(milliseconds).toBeGreaterThanOrEqual(10_000)
  expect(milliseconds).toBeLessThan(11_000)
})
