// An organization whose run waits: a hub and a member, each with two old keys, behind a local endpoint of their own. Both
// state machines work on it with all their real handlers. For the program that makes waiting runs, and for the test that
// continues them.

import { parseSettings } from '../../core/model/settings.ts'
import { type Account, accessKeyId, newAccount, newKey, newUser } from '../../demo/account.ts'
import { startEndpoint } from '../../demo/endpoint.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { newMember, newOrganization } from '../../demo/organization.ts'
import { type ExecutionResult, type LocalMachine, startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { eventFor } from '../../local/local-person.ts'
import { describedBy, startLocalRun } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import definition from '../../statemachine/organization.asl.json' with { type: 'json' }
import { readOrganizationPlan } from '../../steps/run-documents.ts'

export const HUB = '200000000002'
export const MEMBER = '300000000003'
export const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'
/** What Step Functions made for the question of a run. */
export const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAtokenOfAnEarlierVersion'

export type Definition = typeof definition
export type State = Record<string, unknown>

/** Where an execution continues. */
export interface Waiting {
  state: string
  runId: string
  startedAt: string
  data: unknown
}

const CREATED = new Date('2025-01-01T00:00:00Z')
const OPERATOR = accessKeyId('operator')

/** The old keys of an account. */
export const keysOf = (account: string): [string, string] => [
  accessKeyId(`${account}/ann`),
  accessKeyId(`${account}/bob`),
]

const accountOf = (id: string): Account => {
  const [ann, bob] = keysOf(id)
  const users = [newUser('ann', { keys: [newKey(ann, CREATED)] }), newUser('bob', { keys: [newKey(bob, CREATED)] })]
  const trusted = [`arn:aws:iam::${HUB}:user/operator`]
  return newAccount(id, {
    users,
    roles: memberRoles({ account: id, hub: HUB, trusted, organizationId: 'o-a1b2c3d4e5' }),
  })
}

interface Opened {
  /** Of the run store. */
  directory: string
  /** The time of the functions. IAM and STS have that of the machine, by which the SDK judges a session. */
  at: Date
  settings: string
  /** The keys that are not Active. */
  inactive?: string[]
}

export type WaitingOrganization = Awaited<ReturnType<typeof openWaitingOrganization>>

export async function openWaitingOrganization({ directory, at, settings, inactive = [] }: Opened) {
  const accounts = [HUB, MEMBER].map(accountOf)
  const [hub] = accounts as [Account]
  hub.users.push(newUser('operator', { keys: [newKey(OPERATOR, CREATED)] }))
  const keys = () => accounts.flatMap(({ users }) => users.flatMap((user) => user.keys))
  for (const key of keys()) if (inactive.includes(key.id)) key.status = 'Inactive'
  const organization = newOrganization(newMember(newAccount('100000000001', { users: [] }), 'management'), {
    delegatedAdministrators: [HUB],
    accounts: accounts.map((account) => newMember(account, `account ${account.id}`, { joinedAt: CREATED })),
  })
  const endpoint = await startEndpoint({ account: hub, organization, reportSeconds: 0 })
  const access = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' },
  }
  let milliseconds = at.getTime()
  const now = () => new Date(milliseconds)
  const pass = (more: number) => {
    milliseconds += more
  }
  const store = makeDirectoryStore(directory)
  const ports = {
    ...makePorts({ store, settings: parseSettings(settings), caller: await whoCalls(access), access }),
    now,
    pause: async (pause: number) => pass(pause),
    otherOpenRun: async () => null,
    answerCommand: () => '',
    showCommand: () => '',
    notify: async () => {},
    notifyOutcome: async () => {},
    publish: async () => {},
  }
  const passing = (milliseconds: number) => {
    pass(milliseconds)
    return 0
  }
  /** The run in an account. */
  const child: LocalMachine = ({ name, input }) => startLocalRun({ ports, runId: name, input, delay: passing })
  const handlersWith = (execution: Parameters<typeof makeOrganizationHandlers>[0]['execution']) =>
    makeOrganizationHandlers({ ...ports, ...foundIn(makeOrganization(access)), execution })

  /** Starts an execution at the first state of the definition. @param startedAt null: now */
  async function execute(machine: object, runId: string, input: unknown, startedAt: string | null = null) {
    const handlers = handlersWith(describedBy(() => execution))
    const substitutions = Object.fromEntries(Object.keys(handlers).map((name) => [name, name]))
    // `$$.Execution.StartTime` is the first answer.
    let asked = 0
    const execution = startExecution({
      definition: machine,
      substitutions: { ...substitutions, Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE },
      functions: handlers,
      machines: { [ACCOUNT_MACHINE]: child },
      ...{ name: runId, machineName: 'keysweep-organization', input },
      now: () => {
        asked += 1
        return asked === 1 && startedAt !== null ? new Date(startedAt) : now()
      },
      delay: passing,
    })
    const { startDate } = execution.describe()
    return { startedAt: startDate.toISOString(), result: await execution.result }
  }

  return {
    endpoint,
    store,
    now,
    pass,
    child,
    /** The functions outside of an execution. */
    handlers: handlersWith(async () => null),
    inactive: () => keys().flatMap(({ id, status }) => (status === 'Active' ? [] : id)),
    /** Runs until the machine enters this state; without a state, to the end. @returns the state's data */
    async runUntil(runId: string, input: object, state: string | null): Promise<Waiting> {
      const cut = { ...definition.States, ...(state !== null && { [state]: { Type: 'Succeed' } }) }
      const { startedAt, result } = await execute({ ...definition, States: cut }, runId, input)
      if (result.status !== 'SUCCEEDED') throw new Error(`${runId}: ${JSON.stringify(result)}`)
      return { state: state ?? '', runId, startedAt, data: result.output }
    },
    /** Continues the execution from its state, as Step Functions does after a deploy. */
    async goOn(machine: Definition, { state, runId, startedAt, data }: Waiting): Promise<ExecutionResult> {
      return (await execute({ ...machine, StartAt: state }, runId, data, startedAt)).result
    },
    /** Answers through the decision API. @returns the tokens that were woken */
    async answer(runId: string, body: object): Promise<string[]> {
      const woken: string[] = []
      const decide = makeDecide({ store, now, wake: async (token) => woken.push(token) > 0 })
      const { sha256 } = (await readOrganizationPlan(store, runId)) ?? {}
      const person = { arn: 'arn:aws:sts::200000000002:assumed-role/approver/ann', userId: 'AROAANN:ann' }
      const request = { method: 'POST', path: `/organizations/${runId}/decision` }
      const { statusCode, body: answer } = await decide(
        eventFor({ ...request, body: JSON.stringify({ plan: sha256, ...body }) }, person),
      )
      if (statusCode !== 200) throw new Error(`${runId}: answer refused with ${statusCode}: ${answer}`)
      return woken
    },
  }
}
