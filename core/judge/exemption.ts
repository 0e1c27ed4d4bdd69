// Which users and keys are never touched: by name, by path, or by a tag of the user. Names, paths and tag keys are
// compared without regard to case, as IAM compares them: a slip in case must not take away a key.

import type { UserFacts } from '../model/facts.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import { EXEMPT_TAG, EXEMPT_UNTIL_TAG } from '../model/tags.ts'
import type { DecidingRow, ValuesOf } from '../model/verdict.ts'

type Exempt = Extract<DecidingRow, { row: 'exempt' }>
type Doubt = Extract<DecidingRow, { row: 'unknown' }>

const exempt = (values: ValuesOf<'exempt'>): Exempt => ({ row: 'exempt', values })

/**
 * Why this key is exempt; null if nothing exempts it. Tags that were not read are no tags: the caller reads them for every
 * key that would be stale.
 */
export function exemption(facts: UserFacts, accessKeyId: string, policy: Policy, now: Date): Exempt | null {
  return exemptionInReport(facts, policy) ?? byTags(lowerKeys(facts.tags ?? {}), accessKeyId, now)
}

/** A tag that means to exempt a key and cannot be read; null if there is none. */
export function exemptionDoubt({ tags }: Pick<UserFacts, 'tags'>): Doubt | null {
  const until = lowerKeys(tags ?? {}).get(EXEMPT_UNTIL_TAG)
  if (until === undefined || untilOf(until) !== null) return null
  return { row: 'unknown', values: { doubt: 'exempt-until-no-date', received: until } }
}

/** Why a user is exempt by name or path, which the report shows; null: by neither. */
export function exemptionInReport({ user, path }: Pick<UserFacts, 'user' | 'path'>, policy: Policy): Exempt | null {
  const pattern = policy.exemptUsers.find((pattern) => matches(pattern, user))
  if (pattern !== undefined) return exempt({ by: 'user', pattern })
  const prefix = policy.exemptPaths.find((prefix) => path.toLowerCase().startsWith(prefix.toLowerCase()))
  return prefix === undefined ? null : exempt({ by: 'path', path: prefix })
}

function byTags(tags: Map<string, string>, accessKeyId: string, now: Date): Exempt | null {
  for (const tag of [EXEMPT_TAG, `${EXEMPT_TAG}/${accessKeyId}`]) {
    const text = tags.get(tag.toLowerCase())
    if (text !== undefined) return exempt({ by: 'tag', tag, text })
  }
  const until = tags.get(EXEMPT_UNTIL_TAG)
  const term = until === undefined ? null : untilOf(until)
  if (term === null || now.getTime() >= term.end) return null
  return exempt({ by: 'until', until: term.day, text: term.text })
}

/** "2026-12-31 parental leave": through the end of that day, UTC. null: it does not begin with a date. */
function untilOf(value: string) {
  const [day = '', ...reason] = value.trim().split(/[\s,;:]+/)
  const start = millisecondsOf(`${day}T00:00:00Z`)
  if (start === null) return null
  return { day: dayOf(start), end: start + MILLISECONDS_PER_DAY, text: reason.length > 0 ? reason.join(' ') : null }
}

const lowerKeys = (tags: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]))

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
