// Asks Step Functions about the execution that a function is called for. So a direct call cannot begin or end a run.
import { ExecutionNotConfirmed } from '../core/model/errors.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import type { DescribedExecution, ExecutionPort, Ports } from './ports.ts'

/** The execution, as the event names it. */
export interface NamedExecution {
  runId: string
  executionId: string
  startedAt: string
}

export type ExecutionPorts = Pick<Ports, 'pause'> & ExecutionPort

/** Pauses before the next question, in milliseconds: DescribeExecution is eventually consistent. */
const PAUSES = [500, 1000, 2000, 4000]

/**
 * Name and start must agree, and the execution must be running on this machine.
 * @returns the execution's input @throws ExecutionNotConfirmed | MachineUnavailable
 */
export async function confirmExecution(ports: ExecutionPorts, named: NamedExecution): Promise<unknown> {
  const { runId, executionId, startedAt } = named
  let described = await ports.execution(executionId)
  for (const milliseconds of PAUSES) {
    if (described?.isRunning) break
    await ports.pause(milliseconds)
    described = await ports.execution(executionId)
  }
  if (described?.isRunning && described.runId === runId && isSameStart(described.startedAt, startedAt))
    return described.input
  throw new ExecutionNotConfirmed(
    `Run ${JSON.stringify(runId)} refused: this state machine must have a running execution of that name, started at ${startedAt}; received ${shown(described)}.`,
  )
}

/** Whether two starts of one name are the same: AWS says them in two ways, and no more than the rounding may differ. */
export const isSameStart = (one: string, other: string): boolean =>
  Math.abs((millisecondsOf(one) ?? Number.NaN) - (millisecondsOf(other) ?? Number.NaN)) < 1000

const shown = (described: DescribedExecution | null): string =>
  described === null
    ? 'none'
    : `${described.isRunning ? 'a running one' : 'one that is over'}, ${JSON.stringify(described.runId)}, started at ${described.startedAt}`
