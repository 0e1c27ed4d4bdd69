// The deployed state machine: starts and stops a run, and follows its progress in the execution history. The history is read without
// execution data, because the data contains the task token.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandOutput,
  type SFNClient,
  StartExecutionCommand,
  type HistoryEvent as StepFunctionsEvent,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { executionArnOf, regionOf } from '../aws/arn.ts'
import { machineError } from './machine-errors.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

/** One event of an execution's history, with the fields that a display needs. */
export interface HistoryEvent {
  /** From 1, in order. */
  id: number
  /** The id of the event that led to this one; 0 for the first. */
  previousId: number
  /** ISO 8601, UTC. */
  at: string
  /** The event type of Step Functions, such as "TaskStateEntered". */
  type: string
  /** The state that is entered or exited, else null. */
  state: string | null
  /** The index of a Map iteration, from 0, else null. */
  index: number | null
  /** The number of items of a Map that starts, else null. */
  items: number | null
  /** The error's name if something failed, else null. */
  error: string | null
}

/** The state of an execution. */
export interface ExecutionSeen {
  status: string
  error: string | null
  cause: string | null
  /** JSON; null unless it succeeded. */
  output: string | null
  /** JSON; null if Step Functions does not show it. */
  input: string | null
}

export interface Machine {
  /** @returns the execution's ARN. @throws MachineRefused | MachineUnavailable */
  start(runId: string, input: object): Promise<string>
  /** @throws MachineRefused | MachineUnavailable */
  describe(runId: string): Promise<ExecutionSeen>
  /** The events with a greater id than `id`, in order. @throws MachineRefused | MachineUnavailable */
  eventsAfter(runId: string, id: number): Promise<HistoryEvent[]>
  /** Starts no further state. A function that was called goes on. @throws MachineRefused | MachineUnavailable */
  stop(runId: string): Promise<void>
}

const ATTEMPTS = 4
const TIMEOUT_MILLISECONDS = 10_000
const PAGE = 200

/** The machine with this ARN, in the ARN's Region. */
export function makeMachine(stateMachineArn: string, options: Omit<SfnOptions, 'region'> = {}): Machine {
  const region = regionOf(stateMachineArn)
  const sfn = makeSfnClient({ region, attempts: ATTEMPTS, timeoutMilliseconds: TIMEOUT_MILLISECONDS, ...options })
  const arnOf = (runId: string) => executionArnOf(stateMachineArn, runId)
  return {
    start: (runId, input) =>
      withMachineErrors(`start run ${runId} on ${stateMachineArn}`, async () => {
        const command = new StartExecutionCommand({ stateMachineArn, name: runId, input: JSON.stringify(input) })
        return needed((await sfn.send(command)).executionArn, "an execution's ARN")
      }),
    describe: (runId) =>
      withMachineErrors(`read the status of run ${runId} of ${stateMachineArn}`, () => describe(sfn, arnOf(runId))),
    eventsAfter: (runId, id) =>
      withMachineErrors(`read the history of run ${runId} of ${stateMachineArn}`, () =>
        eventsAfter(sfn, arnOf(runId), id),
      ),
    stop: (runId) =>
      withMachineErrors(`stop run ${runId} of ${stateMachineArn}`, async () => {
        const why = { error: 'Stopped', cause: 'Stopped with keysweep stop' }
        const command = new StopExecutionCommand({ executionArn: arnOf(runId), ...why })
        needed((await sfn.send(command)).stopDate, 'the time of the stop')
      }),
  }
}

/** @throws MachineRefused | MachineUnavailable, and nothing else */
async function withMachineErrors<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw machineError(what, error as Error)
  }
}

async function describe(sfn: SFNClient, executionArn: string): Promise<ExecutionSeen> {
  const {
    status,
    error = null,
    cause = null,
    output = null,
    input = null,
  } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
  return { status: needed(status, 'a status'), error, cause, output, input }
}

/**
 * Reads from the newest event back, so that following a long history reads only new events. New events may shift an event
 * of one page onto the next, which then has it a second time.
 */
async function eventsAfter(sfn: SFNClient, executionArn: string, id: number): Promise<HistoryEvent[]> {
  const events = new Map<number, HistoryEvent>()
  let nextToken: string | undefined
  do {
    const request = { executionArn, reverseOrder: true, includeExecutionData: false, maxResults: PAGE, nextToken }
    const page: GetExecutionHistoryCommandOutput = await sfn.send(new GetExecutionHistoryCommand(request))
    const read = needed(page.events, 'a list of events').map(asEvent)
    for (const event of read) if (event.id > id) events.set(event.id, event)
    nextToken = read.some((event) => event.id <= id) ? undefined : page.nextToken
  } while (nextToken !== undefined)
  return [...events.values()].sort((a, b) => a.id - b.id)
}

function asEvent(event: StepFunctionsEvent): HistoryEvent {
  const { id, previousEventId = 0, timestamp, type, stateEnteredEventDetails, stateExitedEventDetails } = event
  const iteration =
    event.mapIterationStartedEventDetails ??
    event.mapIterationSucceededEventDetails ??
    event.mapIterationFailedEventDetails
  const failed =
    event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.taskSubmitFailedEventDetails ?? null
  return {
    id: needed(id, "an event's id"),
    previousId: previousEventId,
    at: needed(timestamp, "an event's time").toISOString(),
    type: needed(type, "an event's type"),
    state: stateEnteredEventDetails?.name ?? stateExitedEventDetails?.name ?? null,
    index: iteration?.index ?? null,
    items: event.mapStateStartedEventDetails?.length ?? null,
    error: failed === null ? null : (failed.error ?? 'States.TaskFailed'),
  }
}

/** The SDK resolves an invalid 200 as success: this checks for the field that must be there. */
function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`an answer without ${what}`)
  return value
}
