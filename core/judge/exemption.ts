// Which users and keys are never touched: by name, by path, or by a tag of the user. Names, paths and tag keys are compared
// without regard to case, as IAM compares them: a typing error in upper and lower case must not cost a user the key.

import type { UserFacts } from '../model/facts.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import { EXEMPT_TAG, EXEMPT_UNTIL_TAG, TAG_BEGINNING } from '../model/tags.ts'
import type { DecidingRow, ExemptionEnded, ValuesOf } from '../model/verdict.ts'

type Exempt = Extract<DecidingRow, { row: 'exempt' }>

const exempt = (values: ValuesOf<'exempt'>): Exempt => ({ row: 'exempt', values })

/**
 * Why this key is exempt; null if nothing exempts it. Tags that were not read are no tags: the caller reads them for every
 * key that would be stale.
 */
export function exemption(facts: UserFacts, accessKeyId: string, policy: Policy, now: Date): Exempt | null {
  return exemptionInReport(facts, policy) ?? byTags(facts.tags ?? {}, accessKeyId, now)
}

/** An exemption whose last day is over; null if there is none, or if another exemption still keeps the key. */
export function endedExemption(
  facts: UserFacts,
  accessKeyId: string,
  policy: Policy,
  now: Date,
): ExemptionEnded | null {
  if (exemption(facts, accessKeyId, policy, now) !== null) return null
  const term = valuesOf(facts.tags ?? {}, EXEMPT_UNTIL_TAG)
    .map(untilOf)
    .find((term) => term !== null)
  return term ? { until: term.day, text: term.text } : null
}

/**
 * A tag that may be meant to exempt this key, but keysweep cannot tell; null if there is none. Every tag that begins with
 * "keysweep" and is not one that keysweep reads is such a tag: somebody meant it for keysweep.
 */
export function exemptionDoubt(
  { tags, keys }: Pick<UserFacts, 'tags' | 'keys'>,
  accessKeyId: string,
): Extract<DecidingRow, { row: 'unknown' }> | null {
  const ofOtherKeys = keys.map((key) => tagOf(key.accessKeyId)).filter((tag) => tag !== tagOf(accessKeyId))
  for (const [tag, value] of Object.entries(tags ?? {})) {
    if (!isForKeysweep(tag) || ofOtherKeys.includes(tag.toLowerCase())) continue
    const values = tagDoubt(tag, value, accessKeyId)
    if (values !== null) return { row: 'unknown', values }
  }
  return null
}

/**
 * Compared as a person reads it: case, accents and marks between letters are ignored, and letters that look alike are equal.
 */
const isForKeysweep = (tag: string): boolean =>
  tag
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .replaceAll(/[^ -~]/gu, (letter) => LOOKS_LIKE[letter] ?? letter)
    .startsWith(TAG_BEGINNING)

/** Cyrillic and Greek letters that look like one of "keysweep". */
const LOOKS_LIKE: Record<string, string> = {
  ...{ к: 'k', е: 'e', у: 'y', ѕ: 's', ԝ: 'w', р: 'p' },
  ...{ κ: 'k', ε: 'e', υ: 'y', ω: 'w', ρ: 'p' },
}

function tagDoubt(tag: string, value: string, accessKeyId: string): ValuesOf<'unknown'> | null {
  const name = tag.toLowerCase()
  if (name === EXEMPT_UNTIL_TAG)
    return untilOf(value) === null ? { doubt: 'exempt-until-no-date', received: value } : null
  if (name !== EXEMPT_TAG && name !== tagOf(accessKeyId)) return { doubt: 'unknown-tag', received: tag }
  return saysNo(value) ? { doubt: 'exempt-tag-off', received: `${tag}=${value}` } : null
}

/** The tag that exempts one key, in the case in which tags are compared. */
const tagOf = (accessKeyId: string): string => `${EXEMPT_TAG}/${accessKeyId}`.toLowerCase()

/** The value of an exempt tag is its reason. These may mean that the user is not exempt. */
const saysNo = (value: string): boolean => /^\s*(no|n|false|f|off|0|never|disabled)\s*$/i.test(value)

/** Why a user is exempt by name or path, which the report shows; null: by neither. */
export function exemptionInReport({ user, path }: Pick<UserFacts, 'user' | 'path'>, policy: Policy): Exempt | null {
  const pattern = policy.exemptUsers.find((pattern) => matches(pattern, user))
  if (pattern !== undefined) return exempt({ by: 'user', pattern })
  const prefix = policy.exemptPaths.find((prefix) => isUnder(path, prefix))
  return prefix === undefined ? null : exempt({ by: 'path', path: prefix })
}

function byTags(tags: Record<string, string>, accessKeyId: string, now: Date): Exempt | null {
  for (const tag of [EXEMPT_TAG, `${EXEMPT_TAG}/${accessKeyId}`]) {
    const text = valuesOf(tags, tag).find((value) => !saysNo(value))
    if (text !== undefined) return exempt({ by: 'tag', tag, text })
  }
  const term = valuesOf(tags, EXEMPT_UNTIL_TAG)
    .map(untilOf)
    .find((term) => term !== null && now.getTime() < term.end)
  return term ? exempt({ by: 'until', until: term.day, text: term.text }) : null
}

/** The values of a tag. In IAM a user has at most one tag of a name, in upper or lower case. */
const valuesOf = (tags: Record<string, string>, name: string): string[] =>
  Object.entries(tags).flatMap(([tag, value]) => (tag.toLowerCase() === name.toLowerCase() ? [value] : []))

/**
 * "2026-12-31 parental leave": through the end of that day, UTC. Of several days the last one counts: "2026-01-31 put off to
 * 2026-12-31". null: it does not begin with a date.
 */
function untilOf(value: string) {
  const [day = '', ...reason] = value.trim().split(/[\s,;:]+/)
  const first = startOf(day)
  if (first === null) return null
  const last = Math.max(first, ...Array.from(value.matchAll(DAY), ([other]) => startOf(other) ?? first))
  const text = last > first ? value.trim() : reason.join(' ')
  return { day: dayOf(last), end: last + MILLISECONDS_PER_DAY, text: text === '' ? null : text }
}

const DAY = /(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])/g

const startOf = (day: string): number | null => millisecondsOf(`${day}T00:00:00Z`)

/** Whether a user's path is this one or below it. */
export const isUnder = (path: string, prefix: string): boolean => path.toLowerCase().startsWith(prefix.toLowerCase())

/** Whether a pattern with `*` for any characters fits a whole user name, in time that grows with their lengths alone. */
export function matches(pattern: string, user: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*')
  const name = user.toLowerCase()
  const last = rest.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  // Between the two ends each part is found as early as it can be, which leaves the most room for the next.
  let from = first.length
  for (const part of rest) {
    const found = name.indexOf(part, from)
    if (found < 0 || found + part.length > name.length - last.length) return false
    from = found + part.length
  }
  return true
}
