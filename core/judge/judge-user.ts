// From a user's live facts to the lines of the record and of the plan.

import type { Caller, KeyFacts, UserFacts } from '../model/facts.ts'
import { millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import type { KeyVerdict, PlannedKey, Verdict } from '../model/verdict.ts'
import { DOUBT_LAST_USE, judge } from './verdict.ts'

export interface JudgedUser {
  verdicts: KeyVerdict[]
  /** The stale keys among them, with what the plan needs. */
  stale: PlannedKey[]
}

/** Judges every key of a user. Pure. */
export function judgeUser(facts: UserFacts, policy: Policy, caller: Caller, now: Date): JudgedUser {
  const judged = facts.keys.map((key) => ({ key, verdict: judge({ facts, key, policy, caller, now }) }))
  return {
    verdicts: judged.map(({ key, verdict }) => toKeyVerdict(facts, key, verdict)),
    stale: judged.flatMap(({ key, verdict }) =>
      verdict.verdict === 'stale' ? [toPlannedKey(facts, key, verdict)] : [],
    ),
  }
}

function toKeyVerdict(facts: UserFacts, key: KeyFacts, verdict: Verdict): KeyVerdict {
  return {
    user: facts.user,
    accessKeyId: key.accessKeyId,
    createdAt: key.createdAt,
    ...lastUse(key),
    verdict: verdict.verdict,
    rule: verdict.rule,
    reason: withLastUse(verdict, key),
    idleSince: verdict.idleSince,
    staleOn: verdict.staleOn,
    owner: ownerOf(facts),
  }
}

function toPlannedKey(facts: UserFacts, key: KeyFacts, verdict: Verdict & { verdict: 'stale' }): PlannedKey {
  const others = facts.keys.filter((other) => other.status === 'Active' && other.accessKeyId !== key.accessKeyId)
  return {
    user: facts.user,
    path: facts.path,
    accessKeyId: key.accessKeyId,
    createdAt: key.createdAt ?? '',
    ...lastUse(key),
    rule: verdict.rule,
    reason: withLastUse(verdict, key),
    idleSince: verdict.idleSince,
    owner: ownerOf(facts),
    otherActiveKey: others[0]?.accessKeyId ?? null,
    report: facts.report,
  }
}

const lastUse = ({ lastUsed }: KeyFacts) => ({
  lastUsedAt: lastUsed.known ? lastUsed.at : null,
  lastUsedService: lastUsed.known ? lastUsed.service : null,
  lastUsedRegion: lastUsed.known ? lastUsed.region : null,
})

/** A reader must be able to tell "never used" from "we did not learn it", whatever the verdict. */
function withLastUse(verdict: Verdict, key: KeyFacts): string {
  const { reason } = verdict
  if (key.lastUsed.known && key.lastUsed.at !== null) return reason
  if (!key.lastUsed.known) return reason === LAST_USE_UNKNOWN ? reason : `${reason}; last use unknown`
  // By the facts: the words of an exemption are whatever somebody wrote into a tag.
  const isSaid = verdict.rule === 'unused' && millisecondsOf(verdict.idleSince) === millisecondsOf(key.createdAt)
  return isSaid ? reason : `${reason}; never used`
}

/** The verdict's own words where the last use is its doubt. */
const LAST_USE_UNKNOWN = `unknown: ${DOUBT_LAST_USE}`

/** The user's `owner` tag, else `email`, where the tags were read. */
export function ownerOf({ tags }: UserFacts): string | null {
  const named = (name: string) => Object.entries(tags ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]
  return named('owner') || named('email') || null
}

/** A line for a suspect whose keys could not be read, or who is gone: kept, and the record says why. */
export const unseenUser = (user: string, reason: string): KeyVerdict => ({
  user,
  accessKeyId: null,
  createdAt: null,
  lastUsedAt: null,
  lastUsedService: null,
  lastUsedRegion: null,
  verdict: 'kept',
  rule: null,
  reason: `unknown: ${reason}`,
  idleSince: null,
  staleOn: null,
  owner: null,
})
