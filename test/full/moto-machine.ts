// moto's Step Functions, made to really execute a state machine. Answers and questions about other runs go to it through
// the clients that are deployed.
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn'
import { machineArnOf } from '../../io/aws/arn.ts'
import { makeExecution } from '../../io/states/execution.ts'
import { makeOtherOpenRun } from '../../io/states/executions.ts'
import { makeWake } from '../../io/states/task-tokens.ts'
import { EDITS, ORGANIZATION_EDITS } from './definition-edits.ts'
import { type Engine, LIMIT_MILLISECONDS, type MachineAsked } from './engine.ts'
import { type LambdaPort, openLambdaPort } from './lambda-port.ts'
import { MOTO_ACCOUNT, type Moto, PATIENCE, startMoto } from './moto-server.ts'
import { readHistory, type Told } from './told.ts'
import { makeWorldTime, type WorldTime } from './world-time.ts'

const REGION = 'us-east-1'
/** Asking costs moto about as much as a state does. */
const POLL_MILLISECONDS = 200
const MOST_BROKEN_ANSWERS = 20

export interface MotoEngine extends Engine {
  /** @returns the machine's ARN */
  create: (asked: MachineAsked) => Promise<string>
  /** Where moto's services are asked, and as whom. */
  where: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } }
  stop: () => Promise<void>
}

/** Starts moto with its interpreter on, and a port for its Lambda calls. */
export async function startMotoEngine(): Promise<MotoEngine> {
  const lambda = await openLambdaPort()
  // The interpreter looks for Lambda at http://localhost:MOTO_PORT, wherever moto itself listens.
  const moto = await startMoto({ children: true, env: { MOTO_PORT: String(lambda.port) } })
  lambda.handOnTo(moto.url)
  await switchOn(moto)
  const credentials = { accessKeyId: 'AKIAKEYSWEEPTESTUSER', secretAccessKey: 'x' }
  const where = { endpoint: moto.url, region: REGION, credentials }
  const sfn = new SFNClient(where)
  const time = makeWorldTime()
  const patient = { ...where, ...PATIENCE }
  const otherOpenRun = makeOtherOpenRun(patient)
  const wake = makeWake(patient)
  let machines = 0
  const create = (asked: MachineAsked) => createMachine(sfn, lambda, time, `keysweep-${machines++}`, asked)
  return {
    where,
    create,
    edits: EDITS,
    organizationEdits: ORGANIZATION_EDITS,
    refusalOf: (refusal) => refusal,
    async open(asked) {
      const stateMachineArn = await create(asked)
      const { limitMilliseconds = LIMIT_MILLISECONDS } = asked
      return { start: (name, input) => execute(sfn, stateMachineArn, name, input, limitMilliseconds) }
    },
    async execution(executionId) {
      const described = await makeExecution(machineArnOf(executionId), patient)(executionId)
      return described && { ...described, startedAt: time.asWorldSays(executionId, described.startedAt) }
    },
    otherOpenRun: (run, keepsOut) => otherOpenRun({ ...run, startedAt: time.asMotoSaid(run.startedAt) }, keepsOut),
    wake: (token) => pastBrokenAnswers(() => wake(token)),
    sendSuccess: async (taskToken, output) =>
      void (await pastBrokenAnswers(() => sfn.send(new SendTaskSuccessCommand({ taskToken, output })))),
    sendFailure: async (taskToken, error, cause) =>
      void (await pastBrokenAnswers(() => sfn.send(new SendTaskFailureCommand({ taskToken, error, cause })))),
    async stop() {
      sfn.destroy()
      await moto.stop()
      await lambda.stop()
    },
  }
}

/**
 * moto looks for a token in every running execution, and breaks (500, a web page) on one that is only just starting: the
 * answer has not been taken then, and is sent again.
 */
async function pastBrokenAnswers<T>(send: () => Promise<T>): Promise<T> {
  for (let left = MOST_BROKEN_ANSWERS; ; left--) {
    try {
      return await send()
    } catch (error) {
      if (left === 0 || !/SyntaxError/.test(`${error}`)) throw error
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
    }
  }
}

/** Without this moto answers every execution with a made-up success. */
async function switchOn(moto: Moto): Promise<void> {
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } })
  const answer = await fetch(`${moto.url}/moto-api/config`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`Cannot switch moto's interpreter on: expected 2xx, received ${answer.status}`)
}

/** @returns its ARN; its functions are its own, and so are the machines that it starts */
async function createMachine(
  sfn: SFNClient,
  lambda: LambdaPort,
  time: WorldTime,
  name: string,
  asked: MachineAsked,
): Promise<string> {
  const machines: [string, string][] = []
  for (const [placeholder, { definition, functions }] of Object.entries(asked.machines ?? {})) {
    const nested = { definition, functions, now: asked.now }
    machines.push([placeholder, await createMachine(sfn, lambda, time, nestedName(name, placeholder), nested)])
  }
  const inWorldTime = time.handingIn(asked.now)
  const arns = Object.entries(asked.functions).map(([placeholder, run]) => {
    const arn = arnOf(name, placeholder)
    lambda.functions.set(arn, inWorldTime(run))
    return [placeholder, arn] as const
  })
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: `arn:aws:iam::${MOTO_ACCOUNT}:role/keysweep`,
      definition: substituted(asked.definition, { Partition: 'aws', ...Object.fromEntries([...arns, ...machines]) }),
    }),
  )
  return stateMachineArn as string
}

const nestedName = (name: string, placeholder: string): string => `${name}-${placeholder.replace(/Arn$/, '')}`

const arnOf = (machine: string, placeholder: string): string =>
  `arn:aws:lambda:${REGION}:${MOTO_ACCOUNT}:function:${machine}-${placeholder.replace(/Arn$/, '')}`

/** As CloudFormation fills DefinitionSubstitutions in. */
const substituted = (definition: string, values: Record<string, string>): string =>
  definition.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)

async function execute(
  sfn: SFNClient,
  stateMachineArn: string,
  name: string,
  input: unknown,
  limitMilliseconds: number,
): Promise<Told> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  )
  const { status = '', error = null, cause = null } = await ending(sfn, executionArn as string, limitMilliseconds)
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }))
  const told = readHistory(events)
  if (status !== 'RUNNING') return { status, error, cause, ...told }
  await sfn.send(new StopExecutionCommand({ executionArn }))
  throw new Error(`${name}: expected its end within ${limitMilliseconds} ms, received ${told.path.join(' > ')}`)
}

/** How the execution stands at its end, or when its time is up. */
async function ending(
  sfn: SFNClient,
  executionArn: string,
  limitMilliseconds: number,
): Promise<DescribeExecutionCommandOutput> {
  const until = Date.now() + limitMilliseconds
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }))
    if (described.status !== 'RUNNING' || Date.now() > until) return described
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS))
  }
}
