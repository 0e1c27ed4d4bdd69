// The state machine's executions that are running.
import { ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn'
import * as z from 'zod'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { millisecondsOf } from '../../core/model/instants.ts'
import { machineArnOf } from '../aws/arn.ts'
import { firstLine } from '../aws/errors.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

interface Execution {
  runId: string
  executionId: string
  startedAt: string
}

/** The SDK takes a junk 200 for success: no list is no answer, and an execution without a name is not "none". */
const RUNNING = z.array(z.object({ name: z.string().min(1), startDate: z.date() }))

const PAGE = 100

/** The newest come first, so an older one may stand behind many; more than 2,000 are a fault of whoever starts them. */
const MOST_PAGES = 20

/**
 * Finds a running execution of the same machine that was started before this one; of two started in the same
 * millisecond the lesser name is first, so that of two which see each other exactly one goes on.
 */
export function makeOtherOpenRun(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async ({ runId, executionId, startedAt }: Execution): Promise<string | null> => {
    const ours = millisecondsOf(startedAt) ?? 0
    const isBefore = ({ name, startDate }: Running) =>
      startDate.getTime() < ours || (startDate.getTime() === ours && name < runId)
    for await (const running of pages(sfn, machineArnOf(executionId))) {
      const other = running.find((other) => other.name !== runId && isBefore(other))
      if (other !== undefined) return other.name
    }
    return null
  }
}

/** The ids of all running executions of a machine. */
export function makeOpenRuns(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (stateMachineArn: string): Promise<string[]> => {
    const open: string[] = []
    for await (const running of pages(sfn, stateMachineArn)) open.push(...running.map(({ name }) => name))
    return open
  }
}

type Running = z.infer<typeof RUNNING>[number]

/** @throws MachineUnavailable also where the list does not end: "none" is said of a whole list alone */
async function* pages(sfn: SFNClient, stateMachineArn: string): AsyncGenerator<Running[]> {
  const unavailable = (received: string) =>
    new MachineUnavailable(`ListExecutions of ${stateMachineArn}: ${firstLine(received)}`)
  let token: string | undefined
  for (let n = 0; n < MOST_PAGES; n += 1) {
    const running = { stateMachineArn, statusFilter: 'RUNNING', maxResults: PAGE, nextToken: token } as const
    const command = new ListExecutionsCommand(running)
    const { executions, nextToken } = await sfn.send(command).catch(({ name, message }: Error) => {
      throw unavailable(`${name}: ${message}`)
    })
    const read = RUNNING.safeParse(executions)
    if (!read.success) throw unavailable(`expected a list of executions: ${formatZodIssues(read.error)}`)
    yield read.data
    // A page may be empty and others follow.
    if (!nextToken) return
    token = nextToken
  }
  throw unavailable(`expected at most ${MOST_PAGES * PAGE} open executions, received more than ${MOST_PAGES} pages`)
}
