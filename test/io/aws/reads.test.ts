// Reads that nobody needs any more, over services that answer nothing, or half of it.
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from '@jest/globals'
import { readUntil } from '../../../io/aws/reads.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { makeOrganization } from '../../../io/organizations/organization-client.ts'
import { makeTrail } from '../../../io/trail/trail-client.ts'
import { CREDENTIALS } from '../../support/loopback-aws.ts'
import { openLoopbackServer } from '../../support/loopback-server.ts'

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

const SINCE = '2026-09-01T00:00:00Z'

/** The clients of a service that counts its requests and answers `half`, or nothing at all. */
async function clients(half: string, attempts = 8) {
  const asked = Promise.withResolvers<void>()
  let requests = 0
  const { url, stop } = await openLoopbackServer((_, response) => {
    requests += 1
    if (half !== '') {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': 1000 })
      response.write(half)
    }
    asked.resolve()
  })
  running.push(stop)
  const where = { endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, attempts }
  const [iam, trail] = [makeIam({ account: '111122223333', ...where }), makeTrail({ partition: 'aws', ...where })]
  const organization = makeOrganization(where)
  return { iam, trail, organization, asked: asked.promise, requests: () => requests }
}

type Clients = Awaited<ReturnType<typeof clients>>

describe.each([
  ['nothing', ''],
  ['half of it', '<Half'],
])('a service that answers %s', (_, half) => {
  it.each<[string, (clients: Clients) => Promise<unknown>]>([
    ['IAM', ({ iam }) => iam.listAccessKeys('jane')],
    ['CloudTrail', ({ trail }) => trail.updatesOfKeys(SINCE, null)],
    ['Organizations', ({ organization }) => organization.accounts()],
  ])('a read of %s ends with the signal, as its reason, and is not sent again', async (_, read) => {
    const stalling = await clients(half)
    const [stop, reason] = [new AbortController(), new Error('stopped')]
    const reading = readUntil(stop.signal, () => read(stalling)).catch((error) => error)
    await stalling.asked
    // The head of the answer is on its way.
    await wait(50)
    const before = performance.now()
    stop.abort(reason)
    expect(await reading).toBe(reason)
    expect(performance.now() - before).toBeLessThan(2000)
    expect(stalling.requests()).toBe(1)
  })
})

it('a read that begins after the signal is not sent', async () => {
  const stalling = await clients('')
  const reason = new Error('stopped')
  const reading = readUntil(AbortSignal.abort(reason), () => stalling.iam.listTags('jane'))
  await expect(reading).rejects.toBe(reason)
  expect(stalling.requests()).toBe(0)
})

it('a write goes on', async () => {
  const stalling = await clients('', 1)
  const stop = new AbortController()
  let ended = false
  readUntil(stop.signal, () => stalling.iam.setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive')).catch(() => {
    ended = true
  })
  await stalling.asked
  stop.abort(new Error('stopped'))
  await wait(100)
  expect([ended, stalling.requests()]).toEqual([false, 1])
})
