// Lists the running executions of the state machine.
import { ListExecutionsCommand, type SFNClient } from '@aws-sdk/client-sfn'
import pMap from 'p-map'
import * as z from 'zod'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { formatZodIssues } from '../../core/model/format-zod-issues.ts'
import { millisecondsOf } from '../../core/model/instants.ts'
import { shownName } from '../../core/texts/plain.ts'
import { executionArnOf, machineArnOf } from '../aws/arn.ts'
import { firstLine } from '../aws/errors.ts'
import { makeExecution } from './execution.ts'
import { makeSfnClient, type SfnOptions } from './sfn-client.ts'

interface Execution {
  runId: string
  executionId: string
  startedAt: string
}

/** The SDK resolves an invalid 200 as success. A missing list, or an execution without a name, is an error. */
const RUNNING = z.object({ executions: z.array(z.object({ name: z.string().min(1), startDate: z.date() })) })

const PAGE = 100

/** The newest come first, so an older execution may be on a later page. More than 2,000 running executions are an error. */
const MOST_PAGES = 20

/** An execution with its input. */
type Described = Pick<Execution, 'runId'> & { input: unknown }

/** Descriptions of executions that are asked for at once. */
const DESCRIBED_AT_ONCE = 10

/**
 * The name of a running execution of the same machine that started before this one and keeps it out, safe to show. If two
 * started in the same millisecond, the lower name counts as first, so that exactly one of them continues.
 * @throws MachineUnavailable
 */
export function makeOtherOpenRun(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (
    { runId, executionId, startedAt }: Execution,
    keepsOut: (other: Described) => boolean,
  ): Promise<string | null> => {
    const machineArn = machineArnOf(executionId)
    const describe = makeExecution(machineArn, options)
    const started = millisecondsOf(startedAt) ?? 0
    const isBefore = ({ name, startDate }: Running) =>
      startDate.getTime() < started || (startDate.getTime() === started && name < runId)
    const isOut = async ({ name }: Running) => {
      const described = await describe(executionArnOf(machineArn, name))
      // A list and a description may be some seconds apart. Without its input, it may be any account that it writes to.
      if (described === null)
        throw new MachineUnavailable(`DescribeExecution: ${shownName(name)} is open, and not found`)
      return described.isRunning && keepsOut({ runId: name, input: described.input })
    }
    for await (const running of pages(sfn, machineArn)) {
      const before = running.filter((other) => other.name !== runId && isBefore(other))
      const out = await pMap(before, isOut, { concurrency: DESCRIBED_AT_ONCE })
      const other = before.find((_, index) => out[index])
      if (other !== undefined) return shownName(other.name)
    }
    return null
  }
}

/** The ids of all running executions of a machine. @throws MachineUnavailable */
export function makeOpenRuns(options: SfnOptions = {}) {
  const sfn = makeSfnClient(options)
  return async (stateMachineArn: string): Promise<string[]> => {
    const open: string[] = []
    for await (const running of pages(sfn, stateMachineArn)) open.push(...running.map(({ name }) => name))
    return open
  }
}

type Running = z.infer<typeof RUNNING>['executions'][number]

/** @throws MachineUnavailable, also for a list without an end: only a complete list can show that no run is open */
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
    const read = RUNNING.safeParse({ executions })
    if (!read.success) throw unavailable(`incomplete answer: ${formatZodIssues(read.error)}`)
    yield read.data.executions
    // An empty page may have a successor.
    if (!nextToken) return
    token = nextToken
  }
  throw unavailable(`more than ${MOST_PAGES} pages; at most ${MOST_PAGES * PAGE} open executions are supported`)
}
