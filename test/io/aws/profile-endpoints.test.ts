// Where the shared config files say that services are. The SDK's own client shows that it reads them in the same way.
import { IAMClient } from '@aws-sdk/client-iam'
import { describe, expect, it } from '@jest/globals'
import { endpointsOf } from '../../../io/aws/profile-endpoints.ts'
import { sharedFiles } from './shared-files.ts'

const CONFIG = `
[default]
endpoint_url = http://127.0.0.1:1
[profile bare]
region = eu-west-1
[profile all]
endpoint_url = http://127.0.0.1:2
[profile iam]
services = dev
[profile both]
services = dev
endpoint_url = http://127.0.0.1:3
[profile ignores]
endpoint_url = http://127.0.0.1:4
ignore_configured_endpoint_urls = true
[profile lost]
services = none
[services dev]
iam =
  endpoint_url = http://127.0.0.1:5
`
const [ALL, IAM] = ['http://127.0.0.1:2', 'http://127.0.0.1:5']
const NONE = { IAM: null, STS: null, CloudTrail: null }

describe('the endpoints of a profile', () => {
  it.each<[string, object]>([
    ['default', { IAM: 'http://127.0.0.1:1', STS: 'http://127.0.0.1:1', CloudTrail: 'http://127.0.0.1:1' }],
    ['bare', NONE],
    ['all', { IAM: ALL, STS: ALL, CloudTrail: ALL }],
    ['iam', { IAM, STS: null, CloudTrail: null }],
    ['both', { IAM, STS: 'http://127.0.0.1:3', CloudTrail: 'http://127.0.0.1:3' }],
    ['ignores', NONE],
    ['lost', NONE],
    ['nobody', NONE],
    ['constructor', NONE],
  ])('%s', async (profile, endpoints) => {
    sharedFiles(CONFIG)
    expect(await endpointsOf([profile], {})).toEqual([endpoints])
  })

  it('are not those of the environment, which wins for every profile', async () => {
    sharedFiles(CONFIG)
    const url = 'http://127.0.0.1:9'
    expect(await endpointsOf(['all', 'bare'], { AWS_ENDPOINT_URL: url })).toEqual(
      Array(2).fill({ IAM: url, STS: url, CloudTrail: url }),
    )
    expect(await endpointsOf(['all'], { AWS_ENDPOINT_URL_STS: url })).toEqual([{ IAM: ALL, STS: url, CloudTrail: ALL }])
    const ignoring = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_ENDPOINT_URL: url }
    expect(await endpointsOf(['all', 'bare'], ignoring)).toEqual([NONE, NONE])
  })

  it.each(['default', 'bare', 'all', 'iam', 'both', 'ignores'])(
    'are what the SDK uses with AWS_PROFILE=%s',
    async (profile) => {
      sharedFiles(CONFIG)
      process.env.AWS_PROFILE = profile
      const { serviceConfiguredEndpoint } = new IAMClient({}).config as {
        serviceConfiguredEndpoint?: () => Promise<string | undefined>
      }
      const [endpoints] = await endpointsOf([profile], {})
      expect((await serviceConfiguredEndpoint?.()) ?? null).toBe(endpoints?.IAM)
    },
  )
})
