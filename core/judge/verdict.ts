// The verdict: (key facts, policy, now) -> stale or kept, always with a reason. Used twice, when the plan is made and
// right before the write. The rows stand in the order in which they are tried; the first that fits decides, and any
// doubt keeps the key. Terms follow CIS AWS Foundations 2.11 (unused) and 2.12 (rotated), Security Hub IAM.3, 8 and 22.

import type { Caller, KeyFacts, UserFacts } from '../model/facts.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import type { Verdict } from '../model/verdict.ts'
import { exemption } from './exemption.ts'

export interface Judgement {
  facts: UserFacts
  key: KeyFacts
  policy: Policy
  caller: Caller
  now: Date
}

/** One row of the table: its name, and the verdict where it fits. */
export interface Row {
  row: string
  fits(judgement: Judgement): Verdict | null
}

/** A last use may be noted before the creation by the 15 minutes within which IAM notes only the first use. */
const LAST_USED_GRAIN_MILLISECONDS = 15 * 60_000

/** The table of verdicts, in the order in which its rows are tried. The last row always fits. */
export const VERDICT_ROWS: Row[] = [
  { row: 'not active', fits: ({ key }) => (key.status === 'Active' ? null : kept(`not active: ${key.status}`)) },
  { row: 'unknown', fits: (judgement) => keptFor('unknown', doubt(judgement)) },
  {
    row: 'changed since the report',
    fits: ({ facts }) => (hasChanged(facts) ? kept('changed since the report') : null),
  },
  { row: 'exempt', fits: ({ facts, key, policy, now }) => keptAs(exemption(facts, key.accessKeyId, policy, now)) },
  { row: 'own', fits: ({ facts, key, caller }) => (isOwn(facts.user, key.accessKeyId, caller) ? kept('own') : null) },
  { row: 'unused', fits: staleUnused },
  { row: 'rotation', fits: staleRotation },
  { row: 'in use', fits: inUse },
]

/** Judges one key of a user. Pure: everything it knows is in `judgement`. */
export function judge(judgement: Judgement): Verdict {
  for (const { fits } of VERDICT_ROWS) {
    const verdict = fits(judgement)
    if (verdict !== null) return verdict
  }
  return kept('unknown: no row of the verdict table fits')
}

const kept = (reason: string, staleOn: string | null = null): Verdict => ({
  verdict: 'kept',
  rule: null,
  reason,
  idleSince: null,
  staleOn,
})
const keptAs = (reason: string | null): Verdict | null => (reason === null ? null : kept(reason))
const keptFor = (word: string, reason: string | null): Verdict | null =>
  keptAs(reason === null ? null : `${word}: ${reason}`)

const activeKeys = (facts: UserFacts): KeyFacts[] => facts.keys.filter((key) => key.status === 'Active')

/**
 * More Active keys than the report showed, or other ones: an Active key that the report showed inactive was brought back
 * since; one that it did not show was made since, unless a strange date in an active slot (below) accounts for it.
 */
function hasChanged(facts: UserFacts): boolean {
  const active = activeKeys(facts)
  if (active.length > facts.report.activeKeys) return true
  const shown = new Set(activeSlots(facts).map((slot) => millisecondsOf(slot.lastRotatedAt)))
  const others = active.filter((key) => !shown.has(millisecondsOf(key.createdAt)))
  // Of a key without a date nobody can tell that it was not in a slot without one.
  const inactive = facts.report.slots.filter((slot) => slot.active === false)
  const wasInactive = new Set(inactive.map((slot) => millisecondsOf(slot.lastRotatedAt)))
  if (others.some((key) => wasInactive.has(millisecondsOf(key.createdAt)))) return true
  return others.length > 0 && strangeRotations(facts).length === 0
}

/** A slot whose state we do not know counts as active. */
const activeSlots = (facts: UserFacts) => facts.report.slots.filter((slot) => slot.active !== false)

/** The doubt that is about the last use and nothing else. */
export const DOUBT_LAST_USE = 'last use'

/** Which fact is missing, cannot be read, contradicts another or lies in the future; null when all is well. */
function doubt({ facts, key, now }: Judgement): string | null {
  const created = millisecondsOf(key.createdAt)
  if (created === null) return 'creation date missing'
  if (created > now.getTime()) return 'creation date in the future'
  if (!key.lastUsed.known) return DOUBT_LAST_USE
  return doubtfulUse(key, created, now) ?? doubtfulHistory(key, now) ?? doubtfulReport(facts, now)
}

function doubtfulUse(key: KeyFacts, created: number, now: Date): string | null {
  if (!key.lastUsed.known || key.lastUsed.at === null) return null
  const used = millisecondsOf(key.lastUsed.at)
  if (used === null) return 'last use is not a date'
  if (used > now.getTime()) return 'last use in the future'
  return used < created - LAST_USED_GRAIN_MILLISECONDS ? 'last used before it was created' : null
}

function doubtfulHistory(key: KeyFacts, now: Date): string | null {
  if (key.broughtBackAt === null) return null
  const broughtBack = millisecondsOf(key.broughtBackAt)
  if (broughtBack === null) return 'date of our own intent is not a date'
  return broughtBack > now.getTime() ? 'our own intent in the future' : null
}

/**
 * The report and the live facts come from one source, so a use in the report that no Active key owns to is a
 * contradiction; unless a key has gone since, by another hand or by this very run, and took its use with it.
 */
function doubtfulReport(facts: UserFacts, now: Date): string | null {
  const inFuture = strangeRotations(facts).some((at) => (millisecondsOf(at) ?? 0) > now.getTime())
  if (inFuture) return 'a date of the report in the future'
  if (activeKeys(facts).length < facts.report.activeKeys) return null
  const inReport = Math.max(...activeSlots(facts).map((slot) => millisecondsOf(slot.lastUsedAt) ?? 0), 0)
  const live = Math.max(
    ...activeKeys(facts).map((key) => (key.lastUsed.known ? (millisecondsOf(key.lastUsed.at) ?? 0) : 0)),
    0,
  )
  return inReport > live ? 'the report shows a later use than IAM does now' : null
}

const isOwn = (user: string, accessKeyId: string, caller: Caller): boolean =>
  accessKeyId === caller.accessKeyId || user.toLowerCase() === caller.userName?.toLowerCase()

/**
 * The last thing that happened to a key, in milliseconds: created, last used, brought back, or a `last_rotated` in an
 * active slot of the report that is no live key's creation. Whether a re-activation moves that date is not known, so
 * it counts for all the user's keys.
 */
function lastThing(facts: UserFacts, key: KeyFacts): number {
  const used = key.lastUsed.known ? key.lastUsed.at : null
  return Math.max(
    ...[key.createdAt, used, key.broughtBackAt, ...strangeRotations(facts)].map((at) => millisecondsOf(at) ?? 0),
  )
}

function strangeRotations(facts: UserFacts): string[] {
  const creations = new Set(facts.keys.map((key) => millisecondsOf(key.createdAt)))
  return activeSlots(facts)
    .flatMap((slot) => slot.lastRotatedAt ?? [])
    .filter((at) => !creations.has(millisecondsOf(at)))
}

const staleAt = (since: number, termDays: number): number => since + termDays * MILLISECONDS_PER_DAY

/** A term that is none, or less than the least there is, is never over. */
const isOver = (since: number, termDays: number, now: Date): boolean =>
  Number.isFinite(termDays) && termDays >= 1 && now.getTime() >= staleAt(since, termDays)

function staleUnused({ facts, key, policy, now }: Judgement): Verdict | null {
  const since = lastThing(facts, key)
  if (!isOver(since, policy.unusedDays, now)) return null
  const created = millisecondsOf(key.createdAt)
  const neverUsed = since === created && key.lastUsed.known && key.lastUsed.at === null
  const reason = neverUsed ? `never used, created ${dayOf(since)}` : `unused since ${dayOf(since)}`
  return { verdict: 'stale', rule: 'unused', reason, idleSince: new Date(since).toISOString(), staleOn: null }
}

function staleRotation(judgement: Judgement): Verdict | null {
  const { facts, key, policy, now } = judgement
  const created = millisecondsOf(key.createdAt)
  if (policy.rotationDays === null || created === null) return null
  if (!isOver(created, policy.rotationDays, now)) return null
  if (!leavesAnother(judgement)) return null
  const reason = `not rotated since ${dayOf(created)}`
  return {
    verdict: 'stale',
    rule: 'rotation',
    reason,
    idleSince: new Date(lastThing(facts, key)).toISOString(),
    staleOn: null,
  }
}

/**
 * A user's only Active key is never taken for its age. "Another" must be newer and itself in use: two old keys judged
 * side by side then agree on which of them stays, in whatever order they are deactivated.
 */
function leavesAnother(judgement: Judgement): boolean {
  const { facts, key, policy, now } = judgement
  return activeKeys(facts).some(
    (other) =>
      other.accessKeyId !== key.accessKeyId &&
      isNewer(other, key) &&
      doubt({ ...judgement, key: other }) === null &&
      now.getTime() < staleAt(lastThing(facts, other), policy.unusedDays),
  )
}

function isNewer(a: KeyFacts, b: KeyFacts): boolean {
  const [created, than] = [millisecondsOf(a.createdAt) ?? 0, millisecondsOf(b.createdAt) ?? 0]
  return created === than ? a.accessKeyId > b.accessKeyId : created > than
}

function inUse(judgement: Judgement): Verdict {
  const { facts, key, policy, now } = judgement
  const days = [staleAt(lastThing(facts, key), policy.unusedDays)]
  // An only key is past its rotation term without being stale: that day is no day on which anything happens to it.
  const rotation =
    policy.rotationDays === null ? null : staleAt(millisecondsOf(key.createdAt) ?? 0, policy.rotationDays)
  if (rotation !== null && rotation > now.getTime() && leavesAnother(judgement)) days.push(rotation)
  const since = lastThing(facts, key)
  const reason = since === millisecondsOf(key.broughtBackAt) ? `in use: Active again since ${dayOf(since)}` : 'in use'
  return kept(reason, Number.isNaN(Math.min(...days)) ? null : dayOf(Math.min(...days)))
}
