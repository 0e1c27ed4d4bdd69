// What the clients of a process share: connections, and what the first of them has read of the environment.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, it } from '@jest/globals'
import { makeCommonConfig } from '../../../io/aws/common-config.ts'
import { configOf } from '../../../io/iam/client-options.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'

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

it('before the first client there is nothing to share', () => {
  expect(makeCommonConfig().parts()).toEqual({})
})

it('a survey of many accounts at once is not held back by the SDK’s 50 connections', async () => {
  const aws = await startLoopbackAws(() => null)
  const iam = makeIam({
    ...{ account: '111122223333', attempts: 1, endpoint: aws.url, region: 'us-east-1', credentials: CREDENTIALS },
    ...{ timeoutMilliseconds: 1000, common: makeCommonConfig() },
  })
  const asked = Array.from({ length: 60 }, (_, n) => iam.listAccessKeys(`user-${n}`).catch(() => null))
  const deadline = Date.now() + 900
  while (aws.requests.length < 60 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(aws.requests).toHaveLength(60)
  await Promise.all(asked)
})
