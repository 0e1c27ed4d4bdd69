// The local endpoint with a small account, a clock that is set by hand, and SDK clients that try every call once.
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { afterEach } from '@jest/globals'
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import type { ServiceOptions } from '../../demo/service.ts'

export const AT = new Date('2026-09-11T13:15:19Z')
export const DAY = 24 * 60 * 60 * 1000

/** Access key ids of the small account. */
export const KEYS = {
  alice: accessKeyId('alice'),
  bobOld: accessKeyId('bob/old'),
  bobNew: accessKeyId('bob/new'),
}

/** alice signs and has a used key; bob has three tags, an old key and a newer one, both never used; carol has nothing. */
export function smallAccount(): Account {
  const daysAgo = (days: number) => new Date(AT.getTime() - days * DAY)
  const alice = newKey(KEYS.alice, daysAgo(100), { lastUsed: usedAt(daysAgo(1), 'iam', 'us-east-1') })
  const bobs = [newKey(KEYS.bobOld, daysAgo(300)), newKey(KEYS.bobNew, daysAgo(10))]
  const users = [
    newUser('alice', { path: '/people/', keys: [alice] }),
    newUser('bob', { keys: bobs, tags: { owner: 'team-b', email: 'bob@example.com', note: 'x' } }),
    newUser('carol'),
  ]
  return newAccount('111122223333', {
    users,
    sessions: { ASIAAAAAAAAAAAAAAAAA: { role: 'keysweep', session: 'run-1' } },
  })
}

export interface Local {
  endpoint: Endpoint
  iam: IAMClient
  sts: STSClient
  /** Moves the endpoint's clock. */
  pass: (milliseconds: number) => void
}

const started: Local[] = []

/** Starts it for one test; it is stopped afterwards. `signedBy` is the access key id that signs, by default alice's. */
export async function localEndpoint(
  options: Partial<ServiceOptions> & { signedBy?: string; requestTimeout?: number } = {},
): Promise<Local> {
  let milliseconds = AT.getTime()
  const { signedBy = KEYS.alice, requestTimeout = 2000, ...rest } = options
  const endpoint = await startEndpoint({ account: smallAccount(), now: () => new Date(milliseconds), ...rest })
  const client = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: signedBy, secretAccessKey: 'is not checked' },
    maxAttempts: 1,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  }
  const local: Local = {
    endpoint,
    iam: new IAMClient(client),
    sts: new STSClient(client),
    pass: (more) => {
      milliseconds += more
    },
  }
  started.push(local)
  return local
}

afterEach(async () => {
  for (const { endpoint, iam, sts } of started.splice(0)) {
    iam.destroy()
    sts.destroy()
    await endpoint.stop()
  }
})
