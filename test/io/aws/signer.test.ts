// A client that keeps its signing key signs as the SDK does, and never with the key of another day, Region, service or secret.
import { STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from '@jest/globals'
import { HttpRequest } from '@smithy/core/protocols'
import { AwsV4Signer } from 'aws4fetch'
import fc from 'fast-check'
import { keepsSigningKey } from '../../../io/aws/signer.ts'
import { makeCaller } from '../../../io/iam/caller.ts'
import type { Credentials } from '../../../io/iam/client-options.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { makeTrail } from '../../../io/trail/trail-client.ts'
import { type AwsRequest, CREDENTIALS, nothing, startLoopbackAws } from '../../support/loopback-aws.ts'

type Config = STSClient['config']
/** Of a client whose calls are recorded. */
type Options = { endpoint: string; attempts: number; credentials: Credentials; region: string }
type Scheme = Parameters<Config['signer']>[0]
type Sign = Awaited<ReturnType<Config['signer']>>['sign']

/** A request, and all that decides how it is signed. */
interface Signed {
  credentials: Credentials
  request: HttpRequest
  options: NonNullable<Parameters<Sign>[1]>
  scheme: Scheme
}

const line = fc.string({ minLength: 1, maxLength: 20 })
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
const headers = fc.dictionary(
  fc.oneof(name, fc.constantFrom('user-agent', 'X-Amzn-Trace-Id', 'Content-Type', 'connection', 'Date', 'proxy-x')),
  line,
)
const region = fc.constantFrom('us-east-1', 'eu-west-1', 'cn-north-1')
const service = fc.constantFrom('iam', 'sts')
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const signed: fc.Arbitrary<Signed> = fc.record({
  credentials: fc.record(
    { accessKeyId: line, secretAccessKey: fc.constantFrom('one', 'two', 'drei-ä'), sessionToken: line },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  request: fc
    .record({
      method: fc.constantFrom('POST', 'GET'),
      path: fc.webPath(),
      headers,
      body: fc.string({ unit: 'binary' }),
    })
    .map((parts) => new HttpRequest({ ...parts, path: `/${parts.path}`, query: { b: '2', a: ['é', '1'] } })),
  options: fc.record({
    signingDate: fc.date({ min: new Date('2024-02-28'), max: new Date('2024-03-01'), noInvalidDate: true }),
    ...{ signingRegion: maybe(region), signingService: maybe(service) },
  }) as fc.Arbitrary<Signed['options']>,
  scheme: maybe(
    fc.record({ name: fc.constant('sigv4'), signingRegion: region, signingName: service }),
  ) as fc.Arbitrary<Scheme>,
})

const clientOf = (credentials: Credentials | (() => Promise<Credentials>)) =>
  new STSClient({ region: 'eu-central-1', credentials })

async function sign({ config }: STSClient, { scheme, request, options }: Signed) {
  const signer = await config.signer(scheme)
  return (await signer.sign(request, options)).headers
}

describe('the headers are those of the SDK’s signer', () => {
  it('for any request, credentials, day, Region and service', async () => {
    await fc.assert(
      fc.asyncProperty(signed, async (asked) => {
        const ours = await sign(keepsSigningKey(clientOf(asked.credentials)), asked)
        expect(ours).toEqual(await sign(clientOf(asked.credentials), asked))
      }),
    )
  })
  it('for any sequence of them, each with credentials of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(signed, { minLength: 2, maxLength: 8 }), async (sequence) => {
        let credentials: Credentials = CREDENTIALS
        // Credentials that have ended are asked for again at each call.
        const client = keepsSigningKey(clientOf(async () => ({ ...credentials, expiration: new Date(0) })))
        for (const asked of sequence) {
          credentials = asked.credentials
          expect(await sign(client, asked)).toEqual(await sign(clientOf(asked.credentials), asked))
        }
      }),
    )
  })
})

const SPAN = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }

describe('left to the SDK’s signer', () => {
  const request = (parts: Partial<HttpRequest>) =>
    new HttpRequest({ ...{ method: 'POST', path: '/', headers: {}, body: 'a=b' }, ...parts })
  const asked = (parts: Partial<HttpRequest>, options: Signed['options'] = {}): Signed => ({
    ...{ credentials: CREDENTIALS, scheme: undefined },
    ...{ request: request(parts), options: { signingDate: new Date('2024-02-28'), ...options } },
  })
  it.each([
    ['a body of bytes', asked({ body: new Uint8Array([1, 2]) })],
    ['no body', asked({ body: undefined })],
    ['a hash of the body that is given', asked({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })],
  ])('%s', async (_, given) => {
    expect(await sign(keepsSigningKey(clientOf(CREDENTIALS)), given)).toEqual(await sign(clientOf(CREDENTIALS), given))
  })
  it('every Region, which Signature Version 4A signs for', async () => {
    const everywhere = asked({}, { signingRegion: '*' })
    const [ours, sdk] = [keepsSigningKey(clientOf(CREDENTIALS)), clientOf(CREDENTIALS)].map((client) =>
      sign(client, everywhere).catch((error: Error) => error.message),
    )
    expect(await ours).toBe(await sdk)
    expect(await ours).toContain('SigV4a')
  })
})

it('credentials without a secret sign nothing', async () => {
  const none = { accessKeyId: 'AKIALOOPBACKLOOPBACK' } as Credentials
  const request = new HttpRequest({ method: 'POST', path: '/', headers: {}, body: 'a=b' })
  const signing = sign(keepsSigningKey(clientOf(none)), { credentials: none, request, options: {}, scheme: undefined })
  await expect(signing).rejects.toThrow('credential object is not valid')
})

/** Signs again what came, with another implementation, by what the request says it signed. */
async function signedAgain({ headers, body }: AwsRequest, url: string, service: string): Promise<string> {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
  return new AwsV4Signer({
    ...{ ...CREDENTIALS, method: 'POST', url: `${url}/`, body, service, region: 'us-east-1', allHeaders: true },
    headers: Object.fromEntries(names.filter((name) => name !== 'host').map((name) => [name, String(headers[name])])),
    datetime: String(headers['x-amz-date']),
  }).authHeader()
}

it.each([
  ['iam', (options: Options) => makeIam({ ...options, account: '111122223333' }).listTags('ann')],
  ['sts', (options: Options) => makeCaller(options)()],
  ['cloudtrail', (options: Options) => makeTrail({ ...options, partition: 'aws' }).updatesOfKeys(SPAN, null)],
])('each call of %s carries the signature that another implementation makes', async (service, call) => {
  const { url, requests } = await startLoopbackAws(nothing)
  const options = { endpoint: url, attempts: 2, credentials: CREDENTIALS, region: 'us-east-1' }
  await expect(call(options)).rejects.toThrow()
  expect(requests.length).toBeGreaterThan(0)
  for (const request of requests) expect(request.headers.authorization).toBe(await signedAgain(request, url, service))
})
