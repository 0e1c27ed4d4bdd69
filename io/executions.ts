// The state machine's executions that are running.
import { type ExecutionListItem, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { MachineUnavailable } from '../core/errors.ts'
import { millisecondsOf } from '../core/instants.ts'

interface Execution {
  runId: string
  executionId: string
  startedAt: string
}

/** More open executions than this is a fault of whoever starts them: the first page already names one. */
const PAGE = 100

/**
 * Finds a running execution of the same machine that was started before this one; of two started in the same
 * millisecond the lesser name is first, so that of two which see each other exactly one goes on.
 */
export function makeOtherOpenRun(options: { endpoint?: string; region?: string } = {}) {
  const sfn = new SFNClient({ maxAttempts: 3, ...options })
  return async ({ runId, executionId, startedAt }: Execution): Promise<string | null> => {
    const running = await list(sfn, machineOf(executionId))
    const ours = millisecondsOf(startedAt) ?? 0
    const isBefore = ({ name = '', startDate }: ExecutionListItem) =>
      (startDate?.getTime() ?? 0) < ours || (startDate?.getTime() === ours && name < runId)
    return running.find((other) => other.name !== runId && isBefore(other))?.name ?? null
  }
}

/** arn:aws:states:eu-west-1:111122223333:execution:keysweep:run-1 -> ...:stateMachine:keysweep */
const machineOf = (executionId: string): string =>
  executionId.replace(':execution:', ':stateMachine:').split(':').slice(0, 7).join(':')

async function list(sfn: SFNClient, stateMachineArn: string): Promise<ExecutionListItem[]> {
  try {
    const running = { stateMachineArn, statusFilter: 'RUNNING', maxResults: PAGE } as const
    const { executions } = await sfn.send(new ListExecutionsCommand(running))
    // The SDK takes a junk 200 for success: no list is no answer, not "none".
    if (executions === undefined) throw new TypeError('expected a list of executions, received none')
    return executions
  } catch (error) {
    const { name, message } = error as Error
    throw new MachineUnavailable(`ListExecutions of ${stateMachineArn}: ${name}: ${message.split('\n')[0]}`)
  }
}
