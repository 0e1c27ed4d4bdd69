// Signed requests, to an API Gateway of this machine that checks signatures by another implementation.
import dns from 'node:dns'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { makeSignedFetch } from '../../../io/aws/signed-fetch.ts'
import { type ApiGateway, type Caller, startApiGateway } from '../../support/api-gateway.ts'

const ANN: Caller = {
  accessKeyId: 'AKIAANNANNANNANNANNA',
  secretAccessKey: 'a-secret-key-that-is-checked',
  userArn: 'arn:aws:iam::111122223333:user/ann',
  userId: 'AIDAANNANNANNANNANNA',
  may: () => true,
}
const CEM = { ...ANN, accessKeyId: 'ASIACEMCEMCEMCEMCEMC', sessionToken: 'a-session-token-that-is-checked' }

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: Caller) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
})
/** No profile of whoever runs the tests, and no machine's role. */
const nowhereElse = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const envOf = (caller: Caller) => ({ AWS_REGION: 'us-east-1', ...keysOf(caller), ...nowhereElse })

const before = { ...process.env }
function setEnvironment(env: Record<string, string>) {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, env)
}
afterEach(() => {
  setEnvironment({})
  Object.assign(process.env, before)
})

/** What the API's function got, and what it answers. */
let received: object[]
let answer: { statusCode: number; headers: Record<string, string>; body: string }
let api: ApiGateway
beforeEach(async () => {
  received = []
  answer = { statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"runs":[]}' }
  api = await startApiGateway(
    async (event) => {
      received.push(event as object)
      return answer as never
    },
    [ANN, CEM],
  )
})
afterEach(() => api.stop())

/** Every name of AWS's is this machine: nothing here leaves it. */
const { lookup } = dns
beforeAll(() => {
  dns.lookup = ((name: string, ...others: unknown[]) =>
    (lookup as (...args: unknown[]) => void)(/amazonaws/.test(name) ? '127.0.0.1' : name, ...others)) as never
})
afterAll(() => {
  dns.lookup = lookup
})

const ask = (path: string, body?: string, signal = AbortSignal.timeout(10_000)) => {
  const method = body === undefined ? 'GET' : 'POST'
  return makeSignedFetch()({ method, url: new URL(path, api.url), signal, ...(body !== undefined && { body }) })
}

describe.each([
  ['a user', ANN],
  ['a role', CEM],
])("with the credentials of %s's in the environment", (_, caller) => {
  beforeEach(() => setEnvironment(envOf(caller)))

  it('a look is signed', async () => {
    const response = await ask('/prod/runs')
    expect([response.status, await response.json()]).toEqual([200, { runs: [] }])
    expect(api.requests).toMatchObject([{ method: 'GET', path: '/prod/runs', type: null, signed: true }])
    expect(received[0]).not.toHaveProperty('body')
  })
  it('an answer is signed, together with its body', async () => {
    const response = await ask('/runs/r/decision', '{"answer":"approve"}')
    expect(response.status).toBe(200)
    expect(api.requests).toMatchObject([
      { method: 'POST', path: '/runs/r/decision', type: 'application/json', signed: true },
    ])
    expect(api.requests[0]?.authorization).toMatch(/SignedHeaders=content-type;host;/)
    expect(received).toMatchObject([{ body: '{"answer":"approve"}' }])
  })
})

describe('a signature is for the Region', () => {
  it.each([
    ['in the name of an API', 'a1b2c3.execute-api.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['in the name of an API in China', 'a1b2c3.execute-api.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['of the environment, for an API behind a domain of its own', 'execute-api.eu-west-1.amazonaws.com', 'us-east-1'],
    [
      'of the environment, for a domain that begins like a name of an API',
      'a1b2c3.execute-api.eu-west-1.amazonaws.com.localhost',
      'us-east-1',
    ],
    ['of the environment, for this machine', 'localhost', 'us-east-1'],
  ])('%s: %s', async (_, host, region) => {
    setEnvironment(envOf(ANN))
    const url = new URL(`http://${host}:${new URL(api.url).port}/runs`)
    await makeSignedFetch()({ method: 'GET', url, signal: AbortSignal.timeout(10_000) })
    expect(api.requests[0]?.authorization).toContain(`/${region}/execute-api/aws4_request, `)
  })
})

describe('nothing is sent', () => {
  it.each([
    ['without credentials', { AWS_REGION: 'us-east-1', ...nowhereElse }, /^Could not load credentials/],
    ['without a Region', { ...keysOf(ANN), ...nowhereElse }, /^Region is missing/],
    [
      'with a token that was pasted with a line break',
      { ...envOf(CEM), AWS_SESSION_TOKEN: 'the-session-\n-token' },
      /x-amz-security-token/,
    ],
  ])('%s', async (_, env, message) => {
    setEnvironment(env)
    await expect(ask('/runs')).rejects.toThrow(message)
    await expect(ask('/runs')).rejects.not.toThrow('the-session')
    expect(api.requests).toEqual([])
  })
  it('to where a redirect leads: it would carry the signature to somebody else', async () => {
    setEnvironment(envOf(ANN))
    answer = { statusCode: 307, headers: { location: '/elsewhere' }, body: '' }
    await expect(ask('/runs', '{}')).rejects.toThrow('fetch failed')
    expect(api.requests.map(({ path }) => path)).toEqual(['/runs'])
  })
})

it('a request is aborted when its caller aborts', async () => {
  setEnvironment(envOf(ANN))
  await expect(ask('/runs', undefined, AbortSignal.abort())).rejects.toThrow(/abort/)
})
