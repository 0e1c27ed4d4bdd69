// A whole world for a test: an account behind the local IAM endpoint, a run store in a new directory, a clock set by
// hand, and the real state machine over the real handlers.
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { ApprovalWanted, RunEnded } from '../../core/model/messages.ts'
import { parseSettings, type Settings } from '../../core/model/settings.ts'
import type { KeysweepEvent } from '../../core/notify/event-schemas.ts'
import { type Account, type AccountKey, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import type { ServiceOptions } from '../../demo/service.ts'
import type { EngineEvent, Execution, ExecutionResult } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { startLocalRun, wakeIn } from '../../local/local-run.ts'
import type { DecidePorts } from '../../steps/approval/reply.ts'
import type { OutcomePort, RunPorts } from '../../steps/ports.ts'
import { askedByAccount, type OneAccount } from './account-iam.ts'

export const AT = new Date('2026-09-11T12:00:00Z')
export const DAY = 24 * 60 * 60 * 1000
export const daysAgo = (days: number): Date => new Date(AT.getTime() - days * DAY)

/** The pass of every run in a world. */
export const PASS = '00000000-1a55-4a55-8a55-passpasspass'

export const OPERATOR_KEY = accessKeyId('operator')

/** The user who signs, with a key in daily use. */
const operator = () =>
  newUser('operator', { keys: [newKey(OPERATOR_KEY, daysAgo(10), { lastUsed: usedAt(daysAgo(0.5)) })] })

/** A key that was made a year ago and last used so many days ago; null: never. */
export const keyUsed = (name: string, days: number | null): AccountKey =>
  newKey(accessKeyId(name), daysAgo(365), { lastUsed: days === null ? null : usedAt(daysAgo(days)) })

/** An account of the operator, of users with a key each (user name: days since its last use), and of any others. */
export function accountOf(lastUsedDaysAgo: Record<string, number | null>, others: Account['users'] = []): Account {
  const users = Object.entries(lastUsedDaysAgo).map(([name, days]) => newUser(name, { keys: [keyUsed(name, days)] }))
  return newAccount('111122223333', { users: [operator(), ...users, ...others] })
}

export interface WorldOptions extends Partial<Omit<ServiceOptions, 'account' | 'now'>> {
  account: Account
  /** keysweep.yml; by default a machine that applies. A maxPercent that it does not name is 100: accounts of tests are small. */
  settings?: string
  /** Time limit of one IAM call, in real milliseconds: short only where an answer is to be late, for a machine may be busy. */
  timeoutMilliseconds?: number
}

export interface Run {
  result: ExecutionResult
  events: EngineEvent[]
  /** The states of the top level, in order. */
  path: string[]
  /** null where none was written. */
  record: RunRecord | null
}

export interface World {
  endpoint: Endpoint
  ports: RunPorts & OutcomePort & OneAccount
  /** Every question that people got. */
  messages: ApprovalWanted[]
  /** What was told of the ends of runs: to programs, and to people. */
  told: { events: KeysweepEvent[]; ends: RunEnded[] }
  directory: string
  /** Moves the clock of the account and of the run. */
  pass: (milliseconds: number) => void
  run: (options?: RunOptions) => Promise<Run>
}

/** A run that waits for a person: its message, and the decision API in front of it. */
export interface ApprovalRequest {
  message: ApprovalWanted
  execution: Execution
  decide: ReturnType<typeof makeDecide>
}

export interface RunOptions {
  runId?: string
  input?: unknown
  onEvent?: (event: EngineEvent) => void
  /** What people do once they are asked. Without it nobody answers, and the question's time is up at once. */
  whenAsked?: (asked: ApprovalRequest) => Promise<unknown>
}

/** Settings with a maxPercent of 100 where they name none. */
export function roomForKeys(text: string): Settings {
  const settings = parseSettings(text)
  return text.includes('maxPercent') ? settings : { ...settings, policy: { ...settings.policy, maxPercent: 100 } }
}

const started: World[] = []

/** Opens a world for one test; it ends with the test. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { account, settings = 'mode: apply', timeoutMilliseconds = 5000, ...service } = options
  let milliseconds = AT.getTime()
  const now = () => new Date(milliseconds)
  const pass = (more: number) => {
    milliseconds += more
  }
  const endpoint = await startEndpoint({ account, now, reportSeconds: 0, ...service })
  const directory = join(await mkdtemp(join(tmpdir(), 'keysweep-world-')), 'store')
  const where = {
    endpoint: endpoint.url,
    region: 'us-east-1',
    timeoutMilliseconds,
    credentials: { accessKeyId: OPERATOR_KEY, secretAccessKey: 'x' },
    // The pace goes by real time, of which a test has none to wait.
    pace: { getSendToken: async () => {}, updateClientSendingRate: () => {} },
  }
  const messages: ApprovalWanted[] = []
  const told: World['told'] = { events: [], ends: [] }
  const ports = askedByAccount<Omit<World['ports'], 'iamOf' | 'patientIamOf'>>({
    caller: makeCaller({ attempts: 1, ...where }),
    iam: makeIam({ account: '111122223333', attempts: 1, ...where }),
    patientIam: makeIam({ account: '111122223333', attempts: 3, ...where }),
    trailOf: () => makeTrail({ attempts: 1, partition: 'aws', ...where }),
    store: makeDirectoryStore(directory),
    now,
    pause: async (pause) => pass(pause),
    settings: () => roomForKeys(settings),
    deployedMode: () => roomForKeys(settings).mode,
    // Each run of this world has its own. Outside of it Step Functions knows of none.
    execution: async () => null,
    otherOpenRun: async () => null,
    notify: async (message) => void messages.push(message),
    answerCommand: (runId) => `keysweep approve ${runId}`,
    publish: async (events) => void told.events.push(...events),
    notifyOutcome: async (message) => void told.ends.push(message),
    showCommand: (runId, location) => `keysweep show ${runId} --store ${location}`,
  })
  const world: World = { endpoint, ports, messages, told, directory, pass, run: (run = {}) => runIn(world, run) }
  started.push(world)
  return world
}

async function runIn(
  world: World,
  { runId = 'run-1', input = {}, onEvent = () => {}, whenAsked }: RunOptions,
): Promise<Run> {
  const events: EngineEvent[] = []
  const people: Promise<unknown>[] = []
  const notify = async (message: ApprovalWanted) => {
    await world.ports.notify(message)
    // The function that tells has not returned yet: the people are quicker than the machine.
    if (whenAsked) people.push(whenAsked({ message, execution, decide: makeDecide(decidePorts) }))
  }
  const question = whenAsked ? null : unanswered(world.pass, 50)
  const execution = startLocalRun({
    ports: { ...world.ports, notify },
    runId,
    input,
    uuid: () => PASS,
    // Time passes on the hand-set clock alone.
    delay: (milliseconds) => {
      world.pass(milliseconds)
      return 0
    },
    limit: (milliseconds, state) => question?.limit(milliseconds, state) ?? milliseconds,
    onEvent: (event) => {
      events.push(event)
      question?.onEvent(event)
      onEvent(event)
    },
  })
  const decidePorts: DecidePorts = { store: world.ports.store, now: world.ports.now, wake: wakeIn(execution) }
  const result = await execution.result
  await Promise.all(people)
  const entered = events.filter((event) => event.type === 'StateEntered' && event.index === null)
  const text = await readFile(join(world.directory, 'runs', runId, 'record.json'), 'utf8').catch(() => null)
  return {
    result,
    events,
    path: entered.flatMap((event) => ('state' in event ? event.state : [])),
    record: text === null ? null : (JSON.parse(text) as RunRecord),
  }
}

/** A question that nobody answers is open for so long in real time: its term passes on the hand-set clock. */
export function unanswered(pass: World['pass'], realMilliseconds: number) {
  let term = 0
  return {
    limit(milliseconds: number, state: string): number {
      if (state !== 'Ask for approval') return milliseconds
      term = milliseconds
      return realMilliseconds
    },
    onEvent(event: EngineEvent): void {
      const timedOut = event.type === 'StateCaught' && event.error === 'States.Timeout'
      if (timedOut && event.state === 'Ask for approval') pass(term)
    },
  }
}

/** What stands in an account and in a run store, wherever they are. */
export interface Standing {
  endpoint: Pick<Endpoint, 'account'>
  ports: Pick<RunPorts, 'store'>
}

/** The first key of a user, to change it behind our back. @throws TypeError where there is none */
export function keyIn({ endpoint }: Pick<Standing, 'endpoint'>, user: string): AccountKey {
  const key = endpoint.account.users.find((one) => one.name === user)?.keys[0]
  if (key === undefined) throw new TypeError(`Expected a user ${user} with a key, received none`)
  return key
}

/** Lets something happen in the instant after a run first wrote such an object. */
export function afterWriting(
  { ports: { store } }: Pick<Standing, 'ports'>,
  object: RegExp,
  happens: () => unknown,
): void {
  const { put } = store
  let happened = false
  store.put = async (key, text) => {
    const stands = await put(key, text)
    if (!happened && object.test(key)) {
      happened = true
      await happens()
    }
    return stands
  }
}

/** The status of every key in the account, by its user: what was truly done, whatever our record says. */
export const statusesOf = ({ endpoint }: Pick<Standing, 'endpoint'>): Record<string, string[]> =>
  Object.fromEntries(endpoint.account.users.map((user) => [user.name, user.keys.map((key) => key.status)]))

afterEach(async () => {
  for (const { endpoint } of started.splice(0)) await endpoint.stop()
})
