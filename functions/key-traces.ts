// What stands in the run store of one access key: what this run tried, and what earlier runs did.
import { broughtBack, type KeyTrace, lastTaker } from '../core/history.ts'
import type { Intent, KeyOutcome } from '../core/model.ts'
import { readTries, type Tries } from '../core/tries.ts'
import { accessKeyKey, accessKeyPrefix, parseAccessKeyKey, type RunStore } from '../io/run-store.ts'
import { putJson, readJson } from './stored.ts'

/** What this run has tried on the key so far. */
export async function readRunTries(store: RunStore, runId: string, accessKeyId: string): Promise<Tries> {
  const traces = (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)
  return readTries(traces.filter((trace) => trace.runId === runId).map(({ name }) => name))
}

/** The run, other than this one, that took the key last; null: none did. */
export const newestTaker = async (store: RunStore, runId: string, accessKeyId: string): Promise<string | null> =>
  lastTaker(await otherTraces(store, runId, accessKeyId))

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
  const traces = (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)
  const runs = new Set(traces.map((trace) => trace.runId).filter((run) => run !== runId))
  return Promise.all([...runs].map((run) => readTrace(store, run, accessKeyId)))
}

async function readTrace(store: RunStore, runId: string, accessKeyId: string): Promise<KeyTrace> {
  const read = <T>(name: string) => readJson<T>(store, accessKeyKey(accessKeyId, runId, name))
  const [intent, outcome, seen] = await Promise.all([
    read<Intent>('intent'),
    read<KeyOutcome>('outcome'),
    read<{ at: string }>('seen'),
  ])
  return { runId, intent, outcome, seenAt: seen?.at ?? null }
}
