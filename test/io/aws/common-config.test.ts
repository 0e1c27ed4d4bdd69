// What the clients of a thread share: connections, and what the first of them has read of the environment.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, it } from '@jest/globals'
import { type CommonConfig, makeCommonConfig } from '../../../io/aws/common-config.ts'
import { configOf } from '../../../io/iam/client-options.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'
import { openLoopbackServer } from '../../support/loopback-server.ts'

const env = { ...process.env }
afterEach(() => {
  process.env = { ...env }
})

const identity = () => ({
  status: 200,
  body: '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
  headers: { 'content-type': 'text/xml' },
})

describe('after the first client', () => {
  async function started() {
    const aws = await startLoopbackAws(identity)
    const common = makeCommonConfig()
    const options = { attempts: 1, endpoint: aws.url, credentials: CREDENTIALS, common }
    const next = () => new STSClient({ ...configOf(options), retryMode: 'standard' })
    process.env.AWS_REGION = 'eu-west-1'
    process.env.AWS_SDK_UA_APP_ID = 'first-app'
    const first = next()
    common.of(first.config)
    await first.send(new GetCallerIdentityCommand({}))
    return { aws, common, first, next }
  }

  it('the next one uses its connections, its Region and its name of the application', async () => {
    const { aws, next } = await started()
    process.env.AWS_REGION = 'us-west-2'
    process.env.AWS_SDK_UA_APP_ID = 'second-app'
    await next().send(new GetCallerIdentityCommand({}))
    const [one, two] = aws.requests
    expect(two?.from).toBe(one?.from)
    expect(String(two?.headers.authorization)).toContain('/eu-west-1/sts/')
    expect(String(two?.headers['user-agent'])).toContain('app/first-app')
  })
  it('a later one changes nothing of it', async () => {
    const { common, first, next } = await started()
    const other = new STSClient({ region: 'us-west-2' })
    common.of(other.config)
    expect(next().config.requestHandler).toBe(first.config.requestHandler)
    expect(await next().config.region()).toBe('eu-west-1')
  })
  it('a Region that a client names counts, and others do not get it', async () => {
    const { common, next } = await started()
    const named = configOf({ attempts: 1, common, region: 'cn-north-1', credentials: CREDENTIALS })
    expect(named.region).toBe('cn-north-1')
    expect(await next().config.region()).toBe('eu-west-1')
  })
})

describe('where the environment says that a service is', () => {
  const options = (common: CommonConfig) => ({ attempts: 1, region: 'us-east-1', credentials: CREDENTIALS, common })
  const stsOf = (common: CommonConfig) => new STSClient({ ...configOf(options(common), 'STS'), retryMode: 'standard' })
  const asked = (client: STSClient) => client.send(new GetCallerIdentityCommand({}))

  it('is read once for each service', async () => {
    const [one, two] = [await startLoopbackAws(identity), await startLoopbackAws(identity)]
    const common = makeCommonConfig()
    process.env.AWS_ENDPOINT_URL_STS = one.url
    process.env.AWS_ENDPOINT_URL_IAM = two.url
    const first = stsOf(common)
    common.of(first.config)
    await asked(first)
    delete process.env.AWS_ENDPOINT_URL_STS
    await asked(stsOf(common))
    expect(one.requests).toHaveLength(2)
    const iam = makeIam({ ...options(common), account: '111122223333' })
    await iam.listTags('ann').catch(() => null)
    expect(two.requests).toHaveLength(1)
  })
  it('does not count for a client that names an endpoint', async () => {
    const [one, two] = [await startLoopbackAws(identity), await startLoopbackAws(identity)]
    const common = makeCommonConfig()
    process.env.AWS_ENDPOINT_URL = one.url
    const first = stsOf(common)
    common.of(first.config)
    await asked(first)
    await asked(new STSClient({ ...configOf({ ...options(common), endpoint: two.url }, 'STS'), retryMode: 'standard' }))
    expect(one.requests).toHaveLength(1)
    expect(two.requests).toHaveLength(1)
  })
  it('is not looked for again if it does not say so', async () => {
    const common = makeCommonConfig()
    common.of(stsOf(common).config)
    const found = () => common.parts('STS').ignoreConfiguredEndpointUrls === true
    for (let looks = 0; looks < 500 && !found(); looks += 1) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(common.parts('STS').ignoreConfiguredEndpointUrls).toBe(true)
    expect(common.parts('IAM').ignoreConfiguredEndpointUrls).toBeUndefined()
    expect(common.parts(null).ignoreConfiguredEndpointUrls).toBeUndefined()
  })
  it('is the same error for each client if it is no URL', async () => {
    const common = makeCommonConfig()
    process.env.AWS_ENDPOINT_URL = 'no-url'
    const first = stsOf(common)
    common.of(first.config)
    const errorOf = (client: STSClient) => asked(client).then(String, ({ name, message }: Error) => ({ name, message }))
    const error = await errorOf(first)
    expect(common.parts('STS').endpoint).toBe('no-url')
    expect(await errorOf(stsOf(common))).toEqual(error)
  })
  it('is looked for by each client if the first could not find out', async () => {
    const common = makeCommonConfig()
    const { config } = stsOf(common)
    common.of({ ...config, serviceConfiguredEndpoint: () => Promise.reject(new Error('no such services section')) })
    await new Promise(setImmediate)
    expect(common.parts('STS')).not.toHaveProperty('endpoint')
    expect(common.parts('STS')).not.toHaveProperty('ignoreConfiguredEndpointUrls')
  })
})

it('before the first client there is nothing to share', () => {
  expect(makeCommonConfig().parts('STS')).toEqual({})
})

it('a survey of many accounts at once is not held back by the SDK’s 50 connections', async () => {
  let requests = 0
  const all = Promise.withResolvers<string>()
  const { url, stop } = await openLoopbackServer(() => {
    requests += 1
    if (requests === 60) all.resolve('all are asked at once')
  })
  const iam = makeIam({
    ...{ account: '111122223333', attempts: 1, endpoint: url, region: 'us-east-1', credentials: CREDENTIALS },
    ...{ timeoutMilliseconds: 10_000, common: makeCommonConfig() },
  })
  const asked = Array.from({ length: 60 }, (_, n) => iam.listAccessKeys(`user-${n}`).catch(() => 'one is over'))
  const first = await Promise.race([all.promise, ...asked])
  await stop()
  await Promise.all(asked)
  expect(first).toBe('all are asked at once')
})
