// Reading back what earlier steps of the run wrote down.

import type { RunInput, StoredDecision } from '../core/model/documents.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import type { ReportSlot, Suspect } from '../core/model/facts.ts'
import { explain } from '../core/model/format-zod-issues.ts'
import { STORED_INPUT } from '../core/model/policy.ts'
import type { KeyVerdict, PlannedKey } from '../core/model/verdict.ts'
import { type Plan, planHash, readPlan } from '../core/run/plan.ts'
import type { ReportSummary } from '../core/run/record.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'

/** suspects.json */
export interface StoredSuspects extends ReportSummary {
  unknownColumns: string[]
  rootKeys: ReportSlot[]
  list: Suspect[]
}

/** verdicts/<n>.json: one slice of the suspects, from `from` up to, not including, `to`. */
export interface Slice {
  from: number
  to: number
  verdicts: KeyVerdict[]
  stale: PlannedKey[]
  /** Suspects whose facts could not be read, each with the error's name and message. */
  unreadable: { user: string; error: string; message: string }[]
}

/** JSON under `key`, or null where nothing stands. @throws StoreDamaged when it is not JSON */
export async function readJson<T>(store: RunStore, key: string): Promise<T | null> {
  const text = await store.get(key)
  return text === null ? null : parseStored<T>(text, key)
}

/** @throws StoreDamaged */
export function parseStored<T>(text: string, key: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    throw new StoreDamaged(`Cannot read ${key}: expected JSON, received ${JSON.stringify(text.slice(0, 40))}`, {
      cause: error,
    })
  }
}

/** JSON that an earlier step must have written. @throws StoreDamaged when it is missing or not JSON */
export async function needJson<T>(store: RunStore, key: string): Promise<T> {
  const value = await readJson<T>(store, key)
  if (value === null)
    throw new StoreDamaged(`Cannot read ${key}: expected what an earlier step wrote, received nothing`)
  return value
}

/** Writes JSON once; answers with what stands afterwards, ours or an earlier one. */
export async function putJson<T>(store: RunStore, key: string, value: T): Promise<T> {
  const { text } = await store.put(key, JSON.stringify(value))
  return parseStored<T>(text, key)
}

/** @throws StoreDamaged where it is missing or not what Start run writes: another version's policy judges nothing here */
export async function readInput(store: RunStore, runId: string): Promise<RunInput> {
  const key = runKey(runId, 'input.json')
  const input = STORED_INPUT.safeParse(await needJson(store, key))
  if (input.success) return input.data
  throw new StoreDamaged(`Cannot read ${key}: expected what Start run writes, received ${explain(input.error)}`)
}

export const readSuspects = (store: RunStore, runId: string): Promise<StoredSuspects> =>
  needJson(store, runKey(runId, 'suspects.json'))

export const readDecision = (store: RunStore, runId: string): Promise<StoredDecision | null> =>
  readJson(store, runKey(runId, 'decision.json'))

/**
 * The plan and its hash, or null where none was made.
 * @throws PlanRefused where it is not the plan named `expected`
 */
export async function readStoredPlan(
  store: RunStore,
  runId: string,
  expected?: string,
): Promise<{ plan: Plan; sha256: string } | null> {
  const text = await store.get(runKey(runId, 'plan.json'))
  return text === null ? null : { plan: readPlan(text, runId, expected), sha256: expected ?? planHash(text) }
}

/** Every slice of the suspects checked so far, in order. */
export async function readSlices(store: RunStore, runId: string): Promise<Slice[]> {
  const keys = await store.list(runKey(runId, 'verdicts/'))
  const slices = await Promise.all(keys.map((key) => needJson<Slice>(store, key)))
  return slices.sort((a, b) => a.from - b.from)
}
