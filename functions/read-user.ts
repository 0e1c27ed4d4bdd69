// Reads a suspect's live facts, no more than is needed: keys, last use of each Active key; our own history only where a
// key would otherwise be stale, and the tags also where it soon will be, for its owner is to be told.
import { judgeUser } from '../core/facts.ts'
import type { Caller, KeyFacts, Policy, UserFacts } from '../core/model.ts'
import { isSoon } from '../core/soon.ts'
import type { AccessKey, Iam } from '../io/iam.ts'
import type { RunStore } from '../io/run-store.ts'
import { whenBroughtBack } from './key-traces.ts'
import type { Ports } from './ports.ts'

export interface Reading {
  user: string
  path: string
  report: UserFacts['report']
  runId: string
  policy: Policy
  caller: Caller
}

/** @throws NoSuchEntity when the user is gone, and what IAM and the run store throw. */
export async function readUser(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  iam: Iam,
  reading: Reading,
): Promise<UserFacts> {
  const { user, path, report, policy, caller } = reading
  const listed = await iam.listAccessKeys(user)
  const keys: KeyFacts[] = []
  for (const key of listed) keys.push(await readKey(iam, user, key))
  const facts: UserFacts = { user, path, keys, tags: null, report }
  const withHistory = { ...facts, keys: await readHistories(store, now, reading, facts) }
  const { stale, verdicts } = judgeUser(withHistory, policy, caller, now())
  const soon = verdicts.some(({ staleOn }) => isSoon(staleOn, policy.warnDays, now().getTime()))
  return stale.length > 0 || soon ? { ...withHistory, tags: await iam.listTags(user) } : withHistory
}

async function readKey(iam: Iam, user: string, key: AccessKey): Promise<KeyFacts> {
  const lastUsed = key.status === 'Active' ? await iam.lastUsed(key.accessKeyId, user) : ({ known: false } as const)
  return { ...key, lastUsed, broughtBackAt: null }
}

/** Adds to each key that would be stale when somebody brought it back, if we ever took it. */
async function readHistories(
  store: RunStore,
  now: Ports['now'],
  reading: Reading,
  facts: UserFacts,
): Promise<KeyFacts[]> {
  const { stale } = judgeUser(facts, reading.policy, reading.caller, now())
  const ids = new Set(stale.map((key) => key.accessKeyId))
  const keys: KeyFacts[] = []
  for (const key of facts.keys) {
    keys.push(
      ids.has(key.accessKeyId)
        ? { ...key, broughtBackAt: await whenBroughtBack(store, now(), reading.runId, key.accessKeyId) }
        : key,
    )
  }
  return keys
}
