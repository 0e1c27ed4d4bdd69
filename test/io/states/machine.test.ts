// The deployed machine over Step Functions' own protocol (AWS JSON 1.0).
import { describe, expect, it } from '@jest/globals'
import { type HistoryEvent, type Machine, makeMachine } from '../../../io/states/machine.ts'
import type { SfnOptions } from '../../../io/states/sfn-client.ts'
import { factsIn } from '../../support/error-facts.ts'
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

const ARN = 'arn:aws:states:eu-central-1:111122223333:stateMachine:keysweep'
const RUN_ARN = 'arn:aws:states:eu-central-1:111122223333:execution:keysweep:run-1'

const json =
  (status: number, body: unknown): Answering =>
  () => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.0' } })
const error = (status: number, type: string, message = `It is ${type}.`): Answering =>
  json(status, { __type: `com.amazonaws.states#${type}`, message })

const machineAt = (endpoint: string, options: SfnOptions = {}): Machine =>
  makeMachine(ARN, {
    endpoint,
    credentials: CREDENTIALS,
    attempts: 1,
    timeoutMilliseconds: patienceFor(),
    ...options,
  })

/** A machine that answers so, and what it was asked. A history that is asked for on and on ends in a refusal. */
async function machineThat(...answers: Answering[]) {
  const again = Array.from({ length: 10 }, () => answers.at(-1) ?? nothing)
  const { url, requests } = await startLoopbackAws(...answers, ...again, error(400, 'TooManyRequests'))
  return { machine: machineAt(url), requests, asked: () => requests.map(({ body }) => JSON.parse(body)) }
}

describe('a start', () => {
  it("asks the machine's own Region for an execution of the run's name, with its input", async () => {
    const { machine, requests, asked } = await machineThat(json(200, { executionArn: RUN_ARN, startDate: 1 }))
    expect(await machine.start('run-1', { mode: 'report' })).toBe(RUN_ARN)
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.StartExecution')
    expect(requests[0]?.headers.authorization).toContain('/eu-central-1/states/aws4_request')
    expect(asked()).toEqual([{ stateMachineArn: ARN, name: 'run-1', input: '{"mode":"report"}' }])
  })
  it('is asked for again after a fault of Step Functions: under its name nothing starts twice', async () => {
    const { url, requests } = await startLoopbackAws(
      error(500, 'InternalServerError'),
      json(200, { executionArn: RUN_ARN }),
    )
    expect(await machineAt(url, { attempts: 3 }).start('run-1', {})).toBe(RUN_ARN)
    expect(requests).toHaveLength(2)
  })
})

describe('the status of a run', () => {
  it.each([
    ['running', { status: 'RUNNING', input: '{}' }, { status: 'RUNNING', input: '{}' }],
    ['over', { status: 'SUCCEEDED', output: '{}' }, { status: 'SUCCEEDED', output: '{}' }],
    [
      'failed',
      { status: 'FAILED', error: 'InputRefused', cause: 'A rule.' },
      { status: 'FAILED', error: 'InputRefused', cause: 'A rule.' },
    ],
  ])('is shown for one that is %s', async (_, answer, seen) => {
    const { machine, requests, asked } = await machineThat(json(200, { executionArn: RUN_ARN, ...answer }))
    const nothingMore = { error: null, cause: null, output: null, input: null }
    expect(await machine.describe('run-1')).toEqual({ ...nothingMore, ...seen })
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.DescribeExecution')
    expect(asked()).toEqual([{ executionArn: RUN_ARN }])
  })
})

describe('a stop', () => {
  it('is asked for by name, and says who stopped it', async () => {
    const { machine, requests, asked } = await machineThat(json(200, { stopDate: 1 }))
    await machine.stop('run-1')
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.StopExecution')
    expect(asked()).toEqual([
      { executionArn: RUN_ARN, error: 'Stopped', cause: expect.stringContaining('keysweep stop') },
    ])
  })
  it('is not taken for done without its time', async () => {
    const { machine } = await machineThat(json(200, {}))
    await expect(machine.stop('run-1')).rejects.toMatchObject({
      name: 'MachineUnavailable',
      message: factsIn('run-1', 'stop'),
    })
  })
})

describe('the history of a run', () => {
  const event = (id: number, fields: object = {}) => ({ id, timestamp: id, type: 'PassStateEntered', ...fields })
  const page = (...events: object[]) => json(200, { events })
  const goingOn = (nextToken: string, ...events: object[]) => json(200, { events, nextToken })
  const idsOf = (events: HistoryEvent[]) => events.map(({ id }) => id)

  it.each<[string, object, Partial<HistoryEvent>]>([
    ['the first', {}, {}],
    ['one that another led to', { previousEventId: 4 }, { previousId: 4 }],
    ['a state that is entered', { stateEnteredEventDetails: { name: 'Make plan' } }, { state: 'Make plan' }],
    ['a state that is left', { stateExitedEventDetails: { name: 'Make plan' } }, { state: 'Make plan' }],
    ['a Map that starts', { mapStateStartedEventDetails: { length: 7 } }, { items: 7 }],
    ['an iteration that starts', { mapIterationStartedEventDetails: { name: 'Keys', index: 0 } }, { index: 0 }],
    ['an iteration that succeeds', { mapIterationSucceededEventDetails: { name: 'Keys', index: 2 } }, { index: 2 }],
    ['an iteration that fails', { mapIterationFailedEventDetails: { name: 'Keys', index: 3 } }, { index: 3 }],
    [
      'a task that fails',
      { taskFailedEventDetails: { error: 'StoreRefused', cause: '{}' } },
      { error: 'StoreRefused' },
    ],
    ['a task that fails without a name', { taskFailedEventDetails: {} }, { error: 'States.TaskFailed' }],
    ['a task that times out', { taskTimedOutEventDetails: { error: 'States.Timeout' } }, { error: 'States.Timeout' }],
    ['a task that is not begun', { taskSubmitFailedEventDetails: { error: 'Lambda.X' } }, { error: 'Lambda.X' }],
  ])('tells of %s what a display needs', async (_, fields, told) => {
    const { machine } = await machineThat(page({ id: 5, timestamp: 1_789_128_000.25, type: 'Some', ...fields }))
    expect(await machine.eventsAfter('run-1', 0)).toEqual([
      {
        id: 5,
        previousId: 0,
        at: '2026-09-11T12:00:00.250Z',
        type: 'Some',
        state: null,
        index: null,
        items: null,
        error: null,
        ...told,
      },
    ])
  })

  it('is asked for without its data, which holds the task token, and from the newest back', async () => {
    const { machine, requests, asked } = await machineThat(page(event(1)))
    await machine.eventsAfter('run-1', 0)
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSStepFunctions.GetExecutionHistory')
    expect(asked()).toEqual([
      { executionArn: RUN_ARN, reverseOrder: true, includeExecutionData: false, maxResults: 200 },
    ])
  })
  it('is read page by page, and told in order', async () => {
    const { machine, asked } = await machineThat(
      goingOn('a', event(5), event(4)),
      goingOn('b'),
      goingOn('c', event(3), event(2)),
      page(event(1)),
    )
    expect(idsOf(await machine.eventsAfter('run-1', 0))).toEqual([1, 2, 3, 4, 5])
    expect(asked().map(({ nextToken }) => nextToken)).toEqual([undefined, 'a', 'b', 'c'])
  })
  it('names each event once, also where it grew between two pages and the second begins with what the first held', async () => {
    const { machine } = await machineThat(goingOn('a', event(4), event(3)), page(event(3), event(2), event(1)))
    expect(idsOf(await machine.eventsAfter('run-1', 0))).toEqual([1, 2, 3, 4])
  })
  it.each([
    [4, [5], 1],
    [3, [4, 5], 2],
    [2, [3, 4, 5], 2],
    [5, [], 1],
  ])('is read back to event %i and no further', async (after, ids, pages) => {
    const { machine, requests } = await machineThat(
      goingOn('a', event(5), event(4)),
      goingOn('b', event(3), event(2)),
      page(event(1)),
    )
    expect(idsOf(await machine.eventsAfter('run-1', after))).toEqual(ids)
    expect(requests).toHaveLength(pages)
  })
})

const CALLS: [string, string, (machine: Machine) => Promise<unknown>][] = [
  ['start', 'start', (machine) => machine.start('run-1', {})],
  ['describe', 'status', (machine) => machine.describe('run-1')],
  ['eventsAfter', 'history', (machine) => machine.eventsAfter('run-1', 0)],
]

const failureOf = (call: Promise<unknown>) =>
  call.then(
    (answer) => ({ answer }),
    ({ name, message, because }) => ({ name, message, ...(because !== undefined && { because }) }),
  )

describe.each(CALLS)('%s says what it could not do, and whether a retry may help,', (_, what, call) => {
  it('of no answer', async () => {
    const { machine } = await machineThat(error(503, 'ServiceUnavailable'))
    expect(await failureOf(call(machine))).toEqual({
      name: 'MachineUnavailable',
      message: factsIn(what, 'run-1', ARN, 'ServiceUnavailable: It is ServiceUnavailable.'),
    })
  })
  it('of a no', async () => {
    const { machine } = await machineThat(error(400, 'AccessDeniedException'))
    expect(await failureOf(call(machine))).toEqual({
      name: 'MachineRefused',
      message: factsIn(what, 'run-1', ARN, 'AccessDeniedException: It is AccessDeniedException.'),
      because: 'AccessDeniedException',
    })
  })
})

describe('MachineUnavailable, which a retry may mend, is', () => {
  it.each<[string, Answering, string]>([
    ['a throttle', error(400, 'ThrottlingException'), 'ThrottlingException: It is'],
    ['a throttle by its short name', error(400, 'Throttling'), 'Throttling: It is'],
    ['a service that is away', error(400, 'ServiceUnavailable'), 'ServiceUnavailable: It is'],
    ['a fault of the service', error(400, 'InternalFailure'), 'InternalFailure: It is'],
    ['a request that came too late', error(400, 'RequestTimeout'), 'RequestTimeout: It is'],
    ['a 500', error(500, 'SomethingNew'), 'SomethingNew: It is'],
    ['a web page', webPage, 'SyntaxError: '],
    ['no answer', noAnswer, 'TimeoutError: '],
    ['an answer that stalls', stalling(json(200, { status: 'RUNNING' })), 'TimeoutError: '],
    ['a refusal that stalls', stalling(error(400, 'InvalidArn')), 'TimeoutError: '],
    ['an answer without a status', json(200, {}), 'an answer without a status'],
    ['nothing', nothing, 'an answer without a status'],
  ])('%s', async (_, answer, received) => {
    const { url } = await startLoopbackAws(answer)
    const failure = await failureOf(machineAt(url, { timeoutMilliseconds: patienceFor(answer) }).describe('run-1'))
    expect(failure).toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringContaining(`received ${received}`),
    })
  })
  it('a connection that is reset', async () => {
    const failure = await failureOf(machineAt(await startResetting()).describe('run-1'))
    expect(failure).toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringMatching(/received .*ECONNRESET/),
    })
  })
  it.each<[string, (machine: Machine) => Promise<unknown>, unknown, string]>([
    ['a start', (machine) => machine.start('run-1', {}), {}, "an execution's ARN"],
    ['a history', (machine) => machine.eventsAfter('run-1', 0), {}, 'list of events'],
    ['an event', (machine) => machine.eventsAfter('run-1', 0), { timestamp: 1, type: 'Some' }, "an event's id"],
    ['an event', (machine) => machine.eventsAfter('run-1', 0), { id: 1, type: 'Some' }, "an event's time"],
    ['an event', (machine) => machine.eventsAfter('run-1', 0), { id: 1, timestamp: 1 }, "an event's type"],
  ])('%s without what it must contain: %#', async (what, call, told, lacks) => {
    const { machine } = await machineThat(json(200, what === 'an event' ? { events: [told] } : told))
    expect(await failureOf(call(machine))).toMatchObject({
      name: 'MachineUnavailable',
      message: expect.stringMatching(new RegExp(`received an answer without .*${lacks}$`)),
    })
  })
})

describe('MachineRefused, which a person must mend, is', () => {
  it.each([
    ['StateMachineDoesNotExist', 'state machine'],
    ['ExecutionDoesNotExist', 'on this state machine'],
    ['InvalidArn', 'not the ARN'],
    ['ExecutionAlreadyExists', 'used before'],
    ['ExecutionLimitExceeded', 'too many executions'],
    ['AccessDeniedException', 'access denied'],
    ['SomethingNew', 'Step Functions refused'],
  ])('%s', async (name, cause) => {
    const { machine } = await machineThat(error(400, name))
    expect(await failureOf(machine.start('run-1', {}))).toMatchObject({
      name: 'MachineRefused',
      message: factsIn('run-1', ARN, cause, `${name}: It is ${name}.`),
      because: name,
    })
  })
  it('a redirect', async () => {
    const { machine } = await machineThat(error(300, 'SomethingNew'))
    expect(await failureOf(machine.describe('run-1'))).toMatchObject({ name: 'MachineRefused' })
  })
  it.each(['CredentialsProviderError', 'TokenProviderError'])('%s: there are no credentials', async (name) => {
    const credentials = (() => Promise.reject(Object.assign(new Error('None.'), { name }))) as never
    expect(await failureOf(machineAt('http://127.0.0.1:9', { credentials }).describe('run-1'))).toMatchObject({
      name: 'MachineRefused',
      message: factsIn('credentials', `${name}: None.`),
    })
  })
  it('a token that no header can hold', async () => {
    const credentials = { ...CREDENTIALS, sessionToken: 'pasted\n' }
    const failure = await failureOf(machineAt('http://127.0.0.1:9', { credentials }).describe('run-1'))
    expect(failure).toMatchObject({
      name: 'MachineRefused',
      message: factsIn('credentials', 'line break', 'Invalid character in header content'),
    })
  })
})

describe('what Step Functions says', () => {
  it('is shown up to the end of its first line', async () => {
    const { machine } = await machineThat(error(400, 'InvalidArn', 'It is none.\nAsk your administrator.'))
    expect(await failureOf(machine.describe('run-1'))).toMatchObject({
      message: expect.stringMatching(/ InvalidArn: It is none\.$/),
    })
  })
  it('is shown up to 300 characters', async () => {
    const { machine } = await machineThat(error(400, 'InvalidArn', 'long'.repeat(100)))
    expect(await failureOf(machine.describe('run-1'))).toMatchObject({
      message: expect.stringMatching(/ InvalidArn: (long){75}$/),
    })
  })
})
