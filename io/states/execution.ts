// Describes an execution of the state machine.
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { firstLine } from '../aws/errors.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

/** The SDK resolves an invalid 200 as success. */
const DESCRIBED = z.object({
  stateMachineArn: z.string(),
  name: z.string(),
  startDate: z.date(),
  status: z.string(),
  input: z.string(),
})

/** The execution does not exist, or it is not known yet; or this is not the ARN of one. */
const NOT_FOUND = ['ExecutionDoesNotExist', 'InvalidArn', 'ValidationException']

/**
 * Describes an execution by its ARN; null if this machine has none. DescribeExecution is eventually consistent.
 * @throws MachineUnavailable
 */
export function makeExecution(stateMachineArn: string, options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (executionArn: string) => {
    const described = await describe(sfn, executionArn)
    if (described === null || described.stateMachineArn !== stateMachineArn) return null
    const { name, startDate, status, input } = described
    return { runId: name, startedAt: startDate.toISOString(), isRunning: status === 'RUNNING', input: parsed(input) }
  }
}

async function describe(sfn: SFNClient, executionArn: string): Promise<z.infer<typeof DESCRIBED> | null> {
  const unavailable = (received: string) =>
    new MachineUnavailable(`DescribeExecution of ${JSON.stringify(executionArn.slice(0, 300))}: ${firstLine(received)}`)
  const answer = await sfn.send(new DescribeExecutionCommand({ executionArn })).catch(({ name, message }: Error) => {
    if (NOT_FOUND.includes(name)) return null
    throw unavailable(`${name}: ${message}`)
  })
  if (answer === null) return null
  const read = DESCRIBED.safeParse(answer)
  if (read.success) return read.data
  throw unavailable(`incomplete answer: ${formatZodIssues(read.error)}`)
}

/** Step Functions starts no execution with an input that is not JSON. */
function parsed(input: string): unknown {
  try {
    return JSON.parse(input)
  } catch (error) {
    throw new MachineUnavailable(`DescribeExecution: the input is not JSON`, { cause: error })
  }
}
