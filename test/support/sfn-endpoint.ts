// Step Functions over this machine's loopback address (JSON 1.0), with the real engine behind it: StartExecution,
// DescribeExecution, GetExecutionHistory, ListExecutions, StopExecution, SendTaskSuccess. The history is made of what the engine tells,
// in the shape in which AWS gives it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { EngineEvent, Execution, ExecutionResult } from '../../engine/step-functions.ts'
import { openLoopbackServer } from './loopback-server.ts'
import { type HistoryItem, makeHistory } from './sfn-history.ts'

/** The engine makes its executions up in this account and Region. */
export const MACHINE_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'

export interface StartOptions {
  runId: string
  input: unknown
  onEvent: (event: EngineEvent) => void
  /** A task has got its token and waits for an answer. */
  onSubmitted: () => void
}

/** Starts an execution in the engine. */
export type Start = (options: StartOptions) => Execution

/** What stands behind the endpoint. */
interface Behind {
  start: Start
  now: () => Date
}

interface Started {
  name: string
  input: string
  startDate: number
  execution: Execution
  result: ExecutionResult | null
  history: HistoryItem[]
}

export interface SfnEndpoint {
  url: string
  /** Every request: the operation and what it asked. */
  requests: { operation: string; asked: Record<string, unknown> }[]
  executions: Map<string, Started>
  /** Answers the next requests of an operation with an error of this name instead. */
  refuse: (operation: string, name: string, message?: string, times?: number) => void
  stop: () => Promise<void>
}

class Refusal extends Error {
  constructor(name: string, message = '') {
    super(message)
    this.name = name
  }
}

/** Starts the endpoint with one state machine. */
export async function startSfnEndpoint(start: Start, now = () => new Date()): Promise<SfnEndpoint> {
  const refusals: { operation: string; name: string; message: string; times: number }[] = []
  const server = await openLoopbackServer((request, response) =>
    answer(endpoint, { start, now }, refusals, request, response),
  )
  const endpoint: SfnEndpoint = {
    url: server.url,
    requests: [],
    executions: new Map(),
    refuse: (operation, name, message = '', times = 1) => void refusals.push({ operation, name, message, times }),
    async stop() {
      for (const { execution } of endpoint.executions.values()) await execution.stop()
      await server.stop()
    },
  }
  return endpoint
}

async function answer(
  endpoint: SfnEndpoint,
  machine: Behind,
  refusals: { operation: string; name: string; message: string; times: number }[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const operation = String(request.headers['x-amz-target']).replace('AWSStepFunctions.', '')
  const asked = JSON.parse(await text(request))
  endpoint.requests.push({ operation, asked })
  const send = (status: number, body: unknown) =>
    void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body))
  try {
    const refusal = refusals.find((one) => one.operation === operation && one.times-- > 0)
    if (refusal) throw new Refusal(refusal.name, refusal.message)
    send(200, carryOut(endpoint, machine, operation, asked))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    send(error.name === 'ThrottlingException' ? 429 : 400, {
      __type: `com.amazonaws.swf.service.v2.model#${error.name}`,
      message: error.message,
    })
  }
}

function carryOut(endpoint: SfnEndpoint, machine: Behind, operation: string, asked: Record<string, unknown>): unknown {
  switch (operation) {
    case 'StartExecution':
      return startOne(endpoint, machine, asked)
    case 'DescribeExecution':
      return describe(executionIn(endpoint, asked), asked)
    case 'GetExecutionHistory':
      return pageOfHistory(executionIn(endpoint, asked), asked)
    case 'StopExecution':
      return stopOne(executionIn(endpoint, asked), machine)
    case 'ListExecutions':
      return { executions: [...endpoint.executions].flatMap(([arn, one]) => listed(arn, one, asked)) }
    case 'SendTaskSuccess':
      return wake(endpoint, String(asked.taskToken), String(asked.output))
    default:
      throw new Refusal('UnknownOperationException')
  }
}

const arnOf = (name: string): string => `${MACHINE_ARN.replace(':stateMachine:', ':execution:')}:${name}`

/** The same name and input again is the same execution; another input under the name is refused. */
function startOne(
  { executions }: SfnEndpoint,
  machine: Behind,
  { stateMachineArn, name, input }: Record<string, unknown>,
) {
  if (stateMachineArn !== MACHINE_ARN)
    throw new Refusal('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`)
  const executionArn = arnOf(String(name))
  const stands = executions.get(executionArn)
  if (stands !== undefined && (stands.input !== input || stands.result !== null))
    throw new Refusal('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`)
  const started = stands ?? begin(machine, String(name), String(input))
  executions.set(executionArn, started)
  return { executionArn, startDate: started.startDate }
}

function begin({ start, now }: Behind, name: string, input: string): Started {
  const history = makeHistory()
  const execution = start({
    runId: name,
    input: JSON.parse(input),
    onEvent: history.tell,
    onSubmitted: history.submitted,
  })
  const started: Started = {
    name,
    input,
    startDate: now().getTime() / 1000,
    execution,
    result: null,
    history: history.items,
  }
  execution.result.then((result) => {
    history.end(result)
    started.result = result
  })
  return started
}

function executionIn({ executions }: SfnEndpoint, { executionArn }: Record<string, unknown>): Started {
  const found = executions.get(String(executionArn))
  if (found === undefined) throw new Refusal('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`)
  return found
}

/** Step Functions answers at once. What a function of the run still does is not waited for. */
function stopOne({ execution }: Started, { now }: Behind): object {
  void execution.stop()
  return { stopDate: now().getTime() / 1000 }
}

const statusOf = ({ result }: Started): string => result?.status ?? 'RUNNING'

function describe(started: Started, { executionArn }: Record<string, unknown>) {
  const { name, input, startDate, result } = started
  const end =
    result?.status === 'SUCCEEDED'
      ? { output: JSON.stringify(result.output) }
      : result?.status === 'FAILED'
        ? { error: result.error, cause: result.cause }
        : {}
  return { executionArn, stateMachineArn: MACHINE_ARN, name, status: statusOf(started), startDate, input, ...end }
}

/** Small pages, so that whoever reads must turn them. */
const PAGE = 7

function pageOfHistory(
  { history }: Started,
  { reverseOrder = false, includeExecutionData = true, maxResults = 100, nextToken = '0' }: Record<string, unknown>,
) {
  const ordered = reverseOrder ? history.toReversed() : history
  const from = Number(nextToken)
  const events = ordered.slice(from, from + Math.min(Number(maxResults), PAGE))
  const shown = events.map(({ data, ...event }) => (includeExecutionData ? { ...event, ...data } : event))
  const next = from + events.length
  return { events: shown, ...(next < ordered.length && { nextToken: String(next) }) }
}

function listed(executionArn: string, started: Started, { statusFilter }: Record<string, unknown>) {
  const status = statusOf(started)
  if (statusFilter !== undefined && statusFilter !== status) return []
  return { executionArn, stateMachineArn: MACHINE_ARN, name: started.name, status, startDate: started.startDate }
}

function wake({ executions }: SfnEndpoint, token: string, output: string): object {
  let timedOut = false
  for (const { execution } of executions.values()) {
    try {
      execution.sendTaskSuccess(token, output)
      return {}
    } catch (error) {
      timedOut ||= (error as Error).name === 'TaskTimedOut'
    }
  }
  throw new Refusal(timedOut ? 'TaskTimedOut' : 'InvalidToken')
}
