// Organization runs in an engine, over the organization in moto: the deployed definitions, handlers and clients. What a run
// shows is returned in one form, so that a test can compare the engines.
import { readFileSync } from 'node:fs'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { OrganizationApprovalWanted } from '../../core/model/messages.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { organizationKey, type RunStore } from '../../io/store/run-store.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { makeSessions } from '../../io/sts/sessions.ts'
import { makeHandlers } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import type { OrganizationRunPorts, RunPorts } from '../../steps/ports.ts'
import { quietTrail } from '../support/quiet-trail.ts'
import { eventOf } from '../support/waiting.ts'
import { edited } from './definition-edits.ts'
import type { Engine } from './engine.ts'
import type { Credentials } from './moto-account.ts'
import { PATIENCE } from './moto-server.ts'
import { withoutTimes } from './seen.ts'

const textOf = (name: string) => readFileSync(new URL(`../../statemachine/${name}.asl.json`, import.meta.url), 'utf8')
const PARENT = textOf('organization')
const ACCOUNT = textOf('keysweep')

/** Hundreds of states and thousands of calls, on a machine that may have other work. */
export const RUN_MILLISECONDS = 600_000

export interface OrganizationWorld {
  engine: Engine
  store: RunStore
  /** The bridged moto of IAM, STS and Organizations. */
  url: string
  hub: string
  credentials: Credentials
  settings: string
  now: () => Date
}

export interface OrganizationRequest {
  runId: string
  input?: object
  /** A person approves, without these keys and accounts; nobody answers unless it is given. */
  leaveOut?: string[]
}

export interface RanOrganization {
  status: string
  path: string[]
  /** Every call of a function, of the parent and of all children, sorted. */
  calls: string[]
  record: OrganizationRecord | null
  objects: string[]
  /** What people and programs were told of the end, and of the question. */
  said: unknown
}

/** Runs once, the person who answers included. */
export async function runOrganization(world: OrganizationWorld, asked: OrganizationRequest): Promise<RanOrganization> {
  const { engine, store, now } = world
  const question = Promise.withResolvers<OrganizationApprovalWanted>()
  const said: unknown[] = []
  const { account, parent } = portsOf(world, said, question.resolve)
  const calls: string[] = []
  const machine = await engine.open({
    definition: edited(PARENT, engine.organizationEdits),
    functions: noted(makeOrganizationHandlers(parent), calls),
    machines: {
      AccountMachineArn: { definition: edited(ACCOUNT, engine.edits), functions: noted(makeHandlers(account), calls) },
    },
    now,
    limitMilliseconds: RUN_MILLISECONDS,
  })
  const running = machine.start(asked.runId, asked.input ?? {})
  if (asked.leaveOut) await answer(world, asked, await either(question.promise, running))
  const { status, path } = await running
  const record = JSON.parse((await store.get(organizationKey(asked.runId, 'record.json'))) ?? 'null')
  const prefixes = ['keys/', 'orgs/', 'runs/']
  const objects = (await Promise.all(prefixes.map((prefix) => store.list(prefix).catch(() => [])))).flat()
  return { status, path, calls: calls.sort(), record, objects, said }
}

/** The question, or an error if the run ends without one. */
const either = <T>(question: Promise<T>, running: Promise<unknown>): Promise<T> =>
  Promise.race([
    question,
    running.then((ended) => {
      throw new Error(`Expected a question, received the end of the run: ${JSON.stringify(ended)}`)
    }),
  ])

/** Approves by the decision API. */
async function answer(
  { engine, store, now }: OrganizationWorld,
  { runId, leaveOut }: OrganizationRequest,
  { plan }: OrganizationApprovalWanted,
): Promise<void> {
  const decide = makeDecide({ store, now, wake: engine.wake })
  const body = JSON.stringify({ plan, answer: 'approve', leaveOut })
  const response = await decide(eventOf({ method: 'POST', path: `/organizations/${runId}/decision`, body }))
  if (response.statusCode !== 200) throw new Error(`Answer refused: ${response.statusCode} ${response.body}`)
}

function portsOf(
  { engine, store, url, hub, credentials, settings, now }: OrganizationWorld,
  said: unknown[],
  ask: (message: OrganizationApprovalWanted) => void,
): { account: RunPorts; parent: OrganizationRunPorts } {
  const where = { endpoint: url, region: 'us-east-1', credentials, ...PATIENCE }
  const sessions = makeSessions({ optionsOf: () => where })
  const clients = (attempts: number) =>
    makeClients({
      own: hub,
      sessions,
      make: ({ account }, provider) =>
        makeIam({ account, attempts, ...where, ...(provider && { credentials: provider }) }),
    })
  const shared = {
    caller: makeCaller({ attempts: 1, ...where }),
    store,
    now,
    pause: async () => {},
    settings: () => parseSettings(settings),
    execution: engine.execution,
    otherOpenRun: engine.otherOpenRun,
    answerCommand: (runId: string) => `keysweep approve ${runId}`,
    showCommand: (runId: string) => `keysweep show ${runId}`,
  }
  const account: RunPorts = {
    ...shared,
    ...quietTrail,
    iamOf: clients(1),
    patientIamOf: clients(3),
    deployedMode: () => parseSettings(settings).mode,
    notify: async () => {
      throw new Error('A part asks nobody')
    },
  }
  const parent: OrganizationRunPorts = {
    ...shared,
    ...foundIn(makeOrganization(where)),
    notify: async (message) => {
      said.push(message)
      ask(message)
    },
    publish: async (events) => void said.push(...events),
    notifyOutcome: async (message) => void said.push(message),
  }
  return { account, parent }
}

/** The handlers, with each call noted in words that fit both engines. */
const noted = (handlers: Record<string, LocalFunction>, calls: string[]): Record<string, LocalFunction> =>
  Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      async (payload: unknown) => {
        calls.push(withoutTimes(`${name} ${JSON.stringify(payload)}`).replaceAll(SECRET, '"<secret>"'))
        return handler(payload)
      },
    ]),
  )

/** A pass or a token. */
const SECRET = /(?<="(?:pass|token)":)"[^"]+"/g
