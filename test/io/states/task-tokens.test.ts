// Waking over Step Functions' own protocol (AWS JSON 1.0).
import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import type { SfnOptions } from '../../../io/states/sfn-client.ts'
import { makeWake } from '../../../io/states/task-tokens.ts'
import {
  type Answering,
  CREDENTIALS,
  noAnswer,
  nothing,
  patienceFor,
  stalling,
  startLoopbackAws,
  webPage,
} from '../../support/loopback-aws.ts'
import { startResetting } from '../resetting.ts'

const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAtaskTokenCanary'

const json =
  (status: number, body: string): Answering =>
  () => ({ status, body, headers: { 'content-type': 'application/x-amz-json-1.0' } })
/** A message of AWS's may quote what it was sent. */
const error = (status: number, type: string): Answering =>
  json(status, JSON.stringify({ __type: `com.amazonaws.states#${type}`, message: `${type}: '${TOKEN}'` }))

const wakeAt = (endpoint: string, options: SfnOptions = {}) =>
  makeWake({
    endpoint,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    attempts: 1,
    timeoutMilliseconds: patienceFor(),
    ...options,
  })(TOKEN)

describe('a wake', () => {
  it('sends the token with an answer that says nothing: only the decision in the store counts', async () => {
    const { url, requests } = await startLoopbackAws(json(200, '{}'))
    expect(await wakeAt(url)).toBe(true)
    expect(requests).toHaveLength(1)
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.SendTaskSuccess')
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ taskToken: TOKEN, output: '{}' })
  })
  it('that is answered with nothing is done: so the API reference has it', async () => {
    expect(await wakeAt((await startLoopbackAws(nothing)).url)).toBe(true)
  })
  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'that gets %s finds that the machine has continued, and is not sent again',
    async (type) => {
      const { url, requests } = await startLoopbackAws(error(400, type))
      expect(await wakeAt(url, { attempts: 3 })).toBe(false)
      expect(requests).toHaveLength(1)
    },
  )
  it('is sent again after a fault of Step Functions', async () => {
    const { url, requests } = await startLoopbackAws(error(500, 'InternalServerError'), json(200, '{}'))
    expect(await wakeAt(url, { attempts: 3 })).toBe(true)
    expect(requests).toHaveLength(2)
  })
})

describe('a wake with an unknown result is MachineUnavailable, and names no token:', () => {
  const failureAt = async (endpoint: string, options: SfnOptions = {}) => {
    const failure = await wakeAt(endpoint, options).then(
      (woken) => `woken: ${woken}`,
      (thrown: Error) => thrown,
    )
    expect(failure).toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringMatching(/SendTaskSuccess .*\b(\w+(Error|Exception)|Error|InvalidOutput)\b/),
    })
    // With its cause, its stack and every field.
    expect(inspect(failure, { depth: null, showHidden: true })).not.toMatch(/Canary|secret-canary/)
  }

  it.each<[string, Answering]>([
    ['a throttle', error(400, 'ThrottlingException')],
    ['a 500', error(500, 'InternalServerError')],
    ['a 500 with a web page', () => ({ ...webPage(), status: 500 })],
    ['a refusal', error(400, 'AccessDeniedException')],
    ['a key that AWS does not know', error(400, 'UnrecognizedClientException')],
    ['an output that AWS does not take', error(400, 'InvalidOutput')],
    ['a KMS key that may not be used', error(400, 'KmsAccessDeniedException')],
    ['a web page', webPage],
    ['an answer that breaks off', json(200, '{"a')],
    ['no answer', noAnswer],
    ['an answer that stalls', stalling(json(200, '{}'))],
    ['a refusal that stalls', stalling(error(400, 'TaskTimedOut'))],
  ])('%s', async (_, answer) =>
    failureAt((await startLoopbackAws(answer)).url, { timeoutMilliseconds: patienceFor(answer) }),
  )

  it('a connection that is reset', async () => failureAt(await startResetting()))
})
