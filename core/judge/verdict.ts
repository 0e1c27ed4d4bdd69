// The verdict: (key facts, policy, now) -> stale or kept, with the row that decided and its values. Used twice, when the
// plan is made and right before the write. The rows are in the order in which they are tried. The first that fits decides,
// and any doubt keeps the key. Terms follow CIS AWS Foundations 2.11 (unused) and 2.12 (rotated), Security Hub IAM.3, 8 and
// 22.

import { VERDICT_ROWS, type VerdictRow } from '../model/closed-sets.ts'
import type { Caller, KeyFacts, UserFacts } from '../model/facts.ts'
import { dayOf, instantOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import type { KeptRow, StaleRow, ValuesOf, Verdict } from '../model/verdict.ts'
import { change } from './change.ts'
import { doubt } from './doubt.ts'
import { exemption, exemptionDoubt } from './exemption.ts'
import { activeKeys, strangeRotations } from './shown.ts'

export interface Judgement {
  facts: UserFacts
  key: KeyFacts
  policy: Policy
  caller: Caller
  now: Date
}

/** One row of the table: its name, and the verdict where it fits. */
export interface Row {
  row: JudgedRow
  fits: Fits
}

type Fits = (judgement: Judgement) => Verdict | null

/** Every row except the root user's: IAM shows those keys only in the report. */
type JudgedRow = Exclude<VerdictRow, 'root'>

const FITS: Record<JudgedRow, Fits> = {
  exempt: ({ facts, key, policy, now }) => keptBy(exemption(facts, key.accessKeyId, policy, now)),
  'not-active': ({ key: { status } }) => keptBy(status === 'Active' ? null : { row: 'not-active', values: { status } }),
  unknown: ({ facts, key, now }) =>
    keptBy(doubt(facts, key, now) ?? exemptionDoubt(facts, key.accessKeyId) ?? onlyRow('unknown', change(facts))),
  changed: ({ facts }) => keptBy(onlyRow('changed', change(facts))),
  own: ({ facts, key, caller }) => keptBy(ownership(facts, key.accessKeyId, caller)),
  unused: staleUnused,
  rotation: staleRotation,
  'in-use': inUse,
}

/** The table of verdicts, in the order in which its rows are tried. The last row always fits. */
export const VERDICT_TABLE: Row[] = VERDICT_ROWS.filter((row) => row !== 'root').map((row) => ({
  row,
  fits: FITS[row],
}))

/** Judges one key of a user. Pure: everything it knows is in `judgement`. */
export function judge(judgement: Judgement): Verdict {
  for (const { fits } of VERDICT_TABLE) {
    const verdict = fits(judgement)
    if (verdict !== null) return verdict
  }
  return kept({ row: 'unknown', values: { doubt: 'no-row', received: null } })
}

const kept = (row: KeptRow, staleOn: string | null = null): Verdict => ({
  verdict: 'kept',
  ...row,
  idleSince: null,
  staleOn,
})
const stale = (row: StaleRow, since: number): Verdict => ({
  verdict: 'stale',
  ...row,
  idleSince: new Date(since).toISOString(),
  staleOn: null,
})
const keptBy = (row: KeptRow | null): Verdict | null => row && kept(row)
const onlyRow = (row: KeptRow['row'], found: KeptRow | null): KeptRow | null => (found?.row === row ? found : null)

function ownership({ user, keys }: UserFacts, accessKeyId: string, caller: Caller): KeptRow | null {
  const own = (by: ValuesOf<'own'>['by']): KeptRow => ({ row: 'own', values: { by } })
  if (accessKeyId === caller.accessKeyId) return own('key')
  if (user.toLowerCase() === caller.userName?.toLowerCase()) return own('user')
  // A session of a role does not say who assumed it. The caller's config files may.
  const isSource = (id: string) => caller.sourceKeyIds.includes(id)
  if (isSource(accessKeyId)) return own('source-key')
  return keys.some((key) => isSource(key.accessKeyId)) ? own('source-user') : null
}

/**
 * The last thing that happened to a key, in milliseconds: created, last used, reactivated by anybody, or a `last_rotated`
 * in an active slot of the report that is no live key's creation. Whether a reactivation moves that date is not known, so
 * it counts for all the user's keys.
 */
const lastThing = (facts: UserFacts, key: KeyFacts): number =>
  Math.max(idleFrom(facts, key), reactivation(key)?.milliseconds ?? 0)

/** The last thing that happened to a key, known reactivations aside. */
const idleFrom = (facts: UserFacts, key: KeyFacts): number =>
  Math.max(createdOrUsed(key), ...strangeRotations(facts).map(orNever))

const createdOrUsed = ({ createdAt, lastUsed }: KeyFacts): number =>
  Math.max(orNever(createdAt), orNever(lastUsed.known ? lastUsed.at : null))

const orNever = (at: string | null): number => millisecondsOf(at) ?? 0

/** The newest reactivation in the run store or in CloudTrail. Only CloudTrail says who did it: else `by` is null. */
function reactivation({ reactivatedAt, events }: KeyFacts): { milliseconds: number; by: string | null } | null {
  const at = [reactivatedAt, events?.activated?.at].map(millisecondsOf).filter((at) => at !== null)
  return at.length === 0 ? null : { milliseconds: Math.max(...at), by: events?.activated?.by ?? null }
}

const staleAt = (since: number, termDays: number): number => since + termDays * MILLISECONDS_PER_DAY

/** A term that is not a number, or is below the minimum, is never over. */
const isOver = (since: number, termDays: number, now: Date): boolean =>
  Number.isFinite(termDays) && termDays >= 1 && now.getTime() >= staleAt(since, termDays)

function staleUnused({ facts, key, policy, now }: Judgement): Verdict | null {
  const since = lastThing(facts, key)
  if (!isOver(since, policy.unusedDays, now)) return null
  const idle = idleFrom(facts, key)
  const neverUsed = idle === millisecondsOf(key.createdAt) && key.lastUsed.known && key.lastUsed.at === null
  const back = reactivation(key)
  const later = back !== null && back.milliseconds > idle && { at: instantOf(back.milliseconds), by: back.by }
  const values = { since: instantOf(idle), neverUsed, ...(later && { reactivation: later }) }
  return stale({ row: 'unused', values }, since)
}

function staleRotation(judgement: Judgement): Verdict | null {
  const { facts, key, policy, now } = judgement
  const created = millisecondsOf(key.createdAt)
  if (policy.rotationDays === null || created === null) return null
  if (!isOver(created, policy.rotationDays, now)) return null
  // A key that somebody reactivated within the term is not deactivated again.
  const back = reactivation(key)
  if (back !== null && now.getTime() < staleAt(back.milliseconds, policy.unusedDays)) return null
  if (!leavesAnother(judgement)) return null
  return stale({ row: 'rotation', values: { createdAt: instantOf(created) } }, lastThing(facts, key))
}

/**
 * A user's only Active key is never stale because of its age. "Another" must be newer and itself in use: two old keys
 * judged side by side then agree on which of them stays, in whatever order they are deactivated.
 */
function leavesAnother(judgement: Judgement): boolean {
  const { facts, key, policy, now } = judgement
  return activeKeys(facts).some(
    (other) =>
      other.accessKeyId !== key.accessKeyId &&
      isNewer(other, key) &&
      doubt(facts, other, now) === null &&
      // A reactivation may keep a key. It is never a reason to take another.
      now.getTime() < staleAt(createdOrUsed(other), policy.unusedDays),
  )
}

function isNewer(a: KeyFacts, b: KeyFacts): boolean {
  const [created, than] = [millisecondsOf(a.createdAt) ?? 0, millisecondsOf(b.createdAt) ?? 0]
  return created === than ? a.accessKeyId > b.accessKeyId : created > than
}

function inUse(judgement: Judgement): Verdict {
  const { facts, key, policy, now } = judgement
  const days = [staleAt(lastThing(facts, key), policy.unusedDays)]
  // A user's only key does not become stale by its age. So the end of its rotation term is not a day to warn of.
  const rotation =
    policy.rotationDays === null ? null : staleAt(millisecondsOf(key.createdAt) ?? 0, policy.rotationDays)
  if (rotation !== null && rotation > now.getTime() && leavesAnother(judgement)) days.push(rotation)
  const since = lastThing(facts, key)
  const back = reactivation(key)
  const reactivated = since === back?.milliseconds
  const by = reactivated && back.by !== null && { by: back.by }
  const row: KeptRow = { row: 'in-use', values: { since: instantOf(since), reactivated, ...by } }
  const day = Math.min(...days)
  return kept(row, Number.isNaN(day) ? null : dayOf(day))
}
