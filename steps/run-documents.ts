// The one reader and writer of the run store's documents: what does not fit its schema is refused by name.
import * as z from 'zod'
import { type StoredDecision, storedDecision } from '../core/model/documents/decision.ts'
import { formatMisfit } from '../core/model/documents/document.ts'
import { type RunInput, runInput } from '../core/model/documents/input.ts'
import { intent, keyOutcome, reactivationSeen, refusal, undoneMark } from '../core/model/documents/key.ts'
import type { Plan } from '../core/model/documents/plan.ts'
import { runRecord } from '../core/model/documents/record.ts'
import { type Slice, slice } from '../core/model/documents/slice.ts'
import { type StoredSuspects, storedSuspects } from '../core/model/documents/suspects.ts'
import { undoPlan } from '../core/model/documents/undo.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { VERSION } from '../core/model/manifest.ts'
import { policyInForce } from '../core/model/policy.ts'
import { intentName, refusedName, UNDO_MARKER } from '../core/run/attempts.ts'
import { planHash, readPlan } from '../core/run/plan.ts'
import { accessKeyKey, type RunStore, runKey } from '../io/store/run-store.ts'

/** One document's place in the run store, and what may be there. */
export interface Place<T> {
  key: string
  /** @throws StoreDamaged, or for a plan PlanRefused, for what does not fit */
  parse: (text: string) => T
}

/** @param expected what fits the schema, in words: "what Start run writes" */
const json = <T>(key: string, schema: z.ZodType<T>, expected: string): Place<T> => ({
  key,
  parse: (text) => {
    const document = jsonIn(text, key)
    const fit = schema.safeParse(document, { reportInput: true })
    if (fit.success) return fit.data
    throw misfit(key, expected, document, fit.error)
  },
})

const misfit = (key: string, expected: string, document: unknown, error: z.ZodError): StoreDamaged =>
  new StoreDamaged(`Cannot read ${key}: expected ${expected}, received ${formatMisfit(document, error)}`)

const WHAT_START_RUN_WRITES = 'what Start run writes'

const sliceAt = (key: string) => json(key, slice, 'what Check suspects writes')

/** Every JSON document. A key's attempts `n` count from 1. */
export const documents = {
  input: (runId: string) => json(runKey(runId, 'input.json'), runInput, WHAT_START_RUN_WRITES),
  suspects: (runId: string) => json(runKey(runId, 'suspects.json'), storedSuspects, 'what Parse report writes'),
  slice: (runId: string, from: number) => sliceAt(runKey(runId, `verdicts/${from}.json`)),
  plan: (runId: string): Place<Plan> => ({
    key: runKey(runId, 'plan.json'),
    parse: (text) => readPlan(text, runId),
  }),
  decision: (runId: string) => json(runKey(runId, 'decision.json'), storedDecision, 'an answer to the plan'),
  undo: (runId: string) => json(runKey(runId, 'undo.json'), undoPlan, 'what Plan undo writes'),
  record: (runId: string) => json(runKey(runId, 'record.json'), runRecord, 'a record as Write record writes it'),
  intent: (accessKeyId: string, runId: string, n: number) =>
    json(accessKeyKey(accessKeyId, runId, intentName(n)), intent, "a run's intent to update the key"),
  refusal: (accessKeyId: string, runId: string, n: number) =>
    json(accessKeyKey(accessKeyId, runId, refusedName(n)), refusal, 'the mark that IAM refused an update'),
  outcome: (accessKeyId: string, runId: string) =>
    json(accessKeyKey(accessKeyId, runId, 'outcome'), keyOutcome, "a key's outcome"),
  reactivationSeen: (accessKeyId: string, runId: string) =>
    json(accessKeyKey(accessKeyId, runId, 'seen'), reactivationSeen, 'the note that a key is Active again'),
  undoneMark: (accessKeyId: string, runId: string) =>
    json(accessKeyKey(accessKeyId, runId, UNDO_MARKER), undoneMark, 'the mark that a run is undone'),
}

/** The document, or null where there is none. @throws StoreDamaged where it does not fit its schema */
export const read = async <T>(store: RunStore, place: Place<T>): Promise<T | null> =>
  (await readStored(store, place))?.document ?? null

/** As `read`, with the document's text as it is stored. */
export async function readStored<T>(store: RunStore, place: Place<T>): Promise<Stored<T> | null> {
  const text = await store.get(place.key)
  return text === null ? null : { document: place.parse(text), text }
}

/** Whether there is a document, whatever it says. */
export const isStored = async (store: RunStore, place: Place<unknown>): Promise<boolean> =>
  (await store.get(place.key)) !== null

/** A document that an earlier step must have written. @throws StoreDamaged where it is missing or does not fit its schema */
export async function need<T>(store: RunStore, place: Place<T>): Promise<T> {
  const document = await read(store, place)
  if (document !== null) return document
  throw new StoreDamaged(`Cannot read ${place.key}: expected what an earlier step wrote, received nothing`)
}

export interface Stored<T> {
  document: T
  text: string
}

/** What a write-once write left in the store: ours, or what was there before. */
export interface Written<T> extends Stored<T> {
  /** What is stored is ours, to the letter. */
  isOurs: boolean
}

/**
 * Writes a document once, with this version of keysweep.
 * @throws StoreDamaged where there is one already that does not fit its schema
 */
export async function write<T extends object>(store: RunStore, place: Place<T>, value: T): Promise<Written<T>> {
  const ours = textOf(value)
  const { text } = await store.put(place.key, ours)
  return { document: place.parse(text), text, isOurs: text === ours }
}

/** As `write`. @returns what is stored */
export const put = async <T extends object>(store: RunStore, place: Place<T>, value: T): Promise<T> =>
  (await write(store, place, value)).document

/** A document's text as this version writes it. */
export const textOf = (value: object): string =>
  JSON.stringify(Object.assign({ keysweep: VERSION }, value, { keysweep: VERSION }))

/** @throws StoreDamaged */
function jsonIn(text: string, key: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StoreDamaged(`Cannot read ${key}: expected JSON, received ${JSON.stringify(text.slice(0, 40))}`, {
      cause: error,
    })
  }
}

/** A term that we do not know, of a later version, must end the run, not its keys. */
const ACTED_ON = z.object({ policy: policyInForce })

/**
 * The run's input, to act on: its policy has the terms that this version judges by, and no other.
 * @throws StoreDamaged where it is missing or does not fit its schema
 */
export async function readInput(store: RunStore, runId: string): Promise<RunInput> {
  const place = documents.input(runId)
  const input = await need(store, place)
  const known = ACTED_ON.safeParse(input, { reportInput: true })
  if (known.success) return input
  throw misfit(place.key, WHAT_START_RUN_WRITES, input, known.error)
}

export const readSuspects = (store: RunStore, runId: string): Promise<StoredSuspects> =>
  need(store, documents.suspects(runId))

export const readDecision = (store: RunStore, runId: string): Promise<StoredDecision | null> =>
  read(store, documents.decision(runId))

/** A plan with its hash, which is its name. */
export interface StoredPlan {
  plan: Plan
  sha256: string
}

/**
 * The plan and its hash, or null where none was made.
 * @throws PlanRefused where it is not the plan named `expected`
 */
export async function readStoredPlan(store: RunStore, runId: string, expected?: string): Promise<StoredPlan | null> {
  const text = await store.get(runKey(runId, 'plan.json'))
  return text === null ? null : { plan: readPlan(text, runId, expected), sha256: expected ?? planHash(text) }
}

/** Writes a run's plan once. @returns what is stored @throws PlanRefused */
export async function putPlan(store: RunStore, plan: Plan): Promise<StoredPlan> {
  const { document, text } = await write(store, documents.plan(plan.runId), plan)
  return { plan: document, sha256: planHash(text) }
}

/** Every slice of the suspects checked so far, in order. */
export async function readSlices(store: RunStore, runId: string): Promise<Slice[]> {
  const keys = await store.list(runKey(runId, 'verdicts/'))
  const slices = await Promise.all(keys.map((key) => need(store, sliceAt(key))))
  return slices.sort((a, b) => a.from - b.from)
}
