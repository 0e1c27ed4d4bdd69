// The rules of the verdict, said again as plainly as they can be said, for the tests alone: it shares no code with the
// product, so that a mistake in one is not a mistake in both. It takes what IAM truly says, with no regard for speed.
import type { Caller, KeyFacts, UserFacts } from '../../core/model/facts.ts'
import type { Policy } from '../../core/model/policy.ts'

export type Row = 'exempt' | 'not-active' | 'unknown' | 'changed' | 'own' | 'unused' | 'rotation' | 'in-use'

const DAY = 86_400_000

/** The instant in milliseconds; NaN for whatever is not one. Only what looks like 2026-09-11T13:15:19Z is. */
const at = (text: string | null): number => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+]00:00)$/.exec(text ?? '')
  if (parts === null) return Number.NaN
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ]
  if (month < 1 || month > 12 || day < 1 || day > (days[month - 1] ?? 0)) return Number.NaN
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  return Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(Number(`0${parts[7] ?? '.0'}`) * 1000))
}

/** Whether a name is one that a pattern stands for, a letter at a time; IAM knows no difference of case in names. */
export function fits(pattern: string, name: string): boolean {
  if (pattern === '') return name === ''
  if (pattern[0] === '*') return fits(pattern.slice(1), name) || (name !== '' && fits(pattern, name.slice(1)))
  return name !== '' && pattern[0]?.toLowerCase() === name[0]?.toLowerCase() && fits(pattern.slice(1), name.slice(1))
}

/** Everything that ever happened to the key as far as these facts tell; null where one of them cannot be believed. */
export function lastThing(facts: UserFacts, key: KeyFacts, now: number): { created: number; last: number } | null {
  const created = at(key.createdAt)
  // No key was made before IAM began, in September 2010, and none before its user.
  const begins = [
    Date.UTC(2010, 8, 1),
    ...[facts.createdAt, facts.report.userCreatedAt].flatMap((date) => (date === null ? [] : at(date))),
  ]
  if (begins.some((date) => !(date >= Date.UTC(2010, 8, 1) && date <= created))) return null
  if (!(created <= now)) return null
  const happened = [created]
  if (!key.lastUsed.known) return null
  if (key.lastUsed.at !== null) {
    const used = at(key.lastUsed.at)
    // IAM notes a use by spans of 15 minutes, so the first may seem to lie that much before the key was made.
    if (!(used <= now) || used < created - 15 * 60_000) return null
    happened.push(used)
  }
  if (key.reactivatedAt !== null) {
    const back = at(key.reactivatedAt)
    if (!(back <= now) || back < created) return null
    happened.push(back)
  }
  if (key.events !== undefined) {
    if (key.events.problem !== null) return null
    const set = key.events.activated === null ? null : at(key.events.activated.at)
    if (set !== null && !(set <= now)) return null
    if (set !== null) happened.push(set)
  }
  for (const rotated of strangeDates(facts)) {
    if (rotated > now || begins.some((date) => rotated < date)) return null
    happened.push(rotated)
  }
  for (const slot of activeSlots(facts)) {
    const used = at(slot.lastUsedAt)
    if (used > now || begins.some((date) => used < Math.max(Date.UTC(2010, 8, 1), date - 15 * 60_000))) return null
  }
  return contradicted(facts) || ownSlotContradicts(facts, created) ? null : { created, last: Math.max(...happened) }
}

const activeSlots = ({ report }: UserFacts) => report.slots.filter((slot) => slot.active !== false)

/** Dates of active slots that no key was made on: a key may have been brought back then. */
function strangeDates(facts: UserFacts): number[] {
  const creations = facts.keys.map((one) => at(one.createdAt))
  const dates = activeSlots(facts).map((slot) => at(slot.lastRotatedAt))
  return dates.filter((date) => !Number.isNaN(date) && !creations.includes(date))
}

/**
 * More Active keys than in the report, one that it showed inactive, or one that it did not show at all. `unknown`: the date
 * by which a key could be found in the report is missing, on either side.
 */
function changeOf(facts: UserFacts): 'changed' | 'unknown' | null {
  const active = facts.keys.filter((one) => one.status === 'Active')
  const shown = activeSlots(facts).map((slot) => at(slot.lastRotatedAt))
  const inactive = facts.report.slots.filter((slot) => slot.active === false).map((slot) => at(slot.lastRotatedAt))
  const others = active.map((one) => at(one.createdAt)).filter((created) => !shown.includes(created))
  if (active.length > facts.report.activeKeys) return 'changed'
  const found = (date: number | undefined) => (Number.isNaN(date) ? 'unknown' : 'changed')
  const back = others.filter((created) => inactive.includes(created))
  if (back.length > 0) return found(back[0])
  // A strange date in an active slot may be such a key's: whether AWS moves it at a return is not known.
  if (others.length === 0 || strangeDates(facts).length > 0) return null
  return shown.some(Number.isNaN) ? 'unknown' : found(others[0])
}

/** The report shows a use that no key has now, and no key has gone that could have taken it along. */
function contradicted({ keys, report }: UserFacts): boolean {
  const active = keys.filter((key) => key.status === 'Active')
  const uses = active.map((key) => (key.lastUsed.known ? at(key.lastUsed.at) : Number.NaN)).filter((use) => use > 0)
  const shown = report.slots.filter((slot) => slot.active !== false).map((slot) => at(slot.lastUsedAt))
  return (
    active.length >= report.activeKeys && shown.some((use) => !Number.isNaN(use) && !uses.some((live) => live >= use))
  )
}

/** The report shows a use in the slot of this very key, or of its twins of one second, that none of them has now. */
function ownSlotContradicts({ keys, report }: UserFacts, created: number): boolean {
  const twins = keys.filter((key) => at(key.createdAt) === created)
  const uses = twins.map((key) => (key.lastUsed.known && key.lastUsed.at !== null ? at(key.lastUsed.at) : 0))
  const shown = report.slots.filter((slot) => slot.active !== false && at(slot.lastRotatedAt) === created)
  return (
    twins.every((key) => key.status === 'Active') &&
    shown.some(({ lastUsedAt }) => uses.every((use) => at(lastUsedAt) > (use || 0)))
  )
}

/** Exempt by name or path, which the report shows. */
export const exemptInReport = (user: string, path: string, policy: Pick<Policy, 'exemptUsers' | 'exemptPaths'>) =>
  ['ses-smtp-user.*', ...policy.exemptUsers].some((pattern) => fits(pattern, user)) ||
  policy.exemptPaths.some((prefix) => path.toLowerCase().startsWith(prefix.toLowerCase()))

/** `unknown`: a tag that may mean to spare the key, and nobody can tell. */
export function spared(
  facts: UserFacts,
  accessKeyId: string,
  policy: Policy,
  now: number,
): 'exempt' | 'unknown' | null {
  if (exemptInReport(facts.user, facts.path, policy)) return 'exempt'
  const tags = Object.entries(facts.tags ?? {}).map(([tag, value]) => [tag.toLowerCase(), value] as const)
  const names = ['keysweep-exempt', `keysweep-exempt/${accessKeyId.toLowerCase()}`]
  const noReason = ['no', 'n', 'false', 'f', 'off', '0', 'never', 'disabled']
  const isNo = (value: string) => noReason.includes(value.trim().toLowerCase())
  if (tags.some(([tag, value]) => names.includes(tag) && !isNo(value))) return 'exempt'
  const until = tags.find(([tag]) => tag === 'keysweep-exempt-until')
  const ends = until === undefined ? Number.NEGATIVE_INFINITY : untilEnds(until[1])
  if (now < ends) return 'exempt'
  // What else begins with "keysweep", however it is set apart, was meant for it: all but a tag about another key of this user.
  const others = facts.keys.map((key) => `keysweep-exempt/${key.accessKeyId.toLowerCase()}`)
  const ours = (tag: string) => tag === 'keysweep-exempt-until' || (others.includes(tag) && !names.includes(tag))
  const odd = tags.some(([tag]) => /^[\W_]*key[\W_]*sweep/.test(tag) && !ours(tag))
  return odd || Number.isNaN(ends) ? 'unknown' : null
}

/** When a dated exemption ends: with the end of its latest day; NaN for what does not begin with a day and then a break. */
export function untilEnds(value: string): number {
  const first = /^\s*(\d{4}-\d\d-\d\d)(?![^\s,;:])/.exec(value)?.[1]
  if (first === undefined) return Number.NaN
  const others = value.split(/[^\d-]+/).filter((word) => /^\d{4}-\d\d-\d\d$/.test(word))
  const ends = others.map((day) => at(`${day}T00:00:00Z`) + DAY).filter((end) => !Number.isNaN(end))
  return Math.max(at(`${first}T00:00:00Z`) + DAY, ...ends)
}

/**
 * Whether the user keeps a working key where this one is taken for its age: one that is newer and in use. Of two keys
 * made in one instant the id decides, so that never both are "the older one".
 */
function keepsAnother(facts: UserFacts, key: KeyFacts, policy: Policy, now: number): boolean {
  return facts.keys.some((other) => {
    const [mine, its] = [lastThing(facts, key, now), lastThing(facts, other, now)]
    if (other === key || other.status !== 'Active' || mine === null || its === null) return false
    const newer = its.created > mine.created || (its.created === mine.created && other.accessKeyId > key.accessKeyId)
    // A reactivation may keep the other key. It never makes it a key in use beside which this one may go.
    const used = other.lastUsed.known && other.lastUsed.at !== null ? at(other.lastUsed.at) : its.created
    return newer && now - Math.max(its.created, used) < policy.unusedDays * DAY
  })
}

/** The first row of the design's table that fits this key. */
export function oracle(facts: UserFacts, key: KeyFacts, policy: Policy, caller: Caller, now: number): Row {
  const sparing = spared(facts, key.accessKeyId, policy, now)
  if (sparing === 'exempt') return 'exempt'
  if (key.status !== 'Active') return 'not-active'
  const when = lastThing(facts, key, now)
  if (when === null || sparing === 'unknown') return 'unknown'
  const change = changeOf(facts)
  if (change !== null) return change
  if (caller.accessKeyId === key.accessKeyId || caller.userName?.toLowerCase() === facts.user.toLowerCase())
    return 'own'
  // Whoever assumed the role of this run did so with one of these keys: their user is the person behind it.
  if (facts.keys.some((one) => caller.sourceKeyIds.includes(one.accessKeyId))) return 'own'
  const unused = now - when.last >= policy.unusedDays * DAY
  const tooOld = policy.rotationDays !== null && now - when.created >= policy.rotationDays * DAY
  const backs = [key.reactivatedAt, key.events?.activated?.at ?? null].filter((back) => back !== null)
  const justSet = backs.some((back) => now - at(back) < policy.unusedDays * DAY)
  const old = tooOld && !justSet && keepsAnother(facts, key, policy, now)
  if (!unused && !old) return 'in-use'
  // Whether there is a tag that spares it was never read: not known is not "no".
  if (facts.tags === null) return 'unknown'
  return unused ? 'unused' : 'rotation'
}
