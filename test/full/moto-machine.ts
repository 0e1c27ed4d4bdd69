// moto's Step Functions, made to really execute a state machine, and what its history tells of the path it took.
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { type LambdaPort, openLambdaPort } from './lambda-port.ts'
import { MOTO_ACCOUNT, type Moto, startMoto } from './moto-server.ts'

const REGION = 'us-east-1'
const POLL_MILLISECONDS = 50

export interface MotoMachines {
  /** moto's other services. */
  url: string
  start: (asked: MotoExecution) => Promise<Told>
  stop: () => Promise<void>
}

export interface MotoExecution {
  /** The .asl.json's text, placeholders and all. */
  definition: string
  /** By the placeholder that names them. */
  functions: Record<string, LocalFunction>
  name: string
  input: unknown
}

/** What an execution shows of itself from outside. */
export interface Told {
  status: string
  error: string | null
  cause: string | null
  /** The states of the top level, in order. */
  path: string[]
  /** The states of each Map iteration, in order. */
  iterations: Record<number, string[]>
  /** Every try of a task that failed: "Deactivate key of iteration 0: IamThrottled", sorted. */
  failures: string[]
}

/** Starts moto with its interpreter on, and a port for its Lambda calls. */
export async function startMotoMachines(): Promise<MotoMachines> {
  const lambda = await openLambdaPort()
  // The interpreter looks for Lambda at http://localhost:MOTO_PORT, wherever moto itself listens.
  const moto = await startMoto({ env: { MOTO_PORT: String(lambda.port) } })
  await switchOn(moto)
  const credentials = { accessKeyId: 'AKIAKEYSWEEPTESTUSER', secretAccessKey: 'x' }
  const sfn = new SFNClient({ endpoint: moto.url, region: REGION, credentials })
  let machines = 0
  return {
    url: moto.url,
    start: (asked) => execute(sfn, lambda, `keysweep-${machines++}`, asked),
    async stop() {
      sfn.destroy()
      await moto.stop()
      await lambda.stop()
    },
  }
}

/** Without this moto answers every execution with a made-up success. */
async function switchOn(moto: Moto): Promise<void> {
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } })
  const answer = await fetch(`${moto.url}/moto-api/config`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`Cannot switch moto's interpreter on: expected 2xx, received ${answer.status}`)
}

/** One machine for each execution: its functions are its own. */
async function execute(sfn: SFNClient, lambda: LambdaPort, machine: string, asked: MotoExecution): Promise<Told> {
  const arns = Object.keys(asked.functions).map((name) => [name, arnOf(machine, name)] as const)
  for (const [name, arn] of arns) lambda.functions.set(arn, asked.functions[name] as LocalFunction)
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name: machine,
      roleArn: `arn:aws:iam::${MOTO_ACCOUNT}:role/keysweep`,
      definition: substituted(asked.definition, { Partition: 'aws', ...Object.fromEntries(arns) }),
    }),
  )
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name: asked.name, input: JSON.stringify(asked.input) }),
  )
  const ended = await ending(sfn, executionArn as string)
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }))
  return {
    status: ended.status ?? '',
    error: ended.error ?? null,
    cause: ended.cause ?? null,
    ...readHistory(events),
  }
}

const arnOf = (machine: string, name: string): string =>
  `arn:aws:lambda:${REGION}:${MOTO_ACCOUNT}:function:${machine}-${name.replace(/Arn$/, '')}`

/** As CloudFormation fills DefinitionSubstitutions in. */
const substituted = (definition: string, values: Record<string, string>): string =>
  definition.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)

async function ending(sfn: SFNClient, executionArn: string) {
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }))
    if (described.status !== 'RUNNING') return described
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
}

/** The path through the states, told apart by the chain of previousEventId that leads each event to its iteration. */
export function readHistory(events: HistoryEvent[]): Pick<Told, 'path' | 'iterations' | 'failures'> {
  const byId = new Map(events.map((event) => [event.id, event]))
  const before = (event: HistoryEvent, is: (one: HistoryEvent) => boolean): HistoryEvent | undefined => {
    let at: HistoryEvent | undefined = event
    while (at !== undefined && !is(at)) at = byId.get(at.previousEventId)
    return at
  }
  const indexOf = (event: HistoryEvent) =>
    before(event, (one) => /^MapIterationStarted|^MapStateExited/.test(one.type ?? ''))?.mapIterationStartedEventDetails
      ?.index ?? null
  const told: Pick<Told, 'path' | 'iterations' | 'failures'> = { path: [], iterations: {}, failures: [] }
  for (const event of events) {
    const name = event.stateEnteredEventDetails?.name
    const index = indexOf(event)
    if (name !== undefined && index === null) told.path.push(name)
    if (name !== undefined && index !== null) enter(told.iterations, index, name)
    const error = event.taskFailedEventDetails?.error ?? event.taskTimedOutEventDetails?.error
    if (error === undefined) continue
    const entered = before(event, (one) => one.stateEnteredEventDetails !== undefined)
    told.failures.push(failure(entered?.stateEnteredEventDetails?.name ?? '', index, error))
  }
  told.failures.sort()
  return told
}

/** Notes a state that an iteration entered. */
export function enter(iterations: Told['iterations'], index: number, state: string): void {
  iterations[index] = [...(iterations[index] ?? []), state]
}

export const failure = (state: string, index: number | null, error: string): string =>
  `${state}${index === null ? '' : ` of iteration ${index}`}: ${error}`
