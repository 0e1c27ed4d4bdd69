// The time limit of one attempt, over a service that tells its answer in two parts.
import { setTimeout as wait } from 'node:timers/promises'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, expect, it } from '@jest/globals'
import { beginsWithin, wholeAnswers } from '../../../io/aws/whole-answer.ts'
import { factsIn } from '../../support/error-facts.ts'
import { heldTimers } from '../../support/held-open.ts'
import { CREDENTIALS } from '../../support/loopback-aws.ts'
import { openLoopbackServer } from '../../support/loopback-server.ts'

const BODY =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

const ask = async (secondHalf: Promise<unknown> | null, limit: number) =>
  (await clientOf(secondHalf, limit)).send(new GetCallerIdentityCommand({}))

/**
 * For answers with this limit.
 * @param secondHalf what the second half of an answer waits for; null: it never comes; undefined: one piece
 */
async function clientOf(secondHalf: Promise<unknown> | null | undefined, limit: number) {
  const { url, stop } = await openLoopbackServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' })
    if (secondHalf === undefined) return void response.end(BODY)
    response.write(BODY.slice(0, 50))
    if (secondHalf === null) return
    await secondHalf
    response.end(BODY.slice(50))
  })
  running.push(stop)
  const client = new STSClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
    ...beginsWithin(10_000),
  })
  running.push(async () => client.destroy())
  return wholeAnswers(client, limit)
}

it('an answer whose second half comes within the limit is taken', async () => {
  expect(await ask(wait(40), 10_000)).toMatchObject({ Account: '111122223333' })
})

it('an answer whose second half has not come within the limit is an error that says so', async () => {
  await expect(ask(null, 100)).rejects.toMatchObject({
    name: 'TimeoutError',
    message: factsIn('STS', '100 ms'),
  })
})

it('once an answer is there, nothing of its limit is left to wait for: a command may end', async () => {
  const before = process.getActiveResourcesInfo()
  await ask(wait(0), 10_000)
  expect(await heldTimers(before)).toEqual([])
})

it('an answer that came in one piece needs no limit, one that goes on does', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  const begun: Record<string, number> = {}
  const measured = Promise.withResolvers<void>()
  for (const [name, secondHalf] of Object.entries({ whole: undefined, half: measured.promise })) {
    const before = timers()
    const client = await clientOf(secondHalf, 10_000)
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        begun[name] = timers() - before
        if (secondHalf !== undefined) measured.resolve()
        return result
      },
      { step: 'deserialize' },
    )
    await client.send(new GetCallerIdentityCommand({}))
  }
  expect(begun.half).toBeGreaterThan(begun.whole ?? Number.NaN)
})
