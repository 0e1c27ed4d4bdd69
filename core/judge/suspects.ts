// Which users are worth a look. The report can only be behind the facts, never ahead of them: every date in it is one that a
// live answer equals or exceeds. So a user that the report shows in use is in use. All other users are read from IAM.

import type { Suspect, UnmatchedExemptions } from '../model/documents/suspects.ts'
import type { ReportRow, ReportSlot } from '../model/facts.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import { ALWAYS_EXEMPT_USERS } from '../model/policy-fields.ts'
import { exemptionInReport, isUnder, matches } from './exemption.ts'

export interface SuspectList {
  suspects: Suspect[]
  /** Active slots of users who are not suspects. These keys are kept: the report shows recent use. */
  activeKeysInUse: number
  /** All active slots of users. The root user's are not among them. */
  activeKeys: number
  /** Those that the report surely shows active, of users not exempt by name or path: the base of maxPercent. */
  activeKeysNotExempt: number
  /** Exemptions of the policy that match no user: perhaps a slip. */
  unmatchedExemptions: UnmatchedExemptions
  /** The root user's active slots, to point out. */
  rootKeys: ReportSlot[]
}

/**
 * Sorts a report's rows into suspects and users in use, by what could be stale or soon stale under the policy.
 * @param others users who are suspects for another reason
 */
export function findSuspects(
  rows: ReportRow[],
  policy: Policy,
  now: Date,
  others: ReadonlySet<string> = new Set(),
): SuspectList {
  const users = rows.filter((row) => !row.root)
  const suspects = new Set(users.filter((row) => others.has(row.user) || isSuspect(row, policy, now)))
  const inUse = users.filter((row) => !suspects.has(row))
  return {
    suspects: [...suspects].map(toSuspect),
    activeKeysInUse: sum(inUse.map(countActive)),
    activeKeys: sum(users.map(countActive)),
    ...underExemptions(rows, policy),
    rootKeys: rows.filter((row) => row.root).flatMap((row) => row.slots.filter((slot) => slot.active !== false)),
  }
}

/** What depends on the exemptions of the policy alone. */
export function underExemptions(
  rows: ReportRow[],
  policy: Policy,
): Pick<SuspectList, 'activeKeysNotExempt' | 'unmatchedExemptions'> {
  const users = rows.filter((row) => !row.root)
  return {
    activeKeysNotExempt: sum(users.filter((row) => !isExempt(row, policy)).map(countSurelyActive)),
    unmatchedExemptions: unmatched(users, policy),
  }
}

const isExempt = ({ user, arn }: ReportRow, policy: Policy): boolean =>
  exemptionInReport({ user, path: pathOf(arn) }, policy) !== null

/** Built-in exemptions are not among them. */
function unmatched(users: ReportRow[], { exemptUsers, exemptPaths }: Policy): UnmatchedExemptions {
  return {
    users: exemptUsers.filter(
      (pattern) => !ALWAYS_EXEMPT_USERS.includes(pattern) && !users.some(({ user }) => matches(pattern, user)),
    ),
    paths: exemptPaths.filter((path) => !users.some(({ arn }) => isUnder(pathOf(arn), path))),
  }
}

/** Also of a user with a value that we do not know, or with more keys than the report can show. */
function isSuspect(row: ReportRow, policy: Policy, now: Date): boolean {
  if (row.moreCredentials || row.slots.some((slot) => slot.active !== false && slot.unknown.length > 0)) return true
  return row.slots.some(
    (slot) =>
      slot.active &&
      (dueWithin(slot.lastRotatedAt, policy.rotationDays, policy.warnDays, now) ||
        dueWithin(newest(slot), policy.unusedDays, policy.warnDays, now)),
  )
}

function dueWithin(since: string | null, termDays: number | null, warnDays: number, now: Date): boolean {
  if (termDays === null) return false
  const start = millisecondsOf(since)
  // An active key without any date is a fact we lack.
  return (
    start === null || now.getTime() >= start + (termDays - warnDays) * MILLISECONDS_PER_DAY || start > now.getTime()
  )
}

function newest(slot: ReportSlot): string | null {
  const dates = [slot.lastRotatedAt, slot.lastUsedAt].filter((date) => date !== null)
  return dates.sort((a, b) => (millisecondsOf(a) ?? 0) - (millisecondsOf(b) ?? 0)).at(-1) ?? null
}

export const countActive = (row: ReportRow): number => row.slots.filter((slot) => slot.active !== false).length

/** A state that we do not know must not raise a cap. */
const countSurelyActive = (row: ReportRow): number => row.slots.filter((slot) => slot.active === true).length

const toSuspect = (row: ReportRow): Suspect => ({
  user: row.user,
  path: pathOf(row.arn),
  activeInReport: countActive(row),
  slots: row.slots,
  userCreatedAt: row.userCreatedAt,
})

/** "/service/" of "arn:aws:iam::111122223333:user/service/backup" */
export const pathOf = (arn: string): string =>
  arn.slice(arn.indexOf(':user/') + ':user'.length, arn.lastIndexOf('/') + 1)

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
