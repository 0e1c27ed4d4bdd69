// The only reader and writer of the run store's documents. A document that does not match its schema is refused.
import * as z from 'zod'
import { accountList } from '../core/model/documents/account-list.ts'
import { type StoredDecision, storedDecision } from '../core/model/documents/decision.ts'
import { formatMisfit } from '../core/model/documents/document.ts'
import { type EventsShare, eventsShare } from '../core/model/documents/events.ts'
import { type RunInput, runInput } from '../core/model/documents/input.ts'
import { intent, keyOutcome, reactivationSeen, refusal, undoneMark } from '../core/model/documents/key.ts'
import { organizationDecision } from '../core/model/documents/organization-decision.ts'
import { organizationInput } from '../core/model/documents/organization-input.ts'
import { type OrganizationPlan, organizationPlan } from '../core/model/documents/organization-plan.ts'
import { organizationRecord } from '../core/model/documents/organization-record.ts'
import type { Plan } from '../core/model/documents/plan.ts'
import { runRecord } from '../core/model/documents/record.ts'
import { type Slice, slice } from '../core/model/documents/slice.ts'
import { type StoredSuspects, storedSuspects } from '../core/model/documents/suspects.ts'
import { undoPlan } from '../core/model/documents/undo.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { VERSION } from '../core/model/manifest.ts'
import { policyInForce } from '../core/model/policy.ts'
import { intentName, refusedName, UNDO_MARKER } from '../core/run/attempts.ts'
import { checkedPlan, parsePlan, planHash } from '../core/run/plan.ts'
import { accessKeyKey, organizationKey, type RunStore, runKey } from '../io/store/run-store.ts'
import { parseOnce } from './parse-once.ts'

/** A document's key in the run store, and how to parse it. */
export interface DocumentRef<T> {
  key: string
  /** @throws StoreDamaged, or for a plan PlanRefused, if the text does not match the schema */
  parse: (text: string) => T
}

/**
 * A kind of document.
 * @param name of such a document, for messages @param mostLong as of `parseOnce` @returns the document under a key
 */
const json = <T>(schema: z.ZodType<T>, name: string, mostLong?: number): ((key: string) => DocumentRef<T>) => {
  const parsed = parseOnce((text, key) => {
    const document = jsonIn(text, key)
    const fit = schema.safeParse(document, { reportInput: true })
    if (fit.success) return fit.data
    throw misfit(key, name, document, fit.error)
  }, mostLong)
  return (key) => ({ key, parse: (text) => parsed(text, key) })
}

const misfit = (key: string, name: string, document: unknown, error: z.ZodError): StoreDamaged =>
  new StoreDamaged(`Cannot read ${key}: not a valid ${name}: ${formatMisfit(document, error)}`)

const RUN_INPUT = 'run input'

/** Each kind of document, by its key in the run store. */
const at = {
  input: json(runInput, RUN_INPUT),
  suspects: json(storedSuspects, 'list of suspects'),
  slice: json(slice, 'slice of verdicts'),
  events: json(eventsShare, 'share of key events'),
  decision: json(storedDecision, 'decision'),
  undo: json(undoPlan, 'undo plan'),
  record: json(runRecord, 'record'),
  intent: json(intent, 'intent'),
  refusal: json(refusal, 'refusal'),
  outcome: json(keyOutcome, 'outcome'),
  reactivationSeen: json(reactivationSeen, 'reactivation note'),
  undoneMark: json(undoneMark, 'undo marker'),
}

/** An organization run's documents have a line for each account, and are read for each account. */
const MOST_LONG = 1

const organizationAt = {
  input: json(organizationInput, 'organization run input'),
  accounts: json(accountList, 'list of accounts', MOST_LONG),
  plan: json(organizationPlan, 'organization plan', MOST_LONG),
  decision: json(organizationDecision, 'organization decision'),
  record: json(organizationRecord, 'organization record'),
}

/** Every JSON document. A key's attempts `n` count from 1. */
export const documents = {
  input: (runId: string) => at.input(runKey(runId, 'input.json')),
  suspects: (runId: string) => at.suspects(runKey(runId, 'suspects.json')),
  slice: (runId: string, from: number) => at.slice(runKey(runId, `verdicts/${from}.json`)),
  events: (runId: string, n: number) => at.events(runKey(runId, `events/${n}.json`)),
  plan: (runId: string): DocumentRef<Plan> => ({
    key: runKey(runId, 'plan.json'),
    parse: (text) => planIn(text, runId),
  }),
  decision: (runId: string) => at.decision(runKey(runId, 'decision.json')),
  undo: (runId: string) => at.undo(runKey(runId, 'undo.json')),
  record: (runId: string) => at.record(runKey(runId, 'record.json')),
  intent: (accessKeyId: string, runId: string, n: number) => at.intent(accessKeyKey(accessKeyId, runId, intentName(n))),
  refusal: (accessKeyId: string, runId: string, n: number) =>
    at.refusal(accessKeyKey(accessKeyId, runId, refusedName(n))),
  outcome: (accessKeyId: string, runId: string) => at.outcome(accessKeyKey(accessKeyId, runId, 'outcome')),
  reactivationSeen: (accessKeyId: string, runId: string) =>
    at.reactivationSeen(accessKeyKey(accessKeyId, runId, 'seen')),
  undoneMark: (accessKeyId: string, runId: string) => at.undoneMark(accessKeyKey(accessKeyId, runId, UNDO_MARKER)),
}

/** Every JSON document of an organization run. Those of its runs in accounts are `documents`. */
export const organizationDocuments = {
  input: (runId: string) => organizationAt.input(organizationKey(runId, 'input.json')),
  accounts: (runId: string) => organizationAt.accounts(organizationKey(runId, 'accounts.json')),
  plan: (runId: string) => organizationAt.plan(organizationKey(runId, 'plan.json')),
  decision: (runId: string) => organizationAt.decision(organizationKey(runId, 'decision.json')),
  record: (runId: string) => organizationAt.record(organizationKey(runId, 'record.json')),
}

/** The document; null if there is none. @throws StoreDamaged if it does not match its schema */
export const read = async <T>(store: RunStore, ref: DocumentRef<T>): Promise<T | null> =>
  (await readStored(store, ref))?.document ?? null

/** As `read`, and the document's text as it is stored. */
export async function readStored<T>(store: RunStore, ref: DocumentRef<T>): Promise<Stored<T> | null> {
  const text = await store.get(ref.key)
  return text === null ? null : { document: ref.parse(text), text }
}

/** Whether the document exists. It is not parsed. */
export const isStored = async (store: RunStore, ref: DocumentRef<unknown>): Promise<boolean> =>
  (await store.get(ref.key)) !== null

/** A document that an earlier step must have written. @throws StoreDamaged if it is missing or does not match its schema */
export const need = async <T>(store: RunStore, ref: DocumentRef<T>): Promise<T> =>
  (await needStored(store, ref)).document

/** As `need`, and the document's text as it is stored. */
export async function needStored<T>(store: RunStore, ref: DocumentRef<T>): Promise<Stored<T>> {
  const stored = await readStored(store, ref)
  if (stored !== null) return stored
  throw new StoreDamaged(`Cannot read ${ref.key}: it is missing, an earlier step must write it`)
}

export interface Stored<T> {
  document: T
  text: string
}

/** The document that is stored after a write: that of this write, or an earlier one. */
export interface Written<T> extends Stored<T> {
  /** The stored text is exactly that of this write. */
  isSame: boolean
}

/**
 * Writes a document, unless it exists already. The new document holds the version of this keysweep.
 * @throws StoreDamaged if one exists that does not match its schema
 */
export async function write<T extends object>(store: RunStore, ref: DocumentRef<T>, value: T): Promise<Written<T>> {
  const written = textOf(value)
  const { text } = await store.put(ref.key, written)
  return { document: ref.parse(text), text, isSame: text === written }
}

/** As `write`. @returns the stored document */
export const put = async <T extends object>(store: RunStore, ref: DocumentRef<T>, value: T): Promise<T> =>
  (await write(store, ref, value)).document

/** The text that this version writes. */
export const textOf = (value: object): string =>
  JSON.stringify(Object.assign({ keysweep: VERSION }, value, { keysweep: VERSION }))

/** @throws StoreDamaged */
function jsonIn(text: string, key: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StoreDamaged(`Cannot read ${key}: not JSON: ${JSON.stringify(text.slice(0, 40))}`, {
      cause: error,
    })
  }
}

/** An unknown policy setting, of a later version, must end the run: ignoring it could deactivate keys. Its value may be anything. */
const ACTED_ON = z.object({ policy: policyInForce })

/**
 * The run's input, to act on. Its policy has exactly the settings that this version knows.
 * @throws StoreDamaged if it is missing or does not match its schema
 */
export const readInput = async (store: RunStore, runId: string): Promise<RunInput> =>
  inForce(await need(store, documents.input(runId)))

/** The input, if its policy has exactly the settings that this version knows. @throws StoreDamaged */
export function inForce(input: RunInput): RunInput {
  const known = ACTED_ON.safeParse(input)
  if (known.success) return input
  throw misfit(documents.input(input.runId).key, RUN_INPUT, input, known.error)
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
 * The plan and its hash; null if there is none.
 * @throws PlanRefused if it is not the plan with the hash `expected`
 */
export async function readStoredPlan(store: RunStore, runId: string, expected?: string): Promise<StoredPlan | null> {
  const text = await store.get(runKey(runId, 'plan.json'))
  return text === null ? null : { plan: planIn(text, runId, expected), sha256: expected ?? planHash(text) }
}

const parsedPlan = parseOnce(parsePlan)

/** The run's plan in the text. @throws PlanRefused if it is of another run, or not the plan named `sha256`, where one is named */
const planIn = (text: string, runId: string, sha256?: string): Plan =>
  checkedPlan(text, (text) => parsedPlan(text, runKey(runId, 'plan.json')), runId, sha256)

/** Writes a run's plan, unless it exists already. @returns the stored plan @throws PlanRefused */
export async function putPlan(store: RunStore, plan: Plan): Promise<StoredPlan> {
  const { document, text } = await write(store, documents.plan(plan.runId), plan)
  return { plan: document, sha256: planHash(text) }
}

/** An organization plan with its hash, which is its name. */
export interface StoredOrganizationPlan {
  plan: OrganizationPlan
  sha256: string
}

/** The plan and its hash; null if there is none. @throws StoreDamaged, or PlanRefused if it is of another run */
export async function readOrganizationPlan(store: RunStore, runId: string): Promise<StoredOrganizationPlan | null> {
  const text = await store.get(organizationDocuments.plan(runId).key)
  return text === null ? null : { plan: organizationPlanIn(text, runId), sha256: planHash(text) }
}

/**
 * The organization run's plan in the text.
 * @throws StoreDamaged; PlanRefused if it is of another run, or not the plan named `sha256`, where one is named
 */
export const organizationPlanIn = (text: string, runId: string, sha256?: string): OrganizationPlan =>
  checkedPlan(text, organizationDocuments.plan(runId).parse, runId, sha256)

/** Writes an organization run's plan, unless it exists already. @returns the stored plan @throws StoreDamaged */
export async function putOrganizationPlan(store: RunStore, plan: OrganizationPlan): Promise<StoredOrganizationPlan> {
  const { document, text } = await write(store, organizationDocuments.plan(plan.runId), plan)
  return { plan: document, sha256: planHash(text) }
}

/** All slices that are stored so far, in the order of the suspects. */
export async function readSlices(store: RunStore, runId: string): Promise<Slice[]> {
  const keys = await store.list(runKey(runId, 'verdicts/'))
  const slices = await Promise.all(keys.map((key) => need(store, at.slice(key))))
  return slices.sort((a, b) => a.from - b.from)
}

/** All shares of key events that are stored so far, in the order in which they were read. */
export const readEvents = async (store: RunStore, runId: string): Promise<EventsShare[]> =>
  readEventsAt(store, await listEvents(store, runId))

/** The keys of those shares in the store. */
export const listEvents = (store: RunStore, runId: string): Promise<string[]> => store.list(runKey(runId, 'events/'))

/** The shares under these keys, in the order in which they were read. */
export async function readEventsAt(store: RunStore, keys: string[]): Promise<EventsShare[]> {
  const shares = await Promise.all(keys.map((key) => need(store, at.events(key))))
  return shares.sort((a, b) => a.n - b.n)
}
