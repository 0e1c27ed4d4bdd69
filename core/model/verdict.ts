// What keysweep makes of a key, as types.
import type { Rule } from './closed-sets.ts'
import type { UserFacts } from './facts.ts'

export type Verdict =
  | { verdict: 'stale'; rule: Rule; reason: string; idleSince: string; staleOn: null }
  | { verdict: 'kept'; rule: null; reason: string; idleSince: null; staleOn: string | null }

/** One line of verdicts/<n>.json: a key, its facts and what we make of it. */
export interface KeyVerdict {
  user: string
  /** null: the root user's key, which the report shows without an id. */
  accessKeyId: string | null
  createdAt: string | null
  lastUsedAt: string | null
  lastUsedService: string | null
  lastUsedRegion: string | null
  verdict: 'stale' | 'kept'
  rule: Rule | null
  reason: string
  /** The last thing that happened to a stale key: what "longest idle first" sorts by. */
  idleSince: string | null
  staleOn: string | null
  owner: string | null
}

/** A planned key: what the person approving reads, and what Deactivate key needs to judge it again. */
export interface PlannedKey {
  user: string
  path: string
  accessKeyId: string
  createdAt: string
  lastUsedAt: string | null
  lastUsedService: string | null
  lastUsedRegion: string | null
  rule: Rule
  reason: string
  idleSince: string
  owner: string | null
  /** The user's other Active key, null when this is the only one. */
  otherActiveKey: string | null
  report: UserFacts['report']
}
