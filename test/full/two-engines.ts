// One run in each of two engines, told in the same words, so that a test can hold one against the other.
import { readFileSync } from 'node:fs'
import type { RunRecord } from '../../core/model.ts'
import { makeHandlers } from '../../engine/local-run.ts'
import { type EngineEvent, type LocalFunction, startExecution } from '../../engine/step-functions.ts'
import { type RunStore, runKey } from '../../io/run-store.ts'
import { statusesOf, type World } from '../support/world.ts'
import { type DefinitionEdit, EDITS, edited } from './definition-edits.ts'
import type { LambdaRefusal } from './lambda-port.ts'
import { enter, failure, type MotoMachines, type Told } from './moto-machine.ts'

const DEFINITION = readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8')

export interface Asked {
  runId?: string
  input?: unknown
  /** Edits for both engines. */
  edits?: DefinitionEdit[]
  /** What Lambda answers to the nth call (from 1) of a function instead of calling it. */
  refuse?: (name: string, nth: number) => LambdaRefusal | null
}

/** What a run shows: from outside, in what its functions were handed, in what it left behind. */
export interface Seen extends Told {
  /** Every call of a function with its payload, sorted. */
  calls: string[]
  record: RunRecord | null
  /** The names of the objects in the run store. */
  objects: string[]
  /** Each user's keys as the account has them now. */
  statuses: Record<string, string[]>
}

/** The run in the engine of this repository. */
export async function runHere(world: World, asked: Asked): Promise<Seen> {
  const { runId = 'run-1', input = {}, edits = [], refuse = () => null } = asked
  // Step Functions puts "Lambda." before the name of what Lambda refuses with.
  const { handlers, calls } = recorded(world, (name, nth) => {
    const refusal = refuse(name, nth)
    return refusal && Object.assign(new Error(refusal.message), { name: `Lambda.${refusal.name}` })
  })
  const events: EngineEvent[] = []
  const execution = startExecution({
    definition: JSON.parse(edited(DEFINITION, edits)),
    substitutions: { Partition: 'aws', ...Object.fromEntries(Object.keys(handlers).map((name) => [name, name])) },
    functions: handlers,
    name: runId,
    input,
    now: world.ports.now,
    // Only pauses are shortened: a task keeps its time limit.
    delay: () => 0,
    onEvent: (event) => events.push(event),
  })
  const result = await execution.result
  const { error = null, cause = null } = 'error' in result ? result : {}
  return seen(world, runId, { status: result.status, error, cause, ...readEvents(events) }, calls)
}

/** The same in moto's. */
export async function runInMoto(moto: MotoMachines, world: World, asked: Asked): Promise<Seen> {
  const { runId = 'run-1', input = {}, edits = [], refuse = () => null } = asked
  const { handlers, calls } = recorded(world, refuse)
  const definition = edited(DEFINITION, [...EDITS, ...edits])
  return seen(world, runId, await moto.start({ definition, functions: handlers, name: runId, input }), calls)
}

type Recorded = { handlers: Record<string, LocalFunction>; calls: string[] }

function recorded(world: World, refuse: (name: string, nth: number) => Error | null): Recorded {
  const calls: string[] = []
  const wrap = (name: string, handler: LocalFunction): LocalFunction => {
    let nth = 0
    return async (payload) => {
      calls.push(`${name} ${withoutTimes(JSON.stringify(sorted(payload)))}`)
      const refusal = refuse(name, ++nth)
      if (refusal !== null) throw refusal
      return handler(payload)
    }
  }
  const wrapped = Object.entries(makeHandlers(world.ports)).map(([name, handler]) => [name, wrap(name, handler)])
  return { handlers: Object.fromEntries(wrapped), calls }
}

function readEvents(events: EngineEvent[]): Pick<Told, 'path' | 'iterations' | 'failures'> {
  const told: Pick<Told, 'path' | 'iterations' | 'failures'> = { path: [], iterations: {}, failures: [] }
  for (const event of events) {
    if (event.type === 'StateEntered' && event.index === null) told.path.push(event.state)
    if (event.type === 'StateEntered' && event.index !== null) enter(told.iterations, event.index, event.state)
    if (event.type === 'StateRetried' || event.type === 'StateCaught')
      told.failures.push(failure(event.state, event.index, event.error))
  }
  told.failures.sort()
  return told
}

async function seen({ ports, ...world }: World, runId: string, told: Told, calls: string[]): Promise<Seen> {
  const record = await recordIn(ports.store, runId)
  return {
    ...told,
    cause: told.cause && withoutTimes(told.cause),
    calls: calls.sort(),
    record: record && withoutItsTimes(record),
    objects: await objectsIn(ports.store),
    statuses: statusesOf({ ports, ...world }),
  }
}

const recordIn = async (store: RunStore, runId: string): Promise<RunRecord | null> =>
  JSON.parse((await store.get(runKey(runId, 'record.json')).catch(() => null)) ?? 'null')

const objectsIn = async (store: RunStore): Promise<string[]> =>
  (await Promise.all(['runs/', 'keys/'].map((prefix) => store.list(prefix).catch(() => [])))).flat()

/** Two runs differ in when they were, and in the plan's hash, for the plan says when it was made. */
const withoutItsTimes = (record: RunRecord): RunRecord => ({
  ...record,
  startedAt: '',
  endedAt: '',
  report: record.report && { ...record.report, generatedAt: '' },
  plan: record.plan && { ...record.plan, sha256: '' },
  error: record.error && { ...record.error, message: withoutTimes(record.error.message) },
  keys: record.keys.map((key) => ({ ...key, at: key.at && '' })),
})

/** Nor are an execution's ARN and a stack trace the same; the trace stands in JSON, or in JSON inside JSON. */
const withoutTimes = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, '<time>')
    .replaceAll(/arn:aws:states:[\w:-]+/g, '<execution>')
    .replaceAll(/,\\*"trace\\*":\[.*?\](?=\})/g, '')

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, field]) => [name, sorted(field)]),
  )
}
