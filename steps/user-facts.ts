// Reads a suspect's live facts, no more than is needed: keys, last use of each Active key; our own history only where a
// key would otherwise be stale, and the tags also where it soon will be, for its owner is to be told.

import { judgeUser } from '../core/judge/judge-user.ts'
import { isSoon } from '../core/judge/stale-soon.ts'
import { NoSuchEntity } from '../core/model/errors.ts'
import type { Caller, KeyFacts, UserFacts } from '../core/model/facts.ts'
import type { Policy } from '../core/model/policy.ts'
import type { AccessKey, Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { whenBroughtBack } from './key-journal.ts'

export interface Reading {
  user: string
  path: string
  report: UserFacts['report']
  runId: string
  policy: Policy
  caller: Caller
  /** What it throws ends the reading. */
  now: () => Date
}

export interface Read {
  facts: UserFacts
  /**
   * The moment to judge them by: after the last use was read, or a use between two questions of ours would lie in the
   * future; and one for the whole of it, or a key that turns stale between two looks would be judged without its tags.
   */
  at: Date
}

/** @throws NoSuchEntity when the user is gone, and what IAM and the run store throw. */
export async function readUser(store: RunStore, iam: Iam, reading: Reading): Promise<Read> {
  const { user, path, report, policy, caller } = reading
  const keys: KeyFacts[] = []
  for (const key of await iam.listAccessKeys(user)) keys.push(...(await readKey(iam, user, key)))
  const at = reading.now()
  const facts: UserFacts = { user, path, keys, tags: null, report }
  const withHistory = { ...facts, keys: await readHistories(store, reading, facts, at) }
  const { stale, verdicts } = judgeUser(withHistory, policy, caller, at)
  const soon = verdicts.some(({ staleOn }) => isSoon(staleOn, policy.warnDays, at.getTime()))
  const needsTags = stale.length > 0 || soon
  return { at, facts: needsTags ? { ...withHistory, tags: await iam.listTags(user) } : withHistory }
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
async function readHistories(store: RunStore, reading: Reading, facts: UserFacts, now: Date): Promise<KeyFacts[]> {
  const { policy, caller, runId } = reading
  const { stale } = judgeUser(facts, policy, caller, now)
  const ids = new Set(stale.map((key) => key.accessKeyId))
  const keys: KeyFacts[] = []
  for (const key of facts.keys) {
    const broughtBackAt = ids.has(key.accessKeyId) ? await whenBroughtBack(store, now, runId, key.accessKeyId) : null
    keys.push({ ...key, broughtBackAt })
  }
  return keys
}
