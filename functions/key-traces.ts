// What stands in the run store of one access key: what this run tried, and what earlier runs did.
import { broughtBack, type KeyTrace } from '../core/history.ts'
import type { Intent, KeyOutcome } from '../core/model.ts'
import { readTries, type Tries } from '../core/tries.ts'
import { accessKeyKey, accessKeyPrefix, parseAccessKeyKey, type RunStore } from '../io/run-store.ts'
import { putJson, readJson } from './stored.ts'

/** What this run has tried on the key so far. */
export async function readRunTries(store: RunStore, runId: string, accessKeyId: string): Promise<Tries> {
  const traces = (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)
  return readTries(traces.filter((trace) => trace.runId === runId).map(({ name }) => name))
}

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
  const traces = (await store.list(accessKeyPrefix(accessKeyId))).map(parseAccessKeyKey)
  // This run's own traces tell nothing of what happened before it.
  const runs = new Set(traces.map((trace) => trace.runId).filter((run) => run !== runId))
  const { at, note } = broughtBack(await Promise.all([...runs].map((run) => readTrace(store, run, accessKeyId))), now)
  if (!note) return at
  return (await putJson(store, accessKeyKey(accessKeyId, runId, 'seen'), { runId, accessKeyId, at })).at
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
