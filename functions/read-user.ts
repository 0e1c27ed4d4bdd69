// Reads a suspect's live facts, no more than is needed: keys, last use of each Active key; our own history only where a
// key would otherwise be stale, and the tags also where it soon will be, for its owner is to be told.
import { NoSuchEntity } from '../core/errors.ts'
import { judgeUser } from '../core/facts.ts'
import type { Caller, KeyFacts, Policy, UserFacts } from '../core/model.ts'
import { isSoon } from '../core/soon.ts'
import type { AccessKey, Iam } from '../io/iam.ts'
import type { RunStore } from '../io/run-store.ts'
import { whenBroughtBack } from './key-traces.ts'

export interface Reading {
  user: string
  path: string
  report: UserFacts['report']
  runId: string
  policy: Policy
  caller: Caller
  /** One moment for the whole of it: a key that turns stale between two looks would be judged without its tags. */
  now: Date
}

/** @throws NoSuchEntity when the user is gone, and what IAM and the run store throw. */
export async function readUser(store: RunStore, iam: Iam, reading: Reading): Promise<UserFacts> {
  const { user, path, report, policy, caller, now } = reading
  const keys: KeyFacts[] = []
  for (const key of await iam.listAccessKeys(user)) keys.push(...(await readKey(iam, user, key)))
  const facts: UserFacts = { user, path, keys, tags: null, report }
  const withHistory = { ...facts, keys: await readHistories(store, reading, facts) }
  const { stale, verdicts } = judgeUser(withHistory, policy, caller, now)
  const soon = verdicts.some(({ staleOn }) => isSoon(staleOn, policy.warnDays, now.getTime()))
  return stale.length > 0 || soon ? { ...withHistory, tags: await iam.listTags(user) } : withHistory
}

/** A key that was deleted since it was listed is none any more; the user's other keys are still there. */
async function readKey(iam: Iam, user: string, key: AccessKey): Promise<KeyFacts[]> {
  try {
    const lastUsed = key.status === 'Active' ? await iam.lastUsed(key.accessKeyId, user) : ({ known: false } as const)
    return [{ ...key, lastUsed, broughtBackAt: null }]
  } catch (error) {
    if (error instanceof NoSuchEntity) return []
    throw error
  }
}

/** Adds to each key that would be stale when somebody brought it back, if we ever took it. */
async function readHistories(store: RunStore, reading: Reading, facts: UserFacts): Promise<KeyFacts[]> {
  const { policy, caller, now, runId } = reading
  const { stale } = judgeUser(facts, policy, caller, now)
  const ids = new Set(stale.map((key) => key.accessKeyId))
  const keys: KeyFacts[] = []
  for (const key of facts.keys) {
    const broughtBackAt = ids.has(key.accessKeyId) ? await whenBroughtBack(store, now, runId, key.accessKeyId) : null
    keys.push({ ...key, broughtBackAt })
  }
  return keys
}
