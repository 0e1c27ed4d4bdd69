// Reads a suspect's live facts, no more than is needed: keys, last use of each Active key; our own history only where a
// key would otherwise be stale, and the tags also where it soon will be, for its owner is to be told.

import { expiresWithin } from '../core/judge/expiring.ts'
import { judgeUser } from '../core/judge/judge-user.ts'
import { NoSuchEntity } from '../core/model/errors.ts'
import type { Caller, KeyFacts, UserFacts } from '../core/model/facts.ts'
import type { Policy } from '../core/model/policy.ts'
import type { AccessKey, Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type KeyJournal, noteReactivation, readJournal, type SeenKey, whenReactivated } from './key-journal.ts'

export interface Reading {
  user: string
  path: string
  report: UserFacts['report']
  /** The run that asks, whose own traces tell it nothing; null: nobody's run. */
  runId: string | null
  policy: Policy
  caller: Caller
  /** What it throws ends the reading. */
  now: () => Date
}

/** The same, and what was listed of each key whose history was read: after its status, before the tags. */
export interface ReadByRun extends Read {
  journals: Map<string, KeyJournal>
}

export interface Read {
  facts: UserFacts
  /**
   * The moment to judge them by: after the last use was read, or a use between two questions of ours would lie in the
   * future; and one for the whole of it, or a key that turns stale between two looks would be judged without its tags.
   */
  at: Date
}

/** Reads and writes nothing. @throws NoSuchEntity when the user is gone, and what IAM and the run store throw. */
export async function readUser(store: RunStore, iam: Iam, reading: Reading): Promise<Read> {
  const { facts, at } = await readKeys(store, iam, reading)
  return { at, facts: await withTags(iam, facts, reading, at) }
}

/**
 * For a run, which goes by what it reads: where it is the first to see a key Active again, it notes that before anything
 * rests on it, and the date that it noted first counts in all its attempts.
 * @throws as `readUser`
 */
export async function readUserAndNote(
  store: RunStore,
  iam: Iam,
  reading: Reading & { runId: string },
): Promise<ReadByRun> {
  const { facts, at, reactivationsSeen, journals } = await readKeys(store, iam, reading)
  const noted = new Map<string, string>()
  for (const seen of reactivationsSeen) noted.set(seen.accessKeyId, await noteReactivation(store, reading.runId, seen))
  const keys = facts.keys.map((key) => ({ ...key, reactivatedAt: noted.get(key.accessKeyId) ?? key.reactivatedAt }))
  return { at, journals, facts: await withTags(iam, { ...facts, keys }, reading, at) }
}

/** All but the tags. */
async function readKeys(
  store: RunStore,
  iam: Iam,
  reading: Reading,
): Promise<ReadByRun & { reactivationsSeen: SeenKey[] }> {
  const { user, path, report } = reading
  const keys: KeyFacts[] = []
  for (const key of await iam.listAccessKeys(user)) keys.push(...(await readKey(iam, user, key)))
  const at = reading.now()
  const facts: UserFacts = { user, path, keys, tags: null, report }
  const { keys: withHistories, ...seen } = await readHistories(store, reading, facts, at)
  return { at, facts: { ...facts, keys: withHistories }, ...seen }
}

/** A key that was deleted since it was listed is none any more; the user's other keys are still there. */
async function readKey(iam: Iam, user: string, key: AccessKey): Promise<KeyFacts[]> {
  try {
    const lastUsed = key.status === 'Active' ? await iam.lastUsed(key.accessKeyId, user) : ({ known: false } as const)
    return [{ ...key, lastUsed, reactivatedAt: null }]
  } catch (error) {
    if (error instanceof NoSuchEntity) return []
    throw error
  }
}

/** Adds to each key that would be stale when somebody reactivated it, if a run ever deactivated it. */
async function readHistories(store: RunStore, { policy, caller, runId }: Reading, facts: UserFacts, now: Date) {
  const { stale } = judgeUser(facts, policy, caller, now)
  const ids = new Set(stale.map((key) => key.accessKeyId))
  const keys: KeyFacts[] = []
  const reactivationsSeen: SeenKey[] = []
  const journals = new Map<string, KeyJournal>()
  for (const key of facts.keys) {
    const { accessKeyId } = key
    if (!ids.has(accessKeyId)) {
      keys.push({ ...key, reactivatedAt: null })
      continue
    }
    const journal = await readJournal(store, accessKeyId)
    const { at, toNote } = await whenReactivated(store, journal, now, runId)
    journals.set(accessKeyId, journal)
    keys.push({ ...key, reactivatedAt: at })
    if (at !== null && toNote) reactivationsSeen.push({ accessKeyId, at })
  }
  return { keys, reactivationsSeen, journals }
}

/** Tags are read where a key of the user is stale, or will be soon. */
async function withTags(iam: Iam, facts: UserFacts, { policy, caller }: Reading, at: Date): Promise<UserFacts> {
  const { stale, verdicts } = judgeUser(facts, policy, caller, at)
  const expiring = verdicts.some(({ staleOn }) => expiresWithin(staleOn, policy.warnDays, at.getTime()))
  return stale.length > 0 || expiring ? { ...facts, tags: await iam.listTags(facts.user) } : facts
}
