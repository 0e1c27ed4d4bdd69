// From a user's live facts to the lines of the record and of the plan.

import type { Suspect } from '../model/documents/suspects.ts'
import type { Caller, KeyFacts, ReportSlot, UserFacts } from '../model/facts.ts'
import type { Policy } from '../model/policy.ts'
import type { DecidingRow, ExemptionEnded, KeyVerdict, PlannedKey, ValuesOf, Verdict } from '../model/verdict.ts'
import { reasonText, verdictText } from '../texts/verdict-text.ts'
import { endedExemption, exemptionInReport } from './exemption.ts'
import { judge } from './verdict.ts'

export interface JudgedUser {
  verdicts: KeyVerdict[]
  /** The stale keys among them, with what the plan needs. */
  stale: PlannedKey[]
}

/** Judges every key of a user. Pure. */
export function judgeUser(facts: UserFacts, policy: Policy, caller: Caller, now: Date): JudgedUser {
  const judged = facts.keys.map((key) => ({
    key,
    verdict: judge({ facts, key, policy, caller, now }),
    past: key.status === 'Active' ? endedExemption(facts, key.accessKeyId, policy, now) : null,
  }))
  return {
    verdicts: judged.map(({ key, verdict, past }) => toKeyVerdict(facts, key, verdict, past)),
    stale: judged.flatMap(({ key, verdict, past }) =>
      verdict.verdict === 'stale' ? [toPlannedKey(facts, key, verdict, past)] : [],
    ),
  }
}

const toKeyVerdict = (facts: UserFacts, key: KeyFacts, verdict: Verdict, past: ExemptionEnded | null): KeyVerdict => ({
  user: facts.user,
  accessKeyId: key.accessKeyId,
  createdAt: key.createdAt,
  ...lastUse(key),
  ...verdict,
  rule: verdict.verdict === 'stale' ? verdict.row : null,
  reason: reasonText(verdict, key.lastUsed, past),
  owner: ownerOf(facts),
  ...(past && { exemptionEnded: past }),
})

function toPlannedKey(
  facts: UserFacts,
  key: KeyFacts,
  stale: Verdict & { verdict: 'stale' },
  past: ExemptionEnded | null,
): PlannedKey {
  const { verdict: _, staleOn: __, ...row } = stale
  const others = facts.keys.filter((other) => other.status === 'Active' && other.accessKeyId !== key.accessKeyId)
  return {
    user: facts.user,
    path: facts.path,
    accessKeyId: key.accessKeyId,
    createdAt: key.createdAt ?? '',
    ...lastUse(key),
    ...row,
    rule: stale.row,
    reason: reasonText(stale, key.lastUsed, past),
    owner: ownerOf(facts),
    ...(past && { exemptionEnded: past }),
    otherActiveKey: others[0]?.accessKeyId ?? null,
    report: facts.report,
  }
}

const lastUse = ({ lastUsed }: KeyFacts) => ({
  lastUsedAt: lastUsed.known ? lastUsed.at : null,
  lastUsedService: lastUsed.known ? lastUsed.service : null,
  lastUsedRegion: lastUsed.known ? lastUsed.region : null,
})

/** The user's `owner` tag, else `email`, where the tags were read. */
export function ownerOf({ tags }: UserFacts): string | null {
  const named = (name: string) => Object.entries(tags ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]
  return named('owner') || named('email') || null
}

const UNSEEN = {
  accessKeyId: null,
  createdAt: null,
  lastUsedAt: null,
  lastUsedService: null,
  lastUsedRegion: null,
  verdict: 'kept',
  rule: null,
  idleSince: null,
  staleOn: null,
  owner: null,
} as const

/** A line for a suspect whose keys could not be read, or who was deleted: kept, and the record says why. */
export function unseenUser(user: string, values: ValuesOf<'unknown'>): KeyVerdict {
  const row: DecidingRow = { row: 'unknown', values }
  return { ...UNSEEN, user, ...row, reason: verdictText(row) }
}

/** The root user's key is pointed out; nothing can be done to it here. */
export const rootKey = (slot: ReportSlot): KeyVerdict =>
  keyInReport('<root_account>', { row: 'root', values: { lastUsedAt: slot.lastUsedAt } }, slot)

/**
 * The active keys of a suspect who is exempt by name or path, as the report shows them: no call to IAM is needed, so none
 * can fail. null: the user is not exempt so.
 */
export function exemptUser({ user, path, slots }: Suspect, policy: Policy): KeyVerdict[] | null {
  const row = exemptionInReport({ user, path }, policy)
  return row && slots.filter(({ active }) => active !== false).map((slot) => keyInReport(user, row, slot))
}

/** A line for a key that only the report shows, without an id. */
function keyInReport(user: string, row: DecidingRow, { lastUsedAt, lastUsedService }: ReportSlot): KeyVerdict {
  const reason = lastUsedAt === null ? `${verdictText(row)}; last use unknown` : verdictText(row)
  return { ...UNSEEN, user, lastUsedAt, lastUsedService, ...row, reason }
}
