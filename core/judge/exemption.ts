// Which users and keys are never touched: by name, by path, or by a tag of the user. Names, paths and tag keys are
// compared without regard to case, as IAM compares them: a slip in case must not take away a key.

import type { UserFacts } from '../model/facts.ts'
import { dayOf, MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'
import type { Policy } from '../model/policy.ts'
import { EXEMPT_TAG, EXEMPT_UNTIL_TAG } from '../model/tags.ts'
import type { DecidingRow, ValuesOf } from '../model/verdict.ts'

/** What an exemption or a doubt about one comes to. */
type Spared = Extract<DecidingRow, { row: 'exempt' | 'unknown' }>

const exempt = (values: ValuesOf<'exempt'>): Spared => ({ row: 'exempt', values })

/**
 * Why this key is exempt, or `unknown` where a tag means to exempt it but cannot be read; null when nothing exempts it.
 * Tags that were not read are no tags: the caller reads them for every key that would be stale.
 */
export function exemption(facts: UserFacts, accessKeyId: string, policy: Policy, now: Date): Spared | null {
  return exemptionInReport(facts, policy) ?? byTags(lowerKeys(facts.tags ?? {}), accessKeyId, now)
}

/** Why a user is exempt by name or path, which the report shows; null: by neither. */
export function exemptionInReport({ user, path }: Pick<UserFacts, 'user' | 'path'>, policy: Policy): Spared | null {
  const pattern = policy.exemptUsers.find((pattern) => matches(pattern, user))
  if (pattern !== undefined) return exempt({ by: 'user', pattern })
  const prefix = policy.exemptPaths.find((prefix) => path.toLowerCase().startsWith(prefix.toLowerCase()))
  return prefix === undefined ? null : exempt({ by: 'path', path: prefix })
}

function byTags(tags: Map<string, string>, accessKeyId: string, now: Date): Spared | null {
  for (const tag of [EXEMPT_TAG, `${EXEMPT_TAG}/${accessKeyId}`]) {
    const text = tags.get(tag.toLowerCase())
    if (text !== undefined) return exempt({ by: 'tag', tag, text })
  }
  const until = tags.get(EXEMPT_UNTIL_TAG)
  return until === undefined ? null : byDate(until, now)
}

/** "2026-12-31 parental leave": through the end of that day, UTC. A date that cannot be read is a doubt. */
function byDate(value: string, now: Date): Spared | null {
  const [day = '', ...reason] = value.trim().split(/[\s,;:]+/)
  const start = millisecondsOf(`${day}T00:00:00Z`)
  if (start === null) return { row: 'unknown', values: { doubt: 'exempt-until-no-date', received: value } }
  if (now.getTime() >= start + MILLISECONDS_PER_DAY) return null
  return exempt({ by: 'until', until: dayOf(start), text: reason.length > 0 ? reason.join(' ') : null })
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
