// One run in an engine, the people who answer it included, told so that a test can hold one engine against the other.
import { readFileSync } from 'node:fs'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { tokenPrefix } from '../../io/store/run-store.ts'
import { makeHandlers } from '../../local/local-run.ts'
import { eventOf } from '../support/waiting.ts'
import type { World } from '../support/world.ts'
import { type DefinitionEdit, edited } from './definition-edits.ts'
import type { Engine, Machine } from './engine.ts'
import type { LambdaRefusal } from './lambda-port.ts'
import { type Call, type Seen, seen, withoutTimes } from './seen.ts'

const DEFINITION = readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8')

export interface RunRequest {
  runId?: string
  input?: unknown
  /** Edits for both engines. */
  edits?: DefinitionEdit[]
  /** What Lambda answers to the nth call (from 1) of a function instead of calling it. */
  refuse?: (name: string, nth: number) => LambdaRefusal | null
  /** What people do once they are told, and what comes of it. The function that tells them has not returned yet. */
  whenAsked?: (people: People) => Promise<unknown>
  /** The same, after the run's end. */
  afterwards?: (people: People) => Promise<unknown>
}

/** What people can do about a run that waits. */
export interface People {
  message: ApprovalWanted
  /** Sends an answer to the decision API: "200 approve", or the status and the message. */
  answer: (body?: object) => Promise<string>
  /** As whoever read the task token where it is kept. */
  steal: () => Promise<string>
  engine: Pick<Engine, 'sendSuccess' | 'sendFailure'>
  /** Starts another run of the same machine, and waits for its end. */
  beside: (asked: Pick<RunRequest, 'runId' | 'input'>) => Promise<Seen>
}

/** A run, what came of what people did, and of what they did afterwards. */
export interface Ran {
  run: Seen
  did: unknown
  afterwards: unknown
}

/** Runs once. @throws Error where people are to do something and nobody asks them, and what they throw */
export async function runIn(engine: Engine, world: World, asked: RunRequest): Promise<Ran> {
  const { runId = 'run-1', input = {}, edits = [], refuse = () => null, whenAsked, afterwards } = asked
  const question = Promise.withResolvers<ApprovalWanted>()
  let waits = false
  const notify = async (message: ApprovalWanted) => {
    await world.ports.notify(message)
    if (message.runId !== runId) return
    waits = true
    question.resolve(message)
  }
  const handlers = makeHandlers({
    ...world.ports,
    execution: engine.execution,
    otherOpenRun: engine.otherOpenRun,
    notify,
  })
  const { functions, calls } = recorded(handlers, (name, nth) => {
    const refusal = refuse(name, nth)
    return refusal && engine.refusalOf(refusal)
  })
  const definition = edited(DEFINITION, [...engine.edits, ...edits])
  const machine = await engine.open({ definition, functions, now: world.ports.now })
  const people = async () => peopleOf(engine, world, machine, calls, await question.promise)
  const doing = whenAsked && people().then(whenAsked)
  const running = machine.start(runId, input)
  // Whoever slips must not leave a run that waits for them.
  await Promise.race([running, doing?.then(() => running)])
  const told = await running
  if ((whenAsked || afterwards) && !waits) throw new Error(`${runId}: expected a question, received the run's end`)
  const did = await doing
  return {
    run: await seen(world, runId, told, calls),
    did,
    afterwards: await (afterwards && people().then(afterwards)),
  }
}

function peopleOf(engine: Engine, world: World, machine: Machine, calls: Call[], message: ApprovalWanted): People {
  const { store, now } = world.ports
  const decide = makeDecide({ store, now, wake: engine.wake })
  return {
    message,
    engine,
    async answer(body = {}) {
      const path = `/runs/${message.runId}/decision`
      const answer = JSON.stringify({ plan: message.plan, answer: 'approve', ...body })
      const response = await decide(eventOf({ method: 'POST', path, body: answer }))
      const { message: fault, decision } = JSON.parse(response.body)
      return withoutTimes(`${response.statusCode} ${fault ?? decision.answer}`)
    },
    async steal() {
      const newest = (await store.list(tokenPrefix(message.runId))).at(-1)
      return (await store.get(newest ?? '')) ?? ''
    },
    beside: async ({ runId = '', input = {} }) => seen(world, runId, await machine.start(runId, input), calls),
  }
}

/** The handlers, with each call noted, and refused where Lambda is to refuse it. */
function recorded(handlers: Record<string, LocalFunction>, refuse: (name: string, nth: number) => Error | null) {
  const calls: Call[] = []
  const wrap = (name: string, handler: LocalFunction): LocalFunction => {
    let nth = 0
    return async (payload) => {
      calls.push({ name, runId: (payload as { runId: string }).runId, payload })
      const refusal = refuse(name, ++nth)
      if (refusal !== null) throw refusal
      return handler(payload)
    }
  }
  const wrapped = Object.entries(handlers).map(([name, handler]) => [name, wrap(name, handler)])
  return { functions: Object.fromEntries(wrapped) as Record<string, LocalFunction>, calls }
}
