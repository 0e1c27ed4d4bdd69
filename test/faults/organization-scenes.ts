// Organization runs that faults are set into: apply, approve, undo. Both state machines, all handlers and all clients are the
// real ones, over the accounts of the local endpoint. Time passes on a clock set by hand.
import { afterEach } from '@jest/globals'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { OrganizationApprovalWanted } from '../../core/model/messages.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import type { Organization } from '../../demo/organization.ts'
import {
  type EngineEvent,
  type Execution,
  ExecutionAlreadyExists,
  type ExecutionResult,
  InvalidToken,
  TaskTimedOut,
} from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { organizationTokenPrefix, type RunStore } from '../../io/store/run-store.ts'
import { wakeIn } from '../../local/local-run.ts'
import { startLocalOrganizationRun } from '../../local/organization-run.ts'
import { organizationDocuments, read } from '../../steps/run-documents.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { eventOf } from '../support/waiting.ts'
import { faultOrganization, keyIn, MEMBERS, STALE } from './organization-accounts.ts'
import { freshOrganization, type PortsWorld, portsOf, SETTINGS } from './organization-ports.ts'

export const ORGANIZATION_SCENES = ['apply', 'approve', 'undo'] as const
export type OrganizationSceneName = (typeof ORGANIZATION_SCENES)[number]

/** What the approver of an approved run leaves out: an account, and a key of another. */
const LEFT_OUT_ACCOUNT = MEMBERS[2]
const LEFT_OUT_KEY = keyIn(MEMBERS[1], 'idle-2')

export interface OrganizationWorld extends PortsWorld {
  endpoint: Endpoint
  organization: Organization
  /** Executions of the account machine that were started, as Step Functions keeps their names. */
  taken: Set<string>
}

export interface OrganizationScene {
  name: OrganizationSceneName
  world: OrganizationWorld
  runId: string
  /** Keys that this run may change, and to what. */
  mayTake: readonly (readonly [account: string, id: string])[]
  to: 'Inactive' | 'Active'
  /** Writes, calls and statuses before this run. */
  writesBefore: number
  callsBefore: number
  statusesBefore: Map<string, string>
  run: (options?: RunOptions) => Promise<OrganizationEnd>
}

export interface RunOptions {
  /** The deployed settings; default: as the scene says. */
  settings?: object
  /** The execution's input; default: as the scene says. */
  input?: object
  onEvent?: (event: EngineEvent) => void
  /** Of the execution; default: another each time. A redrive has the same. */
  pass?: string
  /** When Step Functions says that it started; default: now. */
  startedAt?: Date
  /** What people do once they are asked; default: they approve. */
  whenAsked?: (message: OrganizationApprovalWanted, execution: () => Execution) => Promise<void>
}

export interface OrganizationEnd {
  result: ExecutionResult
  /** null where none was written. */
  record: OrganizationRecord | null
}

const started: Endpoint[] = []

/** Opens a world for one test; it ends with the test. */
export async function openOrganizationWorld({
  timeoutMilliseconds = 5000,
  store = makeMemoryStore() as RunStore,
  organizationAt = faultOrganization,
} = {}): Promise<OrganizationWorld> {
  let milliseconds = Date.now()
  const now = () => new Date(milliseconds)
  const { hub, organization } = organizationAt(now())
  const endpoint = await startEndpoint({ account: hub, organization, now, reportSeconds: 0, pageSize: 3 })
  started.push(endpoint)
  const pass = (more: number) => {
    milliseconds += more
  }
  const through: OrganizationWorld['through'] = { iam: (iam) => iam, store: (store) => store }
  const rest = { told: [], through, taken: new Set<string>(), timeoutMilliseconds }
  return { endpoint, organization, raw: store, now, pass, ...rest }
}

afterEach(async () => {
  for (const endpoint of started.splice(0)) await endpoint.stop()
})

/** Opens a world and brings it to where the run begins. */
export async function openOrganizationScene(
  name: OrganizationSceneName,
  options: Parameters<typeof openOrganizationWorld>[0] = {},
): Promise<OrganizationScene> {
  const world = await openOrganizationWorld(options)
  if (name === 'undo') await organizationSceneIn('apply', world).run()
  return organizationSceneIn(name, world)
}

/** A run about to begin in a world as it is now. */
export function organizationSceneIn(
  name: OrganizationSceneName,
  world: OrganizationWorld,
  runId = name === 'undo' ? 'undo-1' : 'org-1',
): OrganizationScene {
  const isSpared = ([account, id]: readonly [string, string]) => account === LEFT_OUT_ACCOUNT || id === LEFT_OUT_KEY
  return {
    name,
    world,
    runId,
    mayTake: name === 'approve' ? STALE.filter((key) => !isSpared(key)) : STALE,
    to: name === 'undo' ? 'Active' : 'Inactive',
    writesBefore: world.endpoint.writes.length,
    callsBefore: world.endpoint.calls.length,
    statusesBefore: statusById(world),
    run: (options = {}) => runIn(world, name, runId, options),
  }
}

const QUIET_MILLISECONDS = 20

/** A process that died has calls on their way: they have arrived when none comes any more. */
export async function lastCallsArrived({ endpoint }: OrganizationWorld): Promise<void> {
  for (let before = -1; before !== endpoint.calls.length; ) {
    before = endpoint.calls.length
    await new Promise((resolve) => setTimeout(resolve, QUIET_MILLISECONDS))
  }
}

/** The status of every key of every account by its id. */
export const statusById = ({ organization }: OrganizationWorld): Map<string, string> =>
  new Map(
    organization.accounts.flatMap(({ account }) =>
      account.users.flatMap(({ keys }) => keys.map(({ id, status }) => [id, status] as const)),
    ),
  )

async function runIn(
  world: OrganizationWorld,
  name: OrganizationSceneName,
  runId: string,
  { settings, input, onEvent = () => {}, pass, startedAt, whenAsked }: RunOptions,
): Promise<OrganizationEnd> {
  const people: Promise<unknown>[] = []
  let phase = ''
  const ports = portsOf(world, settings ?? { ...SETTINGS, ...(name === 'approve' && { approval: 'always' }) })
  const { execution } = startLocalOrganizationRun({
    ports: {
      ...ports,
      ...freshOrganization(world),
      ...(startedAt && { now: firstly(startedAt, world.now) }),
      notify: async (message) => {
        world.told.push(message)
        // The function that tells has not returned yet: the people are quicker than the machine.
        people.push(whenAsked?.(message, () => execution) ?? approve(world, message, () => execution))
      },
      answerCommand: (run) => `keysweep approve ${run}`,
    },
    portsOf: (account) => {
      const child = `${runId} ${phase} ${account}`
      if (world.taken.has(child)) throw new ExecutionAlreadyExists(child)
      world.taken.add(child)
      return { ...ports, isRunOver: async () => false }
    },
    runId,
    input: input ?? (name === 'undo' ? { undo: { run: 'org-1' } } : {}),
    progress: QUIET,
    onEvent: (event) => {
      if (event.type === 'StateEntered' && /accounts$/.test(event.state)) phase = event.state
      onEvent(event)
    },
    ...time(world),
    ...(pass !== undefined && { uuid: () => pass }),
  })
  const result = await execution.result
  await Promise.all(people)
  return { result, record: await read(world.raw, organizationDocuments.record(runId)) }
}

/** The engine is the first to ask. */
function firstly(first: Date, now: () => Date): () => Date {
  const rest = [first]
  return () => rest.shift() ?? now()
}

/** Time passes on the hand-set clock alone. */
const time = ({ pass }: OrganizationWorld) => ({
  delay: (milliseconds: number) => {
    pass(milliseconds)
    return 0
  },
})

const QUIET = { started: () => {}, of: () => {}, suspectChecked: () => {}, planned: () => {}, accountEnded: () => {} }

/** What is left out of a plan, if the plan has it: an answer that leaves out anything else is refused. */
async function leftOut({ raw }: OrganizationWorld, runId: string): Promise<string[]> {
  const plan = await read(raw, organizationDocuments.plan(runId))
  const hasKeys = (id: string) =>
    plan?.accounts.some(({ account, keys, end }) => account === id && keys > 0 && end === null)
  return [...(hasKeys(LEFT_OUT_ACCOUNT) ? [LEFT_OUT_ACCOUNT] : []), ...(hasKeys(MEMBERS[1]) ? [LEFT_OUT_KEY] : [])]
}

/** Approves but for some keys and accounts, by default one of each, and asks again where the answer did not come through; in the end time is up. */
export async function approve(
  world: OrganizationWorld,
  message: OrganizationApprovalWanted,
  execution: () => Execution,
  leaveOut?: string[],
) {
  const { raw, now } = world
  const decide = makeDecide({ store: world.through.store(raw), now, wake: (token) => wakeIn(execution())(token) })
  const spared = leaveOut ?? (await leftOut(world, message.runId))
  const body = JSON.stringify({ plan: message.plan, answer: 'approve', leaveOut: spared, reason: 'reviewed' })
  const path = `/organizations/${message.runId}/decision`
  for (let tries = 0; tries < 3; tries += 1) {
    // What a person gets for an error of the function is a 500 from the API.
    const reply = await decide(eventOf({ method: 'POST', path, body })).catch(() => null)
    if (reply?.statusCode === 200) return
  }
  const token = await raw.get((await raw.list(organizationTokenPrefix(message.runId))).at(-1) ?? '')
  try {
    execution().sendTaskFailure(token ?? '', 'States.Timeout', '')
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof InvalidToken)) throw error
  }
}
