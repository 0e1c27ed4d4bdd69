// A world for properties: a drawn account, a clock, a run store and the real state machine over the real handlers, in
// memory or over HTTP at the local endpoint. Time passes on the clock alone.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '../../core/model/facts.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { Account } from '../../demo/account.ts'
import type { Write } from '../../demo/actions.ts'
import { startEndpoint } from '../../demo/endpoint.ts'
import { type Execution, type ExecutionResult, startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { describedBy, makeHandlers, wakeIn } from '../../local/local-run.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import type { RunPorts } from '../../steps/ports.ts'
import { makeMemoryIam } from '../support/memory-iam.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { quietTrail } from '../support/quiet-trail.ts'
import { eventOf } from '../support/waiting.ts'
import { PASS, unanswered } from '../support/world.ts'
import { accountOf, type DrawnAccount, type HandDid, ROLE_KEY, SIGNER } from './lives.ts'
import { makeWitness, type Witness } from './witness.ts'

export interface World {
  account: Account
  store: RunStore
  writes: readonly Write[]
  did: HandDid[]
  witness: Witness
  now: () => Date
  pass: (milliseconds: number) => void
  /** Longest real time that a question nobody answers is open. */
  questionMilliseconds: number
  close: () => Promise<void>
  caller: () => Promise<Caller>
}

export type OpenWorld = (drawn: DrawnAccount, beginning: number) => Promise<World>

interface Parts extends Pick<World, 'account' | 'store' | 'writes' | 'questionMilliseconds' | 'close' | 'caller'> {
  iam: Iam
}

async function world(
  drawn: DrawnAccount,
  beginning: number,
  partsOf: (account: Account, now: () => Date, signedBy: string) => Promise<Parts>,
): Promise<World> {
  let clock = beginning
  const now = () => new Date(clock)
  const { iam, ...parts } = await partsOf(accountOf(drawn, beginning), now, drawn.signer.role ? ROLE_KEY : SIGNER)
  const pass = (milliseconds: number) => {
    clock += milliseconds
  }
  return { ...parts, did: [], witness: makeWitness(iam, parts.writes, now), now, pass }
}

/** All in memory: some milliseconds a run. */
export const openInMemory: OpenWorld = (drawn, beginning) =>
  world(drawn, beginning, async (account, now, signedBy) => ({
    account,
    ...makeMemoryIam({ account, now, signedBy }),
    store: makeMemoryStore(),
    questionMilliseconds: 1,
    close: async () => {},
  }))

/** The real client over HTTP at the local endpoint, and a store in a directory. */
export const openOverHttp: OpenWorld = (drawn, beginning) =>
  world(drawn, beginning, async (account, now, accessKeyId) => {
    const { url, writes, stop } = await startEndpoint({ account, now, reportSeconds: 0, pageSize: 2 })
    const directory = await mkdtemp(join(tmpdir(), 'keysweep-property-'))
    const where = { endpoint: url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' } }
    return {
      account,
      writes,
      iam: makeIam({ account: '111122223333', attempts: 1, ...where }),
      caller: makeCaller({ attempts: 1, ...where }),
      store: makeDirectoryStore(directory),
      questionMilliseconds: 50,
      close: async () => {
        await stop()
        await rm(directory, { recursive: true })
      },
    }
  })

/** What people do with the question: nothing, or answer after so many milliseconds. */
export type Reply = null | { answer: 'approve' | 'reject'; leaveOut: (keys: string[]) => string[] }

export interface RunOrder {
  runId: string
  settings: object
  input: object
  /** Called when people are asked. */
  meanwhile: () => void
  reply: Reply
}

/** One execution of the state machine, and the HTTP status that the answer got. */
export async function execute(
  world: World,
  order: RunOrder,
): Promise<{ result: ExecutionResult; answered: number | null }> {
  const { store, now, witness } = world
  let answered: Promise<number> | null = null
  const ports: RunPorts = {
    caller: world.caller,
    iamOf: () => witness.iam,
    patientIamOf: () => witness.iam,
    store,
    now,
    pause: async (milliseconds) => world.pass(milliseconds),
    ...quietTrail,
    execution: describedBy(() => execution),
    settings: () => parseSettings(JSON.stringify(order.settings)),
    deployedMode: () => 'apply',
    otherOpenRun: async () => null,
    answerCommand: (runId) => `keysweep approve ${runId}`,
    notify: async ({ plan }) => {
      order.meanwhile()
      if (order.reply !== null) answered = answer(world, execution, order.runId, plan, order.reply)
    },
  }
  const question = order.reply === null ? unanswered(world.pass, world.questionMilliseconds) : null
  const handlers = Object.entries(makeHandlers(ports))
  const execution: Execution = startExecution({
    definition,
    substitutions: { Partition: 'aws', ...Object.fromEntries(handlers.map(([name]) => [name, name])) },
    functions: Object.fromEntries(handlers.map(([name, handler]) => [name, witness.watched(handler)])),
    name: order.runId,
    machineName: 'keysweep',
    input: order.input,
    uuid: () => PASS,
    now,
    // Always the same, so that a case that fails fails again: the state machine's own pauses are drawn by lot.
    delay: () => {
      world.pass(1000)
      return 0
    },
    limit: (milliseconds, state) => question?.limit(milliseconds, state) ?? milliseconds,
    onEvent: (event) => question?.onEvent(event),
  })
  const result = await execution.result
  return { result, answered: await answered }
}

async function answer(
  world: World,
  execution: Execution,
  runId: string,
  plan: string,
  { answer, leaveOut }: NonNullable<Reply>,
): Promise<number> {
  const { store, now } = world
  const stored = JSON.parse((await store.get(`runs/${runId}/plan.json`)) ?? '') as { keys: { accessKeyId: string }[] }
  const body = JSON.stringify({ plan, answer, leaveOut: leaveOut(stored.keys.map((key) => key.accessKeyId)) })
  const decide = makeDecide({ store, now, wake: wakeIn(execution) })
  const { statusCode } = await decide(eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body }))
  return statusCode
}
