// What stands in the run store of one access key: what this run tried, and what earlier runs did.
import { type KeyTrace, notForUndoOf, type Reactivation, reactivation } from '../core/judge/key-history.ts'
import type { ReactivationSeen } from '../core/model/documents/key.ts'
import { type Attempts, attemptsFrom, intentName } from '../core/run/attempts.ts'
import { accessKeyPrefix, parseAccessKeyKey, type RunStore } from '../io/store/run-store.ts'
import { documents, type Place, put, read } from './run-documents.ts'

/** A key that is Active although a run deactivated it, and the moment at which that was seen. */
export type SeenKey = Pick<ReactivationSeen, 'accessKeyId' | 'at'>

/** What stood in the run store of one key when it was listed: the names of each run's objects. */
export interface KeyJournal {
  accessKeyId: string
  namesByRun: Map<string, string[]>
}

/** One list of the store. What is not ours under the key's folder is passed over. */
export async function readJournal(store: RunStore, accessKeyId: string): Promise<KeyJournal> {
  const namesByRun = new Map<string, string[]>()
  for (const found of (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)) {
    if (found !== null) namesByRun.set(found.runId, [...(namesByRun.get(found.runId) ?? []), found.name])
  }
  return { accessKeyId, namesByRun }
}

/** The names of a run's documents under the key, such as `intent`. */
export const namesOf = ({ namesByRun }: KeyJournal, runId: string): string[] => namesByRun.get(runId) ?? []

/** What a run has tried on the key. */
export const attemptsIn = (journal: KeyJournal, runId: string): Attempts => attemptsFrom(namesOf(journal, runId))

/** The same without the run's nth intent. */
export const attemptsBeside = (journal: KeyJournal, runId: string, n: number): Attempts =>
  attemptsFrom(namesOf(journal, runId).filter((name) => name !== intentName(n)))

/** What a run has tried on the key by now. */
export const readAttempts = async (store: RunStore, runId: string, accessKeyId: string): Promise<Attempts> =>
  attemptsIn(await readJournal(store, accessKeyId), runId)

/** When the run's newest intent for the key was noted; null: there is none. */
export async function newestIntentAt(store: RunStore, journal: KeyJournal, runId: string): Promise<string | null> {
  const { count } = attemptsIn(journal, runId)
  // Where nothing was tried, nothing stands under that name.
  return (await read(store, documents.intent(journal.accessKeyId, runId, count)))?.at ?? null
}

/** Why an undo of `undone` must leave the key as it is; null: it may bring it back. */
export const refusesUndo = async (store: RunStore, journal: KeyJournal, runId: string, undone: string) =>
  notForUndoOf(undone, await otherTraces(store, journal, runId))

/**
 * When an Active key was reactivated after an earlier run deactivated it. Where no run has noted that yet, it is as of
 * `now`, and a run that relies on it must note it. Reads only.
 * @param runId the run that asks; null: none does
 */
export const whenReactivated = async (
  store: RunStore,
  journal: KeyJournal,
  now: Date,
  runId: string | null,
): Promise<Reactivation> => reactivation(await otherTraces(store, journal, runId), now)

/** Notes that this run saw a key Active again. @returns the date that counts: what this run noted first */
export const noteReactivation = async (store: RunStore, runId: string, { accessKeyId, at }: SeenKey): Promise<string> =>
  (await put(store, documents.reactivationSeen(accessKeyId, runId), { runId, accessKeyId, at })).at

/** A run's own traces tell nothing of what happened before it. */
async function otherTraces(store: RunStore, journal: KeyJournal, runId: string | null): Promise<KeyTrace[]> {
  const runs = [...journal.namesByRun].filter(([run]) => run !== runId)
  return Promise.all(runs.map(([run, names]) => readTrace(store, run, journal.accessKeyId, names)))
}

async function readTrace(store: RunStore, runId: string, accessKeyId: string, names: string[]): Promise<KeyTrace> {
  const { count, sent } = attemptsFrom(names)
  const readNamed = async <T>(name: string, place: Place<T>) => (names.includes(name) ? read(store, place) : null)
  const [intent, outcome, seen] = await Promise.all([
    readNamed(intentName(count), documents.intent(accessKeyId, runId, count)),
    readNamed('outcome', documents.outcome(accessKeyId, runId)),
    readNamed('seen', documents.reactivationSeen(accessKeyId, runId)),
  ])
  return { runId, intent, outcome, sent, reactivationSeenAt: seen?.at ?? null }
}
