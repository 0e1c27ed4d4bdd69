// Looking for another open run over Step Functions' own protocol (AWS JSON 1.0).
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { OpenRun } from '../../../core/run/beside.ts'
import { makeOpenRuns, makeOtherOpenRun } from '../../../io/states/executions.ts'
import type { SfnOptions } from '../../../io/states/sfn-client.ts'
import { errorWith } from '../../support/error-facts.ts'
import {
  type Answering,
  type AwsRequest,
  CREDENTIALS,
  noAnswer,
  nothing,
  patienceFor,
  stalling,
  startLoopbackAws,
  webPage,
} from '../../support/loopback-aws.ts'
import { startResetting } from '../resetting.ts'

const STARTED = Date.parse('2026-09-11T12:00:00.250Z')
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep'

const json =
  (status: number, body: unknown): Answering =>
  () => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.0' } })
const refusal = (message: string): Answering => json(400, { __type: 'AccessDeniedException', message })
const error = (status: number, type: string): Answering =>
  json(status, { __type: `com.amazonaws.states#${type}`, message: `It is ${type}.` })

/** Running executions, as Step Functions lists them: by their start, in milliseconds after ours. */
const running = (...executions: [name: string, after: number][]): Answering =>
  json(200, { executions: executions.map(([name, after]) => ({ name, startDate: (STARTED + after) / 1000 })) })

const runOf = (runId: string, after = 0) => ({
  runId,
  executionId: `arn:aws:states:eu-west-1:111122223333:execution:keysweep:${runId}`,
  startedAt: new Date(STARTED + after).toISOString(),
})

/** What DescribeExecution says of an execution. */
const description = (executionArn: string, fields: object = {}) => ({
  executionArn,
  stateMachineArn: executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, ''),
  name: executionArn.split(':').at(-1),
  status: 'RUNNING',
  startDate: STARTED / 1000,
  input: JSON.stringify({ mode: 'apply', of: executionArn.split(':').at(-1) }),
  ...fields,
})

const describing =
  (fields: object): Answering =>
  (request) =>
    json(200, description(JSON.parse(request.body).executionArn, fields))(request)

/** Answers to ListExecutions, one after the other, and the same to every DescribeExecution. */
async function startMachine(answers: Answering[], described: Answering = describing({})) {
  let lists = 0
  const isList = ({ headers }: Pick<AwsRequest, 'headers'>) =>
    headers['x-amz-target'] === 'AWSStepFunctions.ListExecutions'
  const { url, requests } = await startLoopbackAws((request) =>
    isList(request) ? (answers[Math.min(lists++, answers.length - 1)]?.(request) ?? null) : described(request),
  )
  return { url, requests, lists: () => requests.filter(isList) }
}

/** Every run that began before keeps this one out. */
const otherOpenRunAt = (endpoint: string, options: SfnOptions = {}, keepsOut = (_: OpenRun) => true) => {
  const otherOpenRun = makeOtherOpenRun({
    endpoint,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    attempts: 1,
    timeoutMilliseconds: patienceFor(),
    ...options,
  })
  return (run: Parameters<typeof otherOpenRun>[0]) => otherOpenRun(run, keepsOut)
}

describe('another open run', () => {
  it.each<[string, string | null, [string, number][]]>([
    ['is none where there is only this one', null, [['run-5', 0]]],
    ['is none where this one is not listed yet', null, []],
    ['is not this one, even where the list has it start a little earlier', null, [['run-5', -1]]],
    ['is one that was started before', 'run-9', [['run-9', -1]]],
    ['is not one that was started after', null, [['run-1', 1]]],
    ['of the same millisecond is the one of the lesser name', 'run-4', [['run-4', 0]]],
    ['of the same millisecond is not the one of the greater name', null, [['run-6', 0]]],
    [
      'is found among others',
      'run-8',
      [
        ['run-7', 5],
        ['run-5', 0],
        ['run-8', -5],
      ],
    ],
  ])('%s', async (_, other, executions) => {
    const { url } = await startMachine([running(...executions)])
    expect(await otherOpenRunAt(url)(runOf('run-5'))).toBe(other)
  })

  it.each([
    ['arn:aws:states:eu-west-1:111122223333:execution:keysweep:run-5', MACHINE],
    [
      'arn:aws-us-gov:states:us-gov-west-1:111122223333:execution:keysweep-prod:run-5',
      'arn:aws-us-gov:states:us-gov-west-1:111122223333:stateMachine:keysweep-prod',
    ],
  ])('is looked for among the running executions of the same machine: %s', async (executionId, stateMachineArn) => {
    const { url, lists } = await startMachine([running()])
    await otherOpenRunAt(url)({ ...runOf('run-5'), executionId })
    expect(lists()[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.ListExecutions')
    expect(JSON.parse(lists()[0]?.body ?? '')).toEqual({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 100 })
  })

  it('leaves exactly one to go on, of all that see each other', async () => {
    let listed: [string, number][] = []
    const { url } = await startMachine([(request) => running(...listed)(request)])
    const otherOpenRun = otherOpenRunAt(url, { timeoutMilliseconds: 10_000 })
    const executions = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/), fc.nat(2)), {
      minLength: 1,
      maxLength: 6,
      selector: ([name]) => name,
    })
    await fc.assert(
      fc.asyncProperty(executions, async (all) => {
        listed = all
        const others = await Promise.all(all.map(([name, after]) => otherOpenRun(runOf(name, after))))
        expect(others.filter((other) => other === null)).toHaveLength(1)
      }),
      { numRuns: 50 },
    )
  })

  const page = (executions: [string, number][], nextToken: string): Answering =>
    json(200, {
      executions: executions.map(([name, after]) => ({ name, startDate: (STARTED + after) / 1000 })),
      nextToken,
    })
  it('is found on the second page, behind a hundred younger ones', async () => {
    const younger = Array.from({ length: 100 }, (_, n): [string, number] => [`younger-${n}`, 1 + n])
    const { url, lists } = await startMachine([page(younger, 'more'), running(['run-1', -60_000])])
    expect(await otherOpenRunAt(url)(runOf('run-5'))).toBe('run-1')
    expect(JSON.parse(lists()[1]?.body ?? '')).toMatchObject({ stateMachineArn: MACHINE, nextToken: 'more' })
  })
  it('is found behind an empty page', async () => {
    const { url } = await startMachine([page([], 'more'), running(['run-1', -60_000])])
    expect(await otherOpenRunAt(url)(runOf('run-5'))).toBe('run-1')
  })
  it('is found without the pages behind it', async () => {
    const { url, lists } = await startMachine([page([['run-1', -1]], 'more'), running()])
    expect(await otherOpenRunAt(url)(runOf('run-5'))).toBe('run-1')
    expect(lists()).toHaveLength(1)
  })

  it('is one that keeps this one out by its input, as Step Functions describes it', async () => {
    const { url } = await startMachine([running(['run-1', -3], ['run-2', -2], ['run-3', -1], ['run-9', 1])])
    const seen: OpenRun[] = []
    const keepsOut = (other: OpenRun) => seen.push(other) > 0 && other.runId === 'run-2'
    expect(await otherOpenRunAt(url, {}, keepsOut)(runOf('run-5'))).toBe('run-2')
    const inputs = seen.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))
    expect(inputs).toEqual(['run-1', 'run-2', 'run-3'].map((runId) => ({ runId, input: { mode: 'apply', of: runId } })))
    expect(await otherOpenRunAt(url, {}, () => false)(runOf('run-5'))).toBeNull()
  })
  it('is none that has ended since it was listed', async () => {
    const { url } = await startMachine([running(['run-1', -1])], describing({ status: 'SUCCEEDED' }))
    expect(await otherOpenRunAt(url)(runOf('run-5'))).toBeNull()
  })
  it.each<[string, Answering]>([
    ['is not found', error(400, 'ExecutionDoesNotExist')],
    ['is described as one of another machine', describing({ stateMachineArn: `${MACHINE}-2` })],
    ['cannot be described', error(400, 'ThrottlingException')],
    ['is described without its input', describing({ input: undefined })],
  ])('may be any if it %s: the question is asked again', async (_, described) => {
    const { url } = await startMachine([running(['run-1', -1])], described)
    await expect(otherOpenRunAt(url, {}, () => false)(runOf('run-5'))).rejects.toThrow(
      errorWith('MachineUnavailable', 'DescribeExecution', 'run-1'),
    )
  })

  it('is asked for again after a fault of Step Functions', async () => {
    const { url, lists } = await startMachine([error(500, 'InternalServerError'), running(['run-9', -1])])
    expect(await otherOpenRunAt(url, { attempts: 3 })(runOf('run-5'))).toBe('run-9')
    expect(lists()).toHaveLength(2)
  })
})

it('all open runs of a machine are listed by their ids', async () => {
  const { url, requests } = await startLoopbackAws(running(['run-1', 0], ['run-2', 5]))
  const openRuns = makeOpenRuns({ endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS, attempts: 1 })
  expect(await openRuns(MACHINE)).toEqual(['run-1', 'run-2'])
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ stateMachineArn: MACHINE, statusFilter: 'RUNNING' })
})

describe('what is no list of executions is MachineUnavailable, never "none":', () => {
  const failureAt = async (endpoint: string, received: RegExp, options: SfnOptions = {}) => {
    const failure = otherOpenRunAt(endpoint, options)(runOf('run-5'))
    await expect(failure).rejects.toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringMatching(received),
    })
    await expect(failure).rejects.toMatchObject({
      message: expect.stringContaining(`ListExecutions of ${MACHINE}: `),
    })
  }

  it.each<[string, Answering, RegExp]>([
    ['a throttle', error(400, 'ThrottlingException'), /ThrottlingException: It is ThrottlingException\.$/],
    ['a 500', error(500, 'InternalServerError'), /InternalServerError/],
    ['a refusal', error(400, 'AccessDeniedException'), /AccessDeniedException/],
    ['a machine that is not there', error(400, 'StateMachineDoesNotExist'), /StateMachineDoesNotExist/],
    ['nothing', nothing, /executions: missing/],
    ['an answer without a list', json(200, {}), /executions: missing/],
    ['a list that is none', json(200, { executions: 'none' }), /received string/],
    ['an execution without a name', json(200, { executions: [{ startDate: 0 }] }), /0\.name/],
    ['an execution with an empty name', json(200, { executions: [{ name: '', startDate: 0 }] }), /0\.name/],
    ['an execution without a start', json(200, { executions: [{ name: 'run-1' }] }), /0\.startDate/],
    ['a web page', webPage, /SyntaxError/],
    ['a long refusal', refusal('long'.repeat(100)), /: AccessDeniedException: (long){69}l$/],
    ['a refusal of two lines', refusal('No.\nAsk your administrator.'), /: AccessDeniedException: No\.$/],
    ['no answer', noAnswer, /TimeoutError/],
    ['an answer that stalls', stalling(running(['run-5', 0])), /TimeoutError: .*\bSFN\b.* 100 ms$/],
  ])('%s', async (_, answer, received) =>
    failureAt((await startLoopbackAws(answer)).url, received, { timeoutMilliseconds: patienceFor(answer) }),
  )

  it('a connection that is reset', async () => failureAt(await startResetting(), /ECONNRESET/))

  it('a list without an end', async () => {
    const goesOn = json(200, { executions: [], nextToken: 'x' })
    const { url, requests } = await startLoopbackAws(...Array(30).fill(goesOn), refusal('More than 30 requests'))
    const received = errorWith('MachineUnavailable', MACHINE, 2000, '20 pages')
    await expect(otherOpenRunAt(url)(runOf('run-5'))).rejects.toThrow(received)
    expect(requests).toHaveLength(20)
  })
})
