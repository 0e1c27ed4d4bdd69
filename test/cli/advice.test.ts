// What is printed about an error first says what happened, and its advice names the variable that the call went by.
import { describe, expect, it } from '@jest/globals'
import { ADVICE, adviceOn } from '../../cli/advice.ts'
import { failureLine } from '../../cli/failure.ts'

const ENV = {
  AWS_ENDPOINT_URL: 'http://all',
  AWS_ENDPOINT_URL_STS: 'http://sts',
  AWS_ENDPOINT_URL_IAM: 'http://iam',
  AWS_ENDPOINT_URL_S3: 'http://s3',
  AWS_ENDPOINT_URL_CLOUDTRAIL: 'http://trail',
  AWS_ENDPOINT_URL_SFN: 'http://states',
}

describe('the endpoint that the advice names', () => {
  it.each([
    ['GetCallerIdentity: Error: connect ECONNREFUSED 127.0.0.1:9', 'STS'],
    ['GenerateCredentialReport: Error: connect ECONNREFUSED 127.0.0.1:9', 'IAM'],
    ['UpdateAccessKey of AKIAIDLEIDLEIDLEIDLE of user bob: TimeoutError: socket hang up', 'IAM'],
    ['Cannot list runs/ in s3://bucket: no usable answer from S3; Error: ECONNRESET', 'S3'],
    ['LookupEvents: Error: getaddrinfo ENOTFOUND trail', 'CLOUDTRAIL'],
    ['Cannot start run r of arn:aws:states:eu-west-1:111122223333:stateMachine:k: ECONNREFUSED', 'SFN'],
  ])('is that of the call: %s', (message, id) => {
    const { [`AWS_ENDPOINT_URL_${id}` as keyof typeof ENV]: own } = ENV
    expect(adviceOn(message, ENV)).toContain(`AWS_ENDPOINT_URL_${id} (${own}`)
    expect(adviceOn(message, ENV)).not.toContain('http://all')
    expect(adviceOn(message, { AWS_ENDPOINT_URL: 'http://all' })).toContain('AWS_ENDPOINT_URL (http://all')
    expect(adviceOn(message, {})).toContain('AWS_ENDPOINT_URL (not set)')
  })

  it('is each that is set, if the message names no call', () => {
    const advice = adviceOn('Cannot call AWS: Invalid URL', {
      AWS_ENDPOINT_URL_STS: 'x',
      AWS_ENDPOINT_URL: 'y',
      OTHER: 'z',
    })
    expect(advice?.match(/AWS_ENDPOINT_URL\w* \(\w/g)).toEqual(['AWS_ENDPOINT_URL (y', 'AWS_ENDPOINT_URL_STS (x'])
  })
})

describe('an error because of missing credentials', () => {
  const received = 'GetCallerIdentity: CredentialsProviderError: Could not load credentials from any providers'

  it('says first that there are none, then what to do, then what the SDK said', () => {
    const line = failureLine(`${received}.`, {})
    const places = ['credentials', ADVICE.setCredentials.say('', {}), received].map((part) => line.indexOf(part))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
    expect(line.indexOf('Provider')).toBeGreaterThan(line.indexOf('AWS_ACCESS_KEY_ID'))
  })

  it('of a run says first which run', () => {
    expect(failureLine(`Run r refused: ${received}`, {})).toMatch(/^keysweep: Run r /)
  })
})
