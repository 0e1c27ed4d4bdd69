// Reads a suspect's live facts, and only those that are needed: keys, and the last use of each Active key. Our own history
// is read for keys that would be stale, and tags also for keys that will be stale soon, because their owner is warned.

import { expiresWithin } from '../core/judge/expiring.ts'
import { wasReactivated } from '../core/judge/previous-report.ts'
import { judge } from '../core/judge/verdict.ts'
import { NoSuchEntity } from '../core/model/errors.ts'
import type { Caller, KeyFacts, UserFacts } from '../core/model/facts.ts'
import type { Policy } from '../core/model/policy.ts'
import type { AccessKey, Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type KeyJournal, noteReactivation, type ReactivatedKey, readJournal, whenReactivated } from './key-journal.ts'

export interface Reading {
  user: string
  path: string
  report: UserFacts['report']
  /** The run that asks, whose own traces are left out; null for none. */
  runId: string | null
  policy: Policy
  caller: Caller
  /** If it throws, the read ends with that error. */
  now: () => Date
}

/** The same, with the journal of each key whose history was read: listed after its status, before the tags. */
export interface ReadByRun extends Read {
  journals: Map<string, KeyJournal>
}

export interface Read {
  facts: UserFacts
  /**
   * The time to judge by. It is taken after the last use was read: else a use between two of our calls would be in the
   * future. It is the same for all verdicts: else a key that turns stale in between would be judged without its tags.
   */
  at: Date
}

/** Only reads. @throws NoSuchEntity if the user does not exist, and what IAM and the run store throw */
export async function readUser(store: RunStore, iam: Iam, reading: Reading): Promise<Read> {
  const { facts, at } = await readKeys(store, iam, reading)
  return { at, facts: await withTags(iam, facts, reading, at) }
}

/**
 * For a run. If it is the first to see a key Active again, it stores that before the fact is used. The time that it stored
 * first counts in all its attempts.
 * @throws as `readUser`
 */
export async function readUserAndNote(
  store: RunStore,
  iam: Iam,
  reading: Reading & { runId: string },
): Promise<ReadByRun> {
  const { facts, at, reactivations, journals } = await readKeys(store, iam, reading)
  const noted = new Map<string, string>()
  for (const key of reactivations) noted.set(key.accessKeyId, await noteReactivation(store, reading.runId, key))
  const keys = facts.keys.map((key) => ({ ...key, reactivatedAt: noted.get(key.accessKeyId) ?? key.reactivatedAt }))
  return { at, journals, facts: await withTags(iam, { ...facts, keys }, reading, at) }
}

/** Everything except the tags. */
async function readKeys(
  store: RunStore,
  iam: Iam,
  reading: Reading,
): Promise<ReadByRun & { reactivations: ReactivatedKey[] }> {
  const { user, path, report } = reading
  const keys: KeyFacts[] = []
  for (const key of await iam.listAccessKeys(user)) keys.push(...(await readKey(iam, user, key)))
  const at = reading.now()
  const facts: UserFacts = { user, path, createdAt: null, keys, tags: null, report }
  const { keys: withHistories, ...others } = await readHistories(store, reading, facts, at)
  return { at, facts: { ...facts, keys: withHistories }, ...others }
}

/** Empty if the key was deleted after it was listed: the user's other keys still count. */
async function readKey(iam: Iam, user: string, key: AccessKey): Promise<KeyFacts[]> {
  try {
    const lastUsed = key.status === 'Active' ? await iam.lastUsed(key.accessKeyId, user) : ({ known: false } as const)
    return [{ ...key, lastUsed, reactivatedAt: null }]
  } catch (error) {
    if (error instanceof NoSuchEntity) return []
    throw error
  }
}

/**
 * Adds, to each key that would be stale, when it was reactivated after a run deactivated it. Also to one that the report of an
 * earlier run showed inactive: the next report does not show that any more, so it must be noted now.
 */
async function readHistories(store: RunStore, { policy, caller, runId }: Reading, facts: UserFacts, now: Date) {
  const keys: KeyFacts[] = []
  const reactivations: ReactivatedKey[] = []
  const journals = new Map<string, KeyJournal>()
  for (const key of facts.keys) {
    const { accessKeyId } = key
    const wasInactive = key.status === 'Active' && wasReactivated(key, facts)
    if (!wasInactive && judge({ facts, key, policy, caller, now }).verdict !== 'stale') {
      keys.push({ ...key, reactivatedAt: null })
      continue
    }
    const journal = await readJournal(store, accessKeyId)
    const { at, toNote } = await whenReactivated(store, journal, now, runId, wasInactive)
    journals.set(accessKeyId, journal)
    keys.push({ ...key, reactivatedAt: at })
    if (at !== null && toNote) reactivations.push({ accessKeyId, at })
  }
  return { keys, reactivations, journals }
}

/** Reads the tags if a key of the user is stale, or will be soon. */
async function withTags(iam: Iam, facts: UserFacts, { policy, caller }: Reading, at: Date): Promise<UserFacts> {
  const needed = facts.keys.some((key) => {
    const { verdict, staleOn } = judge({ facts, key, policy, caller, now: at })
    return verdict === 'stale' || expiresWithin(staleOn, policy.warnDays, at.getTime())
  })
  return needed ? { ...facts, tags: await iam.listTags(facts.user) } : facts
}
