// What every function asks of AWS, noted while both machines run over a small organization: the deployed handlers with the SDK's
// clients, and each service on this machine.
import { accessKeyId, newKey, newUser } from '../../demo/account.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { type Execution, type LocalFunction, type LocalMachine, startExecution } from '../../engine/step-functions.ts'
import { makeCountWaiting } from '../../functions/count-waiting.ts'
import { listenPort, openRunsPort, storePort } from '../../functions/lambda/ports.ts'
import accountMachine from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import organizationMachine from '../../statemachine/organization.asl.json' with { type: 'json' }
import { ACCOUNTS, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { LOOPBACK_BUCKET, startLoopbackS3 } from '../support/loopback-s3.ts'
import { eventOf } from '../support/waiting.ts'
import { type AwsCall, listenToAws } from './called-aws.ts'
import { deployedFunctions, type Environment, environmentOf } from './deployed-functions.ts'
import { startOthers } from './loopback-others.ts'
import { ACCOUNT, REGION } from './resolved.ts'

const OLD = new Date('2025-01-01T00:00:00Z')
const DAY = 24 * 60 * 60 * 1000
/** Where the engine's executions are, and where the stack is. */
const [ENGINE, STACK] = ['states:us-east-1:000000000000', `states:${REGION}:${ACCOUNT}`]
const ACCOUNT_MACHINE = `arn:aws:${ENGINE}:stateMachine:keysweep-prod`
const SETTINGS = `
mode: apply
approval: always
policy: { maxPercent: 100 }
organization: { maxPercent: 100, exceptTags: ['team=nobody'] }
`

/** A hub with a user whose key cannot be changed. */
async function openHub() {
  // The SDK compares the end of a session with the machine's clock.
  const { endpoint } = await localOrganization({}, new Date())
  const { hub } = ACCOUNTS
  const trusted = [`arn:aws:iam::${hub}:user/operator`]
  endpoint.account.roles = memberRoles({ account: hub, hub, trusted, organizationId: 'o-a1b2c3d4e5' })
  const users = ['stuck', 'idle'].map((name) => newUser(name, { keys: [newKey(accessKeyId(name), OLD)] }))
  endpoint.account.users.push(...users)
  const match = ({ UserName }: Record<string, string>) => UserName === 'stuck'
  endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match })
  return endpoint
}

type Hub = Awaited<ReturnType<typeof openHub>>

/** Where each service is, and the stack's environment with what is otherwise on this machine. */
async function openAws(hub: Hub, executions: Execution[]) {
  const [s3, others] = [await startLoopbackS3(), await startOthers(executions)]
  const places = {
    ...{ AWS_ENDPOINT_URL: hub.url, AWS_ENDPOINT_URL_S3: s3.url, AWS_ENDPOINT_URL_SFN: others },
    ...{ AWS_ENDPOINT_URL_SNS: others, AWS_ENDPOINT_URL_EVENTBRIDGE: others },
    ...{ AWS_REGION: REGION, AWS_ACCESS_KEY_ID: OPERATOR, AWS_SECRET_ACCESS_KEY: 'is not checked' },
    ...{ POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    ...{ KEYSWEEP_STORE: `s3://${LOOPBACK_BUCKET}`, KEYSWEEP_ACCOUNT: ACCOUNTS.hub },
    ...{ KEYSWEEP_SETTINGS: SETTINGS, KEYSWEEP_MODE: 'apply' },
  }
  const inEngine = ([name, value]: [string, string]) => [name, value.replace(STACK, ENGINE)]
  const here = (ofStack: Environment): Environment => ({
    ...Object.fromEntries(Object.entries(ofStack).map(inEngine)),
    ...places,
  })
  return { here, end: s3.stop }
}

type Kind = 'runs' | 'organizations'
type Functions = Record<string, LocalFunction>

/** A person looks at everything that the decision API shows, and approves. */
async function approve(decide: LocalFunction, kind: Kind, runId: string): Promise<void> {
  const answer = async (asked: Parameters<typeof eventOf>[0]) =>
    JSON.parse(((await decide(eventOf(asked))) as { body: string }).body)
  await answer({ path: `/${kind}` })
  const { plan } = await answer({ path: `/${kind}/${runId}` })
  if (kind === 'organizations') await answer({ path: `/${kind}/${runId}/accounts/${ACCOUNTS.member}` })
  const body = JSON.stringify({ plan: plan.sha256, answer: 'approve' })
  await answer({ method: 'POST', path: `/${kind}/${runId}/decision`, body })
  await answer({ path: `/${kind}/${runId}` })
}

/** What a state machine calls: the name of a function, or the ARN of a machine that it starts. */
export interface MachineCall {
  machine: 'Keysweep' | 'Organization'
  calls: string
}

/** The functions of one run. What asks people is counted, and then approved. */
function answered(functions: Functions, kind: Kind, runId: string): Functions {
  const { AskForApproval, AskForOrganizationApproval, CountWaiting, Decide } = functions
  if (!(AskForApproval && AskForOrganizationApproval && CountWaiting && Decide))
    throw new TypeError('Expected the functions that have to do with approval')
  const asking =
    (ask: LocalFunction): LocalFunction =>
    async (event) => {
      const asked = await ask(event)
      await CountWaiting({})
      setImmediate(() => void approve(Decide, kind, runId))
      return asked
    }
  return {
    ...functions,
    AskForApproval: asking(AskForApproval),
    AskForOrganizationApproval: asking(AskForOrganizationApproval),
  }
}

/** How runs of both machines are started. The functions have their own names in place of ARNs. */
function makeStarts(functions: Functions, executions: Execution[], machineCalls: MachineCall[]) {
  const substitutions = {
    ...{ Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE },
    ...Object.fromEntries(Object.keys(functions).map((name) => [`${name}Arn`, name])),
  }
  const start = (kind: Kind, options: { name: string; input: unknown }): Execution => {
    const machine = kind === 'runs' ? 'Keysweep' : 'Organization'
    const call = (calls: string) => void machineCalls.push({ machine, calls })
    const called = Object.entries(answered(functions, kind, options.name)).map(
      ([name, one]): [string, LocalFunction] => [
        name,
        (event) => {
          call(name)
          return one(event)
        },
      ],
    )
    const startRun: LocalMachine = (one) => {
      call(ACCOUNT_MACHINE.replace(ENGINE, STACK))
      return start('runs', one)
    }
    const execution = startExecution({
      ...options,
      ...(kind === 'runs' ? { definition: accountMachine } : { definition: organizationMachine }),
      ...(kind === 'organizations' && { machines: { [ACCOUNT_MACHINE]: startRun } }),
      machineName: kind === 'runs' ? 'keysweep-prod' : 'keysweep-prod-organization',
      ...{ substitutions, functions: Object.fromEntries(called), delay: () => 0 },
    })
    executions.push(execution)
    return execution
  }
  return start
}

/** Two days later. The function itself has no other clock than the machine's. */
function countingLater(environment: Environment): LocalFunction {
  const ports = { ...storePort(environment), ...openRunsPort(environment), ...listenPort(environment) }
  return makeCountWaiting({ ...ports, now: () => new Date(Date.now() + 2 * DAY) })
}

interface Seen {
  calls: AwsCall[]
  machineCalls: MachineCall[]
  /** How each run ended. */
  ends: Record<string, string>
  /** Stops what is left. */
  end: () => Promise<void>
}

/** Has both machines run, until every function was called. */
export async function callsOfAllFunctions(): Promise<Seen> {
  const executions: Execution[] = []
  const machineCalls: MachineCall[] = []
  const { here, end } = await openAws(await openHub(), executions)
  const { calls, noted, stop } = listenToAws()
  const deployed = await deployedFunctions(here)
  const functions = { ...deployed, CountWaiting: countingLater(here(environmentOf('CountWaiting'))) }
  const start = makeStarts(
    Object.fromEntries(Object.entries(functions).map(([name, one]) => [name, noted(name, one)])),
    executions,
    machineCalls,
  )
  const ends: Record<string, string> = {}
  const run = async (kind: Kind, name: string, input: unknown) => {
    ends[name] = (await start(kind, { name, input }).result).status
  }
  await run('runs', 'run-0', { mode: 'plan' })
  await run('runs', 'run-1', { apply: { run: 'run-0' } })
  await run('runs', 'run-2', { undo: { run: 'run-1' } })
  await run('runs', 'run-3', {})
  await run('organizations', 'org-1', {})
  await run('organizations', 'org-2', { undo: { run: 'org-1' } })
  await run('organizations', 'org-3', { mode: 'plan' })
  await run('runs', 'run-4', { apply: { run: `org-3-survey-${ACCOUNTS.hub}` } })
  // Their start fails, and their record asks for the execution.
  await run('runs', 'run-5', { mode: 'none such' })
  await run('organizations', 'org-4', { mode: 'none such' })
  stop()
  return { calls, machineCalls, ends, end }
}
