// What the run store holds about one access key: the attempts of this run, and what earlier runs did.
import { type KeyTrace, notForUndoOf, type Reactivation, reactivation } from '../core/judge/key-history.ts'
import type { ReactivationSeen } from '../core/model/documents/key.ts'
import { type Attempts, attemptsFrom, intentName } from '../core/run/attempts.ts'
import { accessKeyPrefix, parseAccessKeyKey, type RunStore } from '../io/store/run-store.ts'
import { type DocumentRef, documents, put, read } from './run-documents.ts'

/** A key that is Active although a run deactivated it, and when that was first seen. */
export type ReactivatedKey = Pick<ReactivationSeen, 'accessKeyId' | 'at'>

/** The names of each run's documents about one key, as of one list. */
export interface KeyJournal {
  accessKeyId: string
  namesByRun: Map<string, string[]>
}

/** Lists the store once. Objects that are not ours are ignored. */
export async function readJournal(store: RunStore, accessKeyId: string): Promise<KeyJournal> {
  const namesByRun = new Map<string, string[]>()
  for (const found of (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)) {
    if (found !== null) namesByRun.set(found.runId, [...(namesByRun.get(found.runId) ?? []), found.name])
  }
  return { accessKeyId, namesByRun }
}

/** The names of a run's documents under the key, such as `intent`. */
export const namesOf = ({ namesByRun }: KeyJournal, runId: string): string[] => namesByRun.get(runId) ?? []

/** A run's attempts on the key. */
export const attemptsIn = (journal: KeyJournal, runId: string): Attempts => attemptsFrom(namesOf(journal, runId))

/** The same, without the run's nth intent. */
export const attemptsBeside = (journal: KeyJournal, runId: string, n: number): Attempts =>
  attemptsFrom(namesOf(journal, runId).filter((name) => name !== intentName(n)))

/** A run's attempts on the key, listed now. */
export const readAttempts = async (store: RunStore, runId: string, accessKeyId: string): Promise<Attempts> =>
  attemptsIn(await readJournal(store, accessKeyId), runId)

/** The time of the run's newest intent for the key, ISO 8601; null if there is none. */
export async function newestIntentAt(store: RunStore, journal: KeyJournal, runId: string): Promise<string | null> {
  const { count } = attemptsIn(journal, runId)
  // Without an attempt, there is no object of that name.
  return (await read(store, documents.intent(journal.accessKeyId, runId, count)))?.at ?? null
}

/** Why an undo of `undone` must not reactivate the key; null if it may. */
export const refusesUndo = async (store: RunStore, journal: KeyJournal, runId: string, undone: string) =>
  notForUndoOf(undone, await otherTraces(store, journal, runId))

/**
 * When an Active key was reactivated after an earlier run deactivated it. If no run has stored that yet, the time is `now`,
 * and a run that uses it must store it. Only reads.
 * @param runId the run that asks, whose own documents are left out; null for none
 * @param wasInactive an earlier run's report showed the key inactive
 */
export const whenReactivated = async (
  store: RunStore,
  journal: KeyJournal,
  now: Date,
  runId: string | null,
  wasInactive = false,
): Promise<Reactivation> => reactivation(await otherTraces(store, journal, runId), now, wasInactive)

/** Stores that this run saw a key Active again. @returns the time that this run stored first, which counts */
export const noteReactivation = async (
  store: RunStore,
  runId: string,
  { accessKeyId, at }: ReactivatedKey,
): Promise<string> => (await put(store, documents.reactivationSeen(accessKeyId, runId), { runId, accessKeyId, at })).at

/** Without the asking run: its own traces say nothing about the time before it. */
const otherTraces = (store: RunStore, { accessKeyId, namesByRun }: KeyJournal, runId: string | null) =>
  readTraces(store, { accessKeyId, namesByRun: new Map([...namesByRun].filter(([run]) => run !== runId)) })

/** What each run of the journal wrote about the key. */
export const readTraces = (store: RunStore, { accessKeyId, namesByRun }: KeyJournal): Promise<KeyTrace[]> =>
  Promise.all([...namesByRun].map(([run, names]) => readTrace(store, run, accessKeyId, names)))

/** What one run wrote about the key, by the names of its documents. @throws StoreDamaged, and what the run store throws */
export async function readTrace(
  store: RunStore,
  runId: string,
  accessKeyId: string,
  names: string[],
): Promise<KeyTrace> {
  const { count, sent } = attemptsFrom(names)
  const readNamed = async <T>(name: string, ref: DocumentRef<T>) => (names.includes(name) ? read(store, ref) : null)
  const [intent, outcome, reactivation] = await Promise.all([
    readNamed(intentName(count), documents.intent(accessKeyId, runId, count)),
    readNamed('outcome', documents.outcome(accessKeyId, runId)),
    readNamed('seen', documents.reactivationSeen(accessKeyId, runId)),
  ])
  return { runId, intent, outcome, sent, reactivationSeenAt: reactivation?.at ?? null }
}
