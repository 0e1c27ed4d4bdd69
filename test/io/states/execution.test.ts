// Describing an execution over Step Functions' own protocol (AWS JSON 1.0).
import { describe, expect, it } from '@jest/globals'
import { makeExecution } from '../../../io/states/execution.ts'
import { errorWith } from '../../support/error-facts.ts'
import { type AwsRequest, CREDENTIALS, startLoopbackAws } from '../../support/loopback-aws.ts'

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod'
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:keysweep-prod:run-1'

const DESCRIBED = {
  executionArn: EXECUTION,
  stateMachineArn: MACHINE,
  name: 'run-1',
  status: 'RUNNING',
  startDate: 1_789_128_000.123,
  input: '{"mode":"plan"}',
}

const json = (status: number, body: object) => () => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
})
const error = (name: string, status = 400) =>
  json(status, { __type: `com.amazonaws.swf.service.v2.model#${name}`, message: `It is ${name}.` })

async function described(answer: () => object) {
  const { url, requests } = await startLoopbackAws(answer as never)
  const options = { endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS, attempts: 1 }
  return { asking: makeExecution(MACHINE, options)(EXECUTION), requests: requests as AwsRequest[] }
}

describe('an execution', () => {
  it('is described by its name, its start, whether it runs, and its input', async () => {
    const { asking, requests } = await described(json(200, DESCRIBED))
    expect(await asking).toEqual({
      runId: 'run-1',
      startedAt: '2026-09-11T12:00:00.123Z',
      isRunning: true,
      input: { mode: 'plan' },
    })
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.DescribeExecution')
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ executionArn: EXECUTION })
  })
  it.each(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT', 'PENDING_REDRIVE'])(
    'that is %s does not run',
    async (status) => {
      expect(await (await described(json(200, { ...DESCRIBED, status }))).asking).toMatchObject({ isRunning: false })
    },
  )
  it.each(['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException'])('is none after %s', async (name) => {
    expect(await (await described(error(name))).asking).toBeNull()
  })
  it.each([`${MACHINE}-2`, MACHINE.replace('prod', 'test'), MACHINE.replace('111122223333', '444455556666')])(
    'of another state machine is not ours: %s',
    async (stateMachineArn) => {
      expect(await (await described(json(200, { ...DESCRIBED, stateMachineArn }))).asking).toBeNull()
    },
  )
  it.each([
    ['an access that is denied', error('AccessDeniedException'), /AccessDeniedException/],
    ['a throttle', error('ThrottlingException'), /ThrottlingException/],
    ['a fault', error('InternalServerError', 500), /InternalServerError/],
    ['an empty answer', json(200, {}), /stateMachineArn.*name.*startDate.*status.*input/],
    ['a start that is no date', json(200, { ...DESCRIBED, startDate: undefined }), /startDate/],
    ['an answer without its name', json(200, { ...DESCRIBED, name: undefined }), /name/],
    ['an answer without its status', json(200, { ...DESCRIBED, status: undefined }), /status/],
    ['an answer without its machine', json(200, { ...DESCRIBED, stateMachineArn: undefined }), /stateMachineArn/],
    ['an answer without its input', json(200, { ...DESCRIBED, input: undefined }), /input/],
    ['an input that is not JSON', json(200, { ...DESCRIBED, input: '{' }), /input/],
  ])('is not known after %s', async (_, answer, received) => {
    const { asking } = await described(answer)
    await expect(asking).rejects.toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringMatching(received),
    })
  })
})

describe('the message of a failure', () => {
  const failure = async (answer: () => object, asked = EXECUTION) => {
    const { url } = await startLoopbackAws(answer as never)
    const options = { endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS, attempts: 1 }
    return makeExecution(MACHINE, options)(asked).catch((error: Error) => error)
  }
  it('names the execution, and what was received, up to the end of its first line', async () => {
    const answer = json(400, { __type: 'AccessDeniedException', message: 'It is denied.\nsecret-canary' })
    const failed = await failure(answer)
    expect(failed).toEqual(
      errorWith('MachineUnavailable', JSON.stringify(EXECUTION), 'AccessDeniedException: It is denied.'),
    )
    expect((failed as Error).message).not.toContain('secret-canary')
  })
  it('names of a long one its first 300 characters', async () => {
    const failed = await failure(error('AccessDeniedException'), 'x'.repeat(301))
    expect(failed).toEqual(errorWith('MachineUnavailable', JSON.stringify('x'.repeat(300))))
  })
  it('names the fields that are missing', async () => {
    const failed = await failure(json(200, { ...DESCRIBED, status: undefined, name: undefined }))
    expect(failed).toEqual(errorWith('MachineUnavailable', JSON.stringify(EXECUTION), 'name', 'status'))
    expect((failed as Error).message).not.toContain('startDate')
  })
  it('of an input that is not JSON has the reason as its cause', async () => {
    const failed = await failure(json(200, { ...DESCRIBED, input: '{' }))
    expect(failed).toMatchObject({ name: 'MachineUnavailable', cause: { name: 'SyntaxError' } })
    expect((failed as Error).message).toContain('DescribeExecution')
  })
})

it('is asked for by the environment, without options', async () => {
  const before = { ...process.env }
  const { url, requests } = await startLoopbackAws(json(200, DESCRIBED))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SFN: url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  })
  try {
    expect(await makeExecution(MACHINE)(EXECUTION)).toMatchObject({ runId: 'run-1' })
    expect(requests).toHaveLength(1)
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
})
