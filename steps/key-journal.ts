// What stands in the run store of one access key: what this run tried, and what earlier runs did.
import { broughtBack, type KeyTrace, notForUndoOf } from '../core/judge/key-history.ts'
import type { Intent, KeyOutcome } from '../core/model/documents.ts'
import { intentName, readTries, type Tries } from '../core/run/attempts.ts'
import { accessKeyKey, accessKeyPrefix, parseAccessKeyKey, type RunStore } from '../io/store/run-store.ts'
import { putJson, readJson } from './run-documents.ts'

/** What a run has tried on the key so far. */
export async function readRunTries(store: RunStore, runId: string, accessKeyId: string): Promise<Tries> {
  return readTries((await namesByRun(store, accessKeyId)).get(runId) ?? [])
}

/** When the run's newest intent for the key was noted; null: there is none. */
export async function newestIntentAt(store: RunStore, runId: string, accessKeyId: string): Promise<string | null> {
  const { tries } = await readRunTries(store, runId, accessKeyId)
  // Where nothing was tried, nothing stands under that name.
  return (await readJson<Intent>(store, accessKeyKey(accessKeyId, runId, intentName(tries))))?.at ?? null
}

/** Why an undo of `undone` must leave the key as it is; null: it may bring it back. */
export const refusesUndo = async (store: RunStore, runId: string, undone: string, accessKeyId: string) =>
  notForUndoOf(undone, await otherTraces(store, runId, accessKeyId))

/**
 * When an Active key was brought back after an earlier run took it; null when none did. Where nobody has noted it yet,
 * this run does.
 */
export async function whenBroughtBack(
  store: RunStore,
  now: Date,
  runId: string,
  accessKeyId: string,
): Promise<string | null> {
  const { at, note } = broughtBack(await otherTraces(store, runId, accessKeyId), now)
  if (!note) return at
  return (await putJson(store, accessKeyKey(accessKeyId, runId, 'seen'), { runId, accessKeyId, at })).at
}

/** A run's own traces tell nothing of what happened before it. */
async function otherTraces(store: RunStore, runId: string, accessKeyId: string): Promise<KeyTrace[]> {
  const runs = [...(await namesByRun(store, accessKeyId))].filter(([run]) => run !== runId)
  return Promise.all(runs.map(([run, names]) => readTrace(store, run, accessKeyId, names)))
}

/** The names of each run's objects under the key. What is not ours under the key's folder is passed over. */
async function namesByRun(store: RunStore, accessKeyId: string): Promise<Map<string, string[]>> {
  const runs = new Map<string, string[]>()
  for (const found of (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)) {
    if (found !== null) runs.set(found.runId, [...(runs.get(found.runId) ?? []), found.name])
  }
  return runs
}

async function readTrace(store: RunStore, runId: string, accessKeyId: string, names: string[]): Promise<KeyTrace> {
  const { tries, sent } = readTries(names)
  const read = async <T>(name: string) =>
    names.includes(name) ? readJson<T>(store, accessKeyKey(accessKeyId, runId, name)) : null
  const [intent, outcome, seen] = await Promise.all([
    read<Intent>(intentName(tries)),
    read<KeyOutcome>('outcome'),
    read<{ at: string }>('seen'),
  ])
  return { runId, intent, outcome, sent, seenAt: seen?.at ?? null }
}
