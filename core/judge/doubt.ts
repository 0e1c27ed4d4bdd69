// Which fact of a key cannot be relied on: it is missing, cannot be read, contradicts another, or lies in the future or
// before there was anything to use a key with.

import type { KeyFacts, ReportSlot, UserFacts } from '../model/facts.ts'
import { instantOf, millisecondsOf } from '../model/instants.ts'
import type { FactDoubt, KeptRow } from '../model/verdict.ts'
import { activeKeys, activeSlots, strangeRotations } from './shown.ts'

/** A last use may be noted before the creation by the 15 minutes within which IAM notes only the first use. */
const LAST_USED_GRAIN_MILLISECONDS = 15 * 60_000

/** AWS announced IAM on 2 September 2010. */
const IAM_BEGAN = Date.UTC(2010, 8, 1)

type Doubt = Extract<KeptRow, { row: 'unknown' }>

const doubtful = (doubt: FactDoubt, received: string | null): Doubt => ({
  row: 'unknown',
  values: { doubt, received },
})

/** The first doubtful fact of a key; null when all is well. */
export function doubt(facts: UserFacts, key: KeyFacts, now: Date): Doubt | null {
  const created = millisecondsOf(key.createdAt)
  if (created === null) return doubtful('created-missing', key.createdAt)
  if (created > now.getTime()) return doubtful('created-in-future', key.createdAt)
  if (created < IAM_BEGAN) return doubtful('created-before-iam', key.createdAt)
  const user = doubtfulUser(facts)
  if (user !== null) return user
  if (userCreations(facts).some((user) => created < user)) return doubtful('created-before-user', key.createdAt)
  if (!key.lastUsed.known) return doubtful('last-used-missing', null)
  return (
    doubtfulUse(key.lastUsed.at, created, now) ??
    doubtfulHistory(key, created, now) ??
    doubtfulReport(facts, now) ??
    doubtfulSlot(facts, created)
  )
}

/** When the user was created, by the report and by GetUser, where they were read. */
const userDates = ({ createdAt, report }: UserFacts): string[] =>
  [report.userCreatedAt, createdAt].filter((date) => date !== null)

const userCreations = (facts: UserFacts): number[] => userDates(facts).map((date) => millisecondsOf(date) ?? 0)

function doubtfulUser(facts: UserFacts): Doubt | null {
  for (const date of userDates(facts)) {
    const created = millisecondsOf(date)
    if (created === null) return doubtful('user-created-no-date', date)
    if (created < IAM_BEGAN) return doubtful('user-created-before-iam', date)
  }
  return null
}

function doubtfulUse(at: string | null, created: number, now: Date): Doubt | null {
  if (at === null) return null
  const used = millisecondsOf(at)
  if (used === null) return doubtful('last-used-no-date', at)
  if (used > now.getTime()) return doubtful('last-used-in-future', at)
  return used < created - LAST_USED_GRAIN_MILLISECONDS ? doubtful('last-used-before-created', at) : null
}

function doubtfulHistory({ reactivatedAt, events }: KeyFacts, created: number, now: Date): Doubt | null {
  if (events && events.problem !== null) return doubtful('key-event-unreadable', events.problem)
  for (const at of [reactivatedAt, events?.activated?.at ?? null]) {
    if (at === null) continue
    const reactivated = millisecondsOf(at)
    if (reactivated === null) return doubtful('reactivated-no-date', at)
    if (reactivated > now.getTime()) return doubtful('reactivated-in-future', at)
    // CloudTrail's clock is not IAM's: the event of a creation may be dated before it.
    if (at === reactivatedAt && reactivated < created) return doubtful('reactivated-before-created', at)
  }
  return null
}

/**
 * The report and the live facts come from one source. A use in the report that no Active key has is therefore a
 * contradiction, unless a key is no longer Active since: its use went with it.
 */
function doubtfulReport(facts: UserFacts, now: Date): Doubt | null {
  const uses = activeSlots(facts).flatMap((slot) => slot.lastUsedAt ?? [])
  for (const reported of [...strangeRotations(facts), ...uses]) {
    const date = millisecondsOf(reported)
    if (date === null) continue
    if (date > now.getTime()) return doubtful('report-date-in-future', reported)
    if (date < IAM_BEGAN) return doubtful('report-date-before-iam', reported)
    const latest = date + (uses.includes(reported) ? LAST_USED_GRAIN_MILLISECONDS : 0)
    if (userCreations(facts).some((user) => latest < user)) return doubtful('report-date-before-user', reported)
  }
  return activeKeys(facts).length < facts.report.activeKeys ? null : usedLater(activeSlots(facts), activeKeys(facts))
}

/** The same for the slot of one key, which has the date of its creation. Keys made in the same second cannot be told apart. */
function doubtfulSlot(facts: UserFacts, created: number): Doubt | null {
  const keys = facts.keys.filter((key) => millisecondsOf(key.createdAt) === created)
  if (keys.some((key) => key.status !== 'Active')) return null
  return usedLater(
    activeSlots(facts).filter((slot) => millisecondsOf(slot.lastRotatedAt) === created),
    keys,
  )
}

function usedLater(slots: ReportSlot[], keys: KeyFacts[]): Doubt | null {
  const newest = (dates: (string | null)[]) => Math.max(...dates.map((at) => millisecondsOf(at) ?? 0), 0)
  const inReport = newest(slots.map((slot) => slot.lastUsedAt))
  const live = newest(keys.map(({ lastUsed }) => (lastUsed.known ? lastUsed.at : null)))
  return inReport > live ? doubtful('report-used-later', instantOf(inReport)) : null
}
