// What a run shows: from outside, in what its functions were handed, in what it left behind. Two runs of one case differ
// in when they were and in what holds a time: those are left out here.
import type { RunRecord } from '../../core/model/documents/record.ts'
import { type RunStore, runKey } from '../../io/store/run-store.ts'
import { statusesOf, type World } from '../support/world.ts'
import type { Told } from './told.ts'

export interface Seen extends Told {
  /** Every call of a function with its payload, sorted. */
  calls: string[]
  record: RunRecord | null
  /** The names of the objects in the run store. */
  objects: string[]
  /** Each user's keys as the account has them now. */
  statuses: Record<string, string[]>
  /** What people and programs were told so far in this world. */
  said: unknown
  /** Where a task token or a pass stands, outside of the objects that are for tokens. */
  leaks: string[]
}

/** A call of a function, as the engine made it. */
export interface Call {
  name: string
  runId: string
  payload: unknown
}

const PREFIXES = ['keys/', 'runs/', 'tokens/']

/** What there is to see of a run that has ended. `calls` are of all the runs of its machine. */
export async function seen(world: World, runId: string, told: Told, calls: Call[]): Promise<Seen> {
  const { store } = world.ports
  const record = await recordIn(store, runId)
  const objects = (await Promise.all(PREFIXES.map((prefix) => store.list(prefix).catch(() => [])))).flat()
  return {
    ...told,
    cause: told.cause && withoutTimes(told.cause),
    calls: calls
      .filter((call) => call.runId === runId)
      .map(shown)
      .sort(),
    record: record && withoutItsTimes(record),
    objects,
    statuses: statusesOf(world),
    said: JSON.parse(withoutTimes(JSON.stringify(saidIn(world)).replaceAll(store.location, '<store>'))),
    leaks: await leaksOf(world, objects, calls),
  }
}

const saidIn = ({ messages, told }: World) => ({ asked: messages, ...told })

const recordIn = async (store: RunStore, runId: string): Promise<RunRecord | null> =>
  JSON.parse((await store.get(runKey(runId, 'record.json')).catch(() => null)) ?? 'null')

async function leaksOf(world: World, objects: string[], calls: Call[]): Promise<string[]> {
  const tokens = calls.flatMap(({ payload }) => [tokenIn(payload) ?? [], passIn(payload) ?? []].flat())
  const open = objects.filter((object) => !object.startsWith('tokens/'))
  const texts = await Promise.all(open.map(async (object) => [object, await world.ports.store.get(object)] as const))
  return [...texts, ['what was said', JSON.stringify(saidIn(world))] as const].flatMap(([where, text]) =>
    tokens.some((token) => text?.includes(token)) ? [where] : [],
  )
}

const tokenIn = (payload: unknown): string | undefined => (payload as { token?: string } | null)?.token

const passIn = (payload: unknown): string | undefined => (payload as { pass?: string } | null)?.pass

const shown = ({ name, payload }: Call): string => {
  const token = tokenIn(payload)
  const text = JSON.stringify(sorted(payload)).replace(/"pass":"[0-9a-f-]{36}"/, '"pass":"<pass>"')
  return `${name} ${withoutTimes(token === undefined ? text : text.replaceAll(token, '<token>'))}`
}

/** The plan's hash too is a time, for the plan says when it was made. */
const withoutItsTimes = (record: RunRecord): RunRecord => ({
  ...record,
  startedAt: '',
  endedAt: '',
  report: record.report && { ...record.report, generatedAt: '' },
  plan: record.plan && { ...record.plan, sha256: '' },
  decision: record.decision && { ...record.decision, at: '' },
  error: record.error && { ...record.error, message: withoutTimes(record.error.message) },
  keys: record.keys.map((key) => ({ ...key, at: key.at && '' })),
  // An intent holds an id of its attempt and an input its execution: of two runs they are never the same bytes.
  documents: record.documents.map(({ key }) => ({ key, sha256: '' })),
})

/**
 * Nor are an execution's ARN, an event's id, a hash and a stack trace the same; the trace stands in JSON, or in JSON
 * inside JSON.
 */
export const withoutTimes = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, '<time>')
    .replaceAll(/arn:aws:states:[\w:-]+/g, '<execution>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>')
    .replaceAll(/\b[0-9a-f]{32}\b/g, '<id>')
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
