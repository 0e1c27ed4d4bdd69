// Facts to begin a test from: one user, one key, long idle. A test says what is different.

import { judge } from '../../core/judge/verdict.ts'
import type { Rule } from '../../core/model/closed-sets.ts'
import type { Caller, KeyFacts, ReportSlot, UserFacts } from '../../core/model/facts.ts'
import type { Policy } from '../../core/model/policy.ts'
import { DEFAULT_POLICY } from '../../core/model/policy.ts'
import type { Verdict } from '../../core/model/verdict.ts'
import { verdictText } from '../../core/texts/verdict-text.ts'

export const NOW = new Date('2026-09-11T12:00:00Z')
export const DAY = 24 * 60 * 60 * 1000

/** The instant `days` days (and some milliseconds) before NOW. */
export const ago = (days: number, milliseconds = 0): string =>
  new Date(NOW.getTime() - days * DAY - milliseconds).toISOString()

export const policyOf = (fields: Partial<Policy> = {}): Policy => ({ ...DEFAULT_POLICY, ...fields })

export const CALLER: Caller = {
  account: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/keysweep/run',
  userName: null,
  accessKeyId: 'ASIAKEYSWEEPTESTROLE',
  accountAlias: null,
  sourceKeyIds: [],
}

export const NEVER_USED = { known: true, at: null, service: null, region: null } as const
export const usedAt = (at: string) => ({ known: true, at, service: 's3', region: 'eu-west-1' }) as const

/** An Active key, created 400 days ago and last used 200 days ago. */
export const keyOf = (fields: Partial<KeyFacts> = {}): KeyFacts => ({
  accessKeyId: 'AKIAIDLEIDLEIDLEIDLE',
  status: 'Active',
  createdAt: ago(400),
  lastUsed: usedAt(ago(200)),
  reactivatedAt: null,
  ...fields,
})

/** A report slot that shows the key as the report of this morning would. */
export const slotOf = (key: KeyFacts, slot: 1 | 2 = 1, fields: Partial<ReportSlot> = {}): ReportSlot => ({
  slot,
  active: key.status === 'Active',
  lastRotatedAt: key.createdAt,
  lastUsedAt: key.lastUsed.known ? key.lastUsed.at : null,
  lastUsedService: key.lastUsed.known ? key.lastUsed.service : null,
  unknown: [],
  ...fields,
})

/** A user with these keys and a report that agrees with them. */
export const userOf = (keys: KeyFacts[], fields: Partial<UserFacts> = {}): UserFacts => ({
  user: 'backup-bot',
  path: '/service/',
  createdAt: null,
  keys,
  tags: {},
  report: {
    generatedAt: ago(0, 3_600_000),
    activeKeys: keys.filter((key) => key.status === 'Active').length,
    slots: keys.map((key, index) => slotOf(key, index === 0 ? 1 : 2)),
    userCreatedAt: null,
  },
  ...fields,
})

/** As IAM writes an instant: without milliseconds where there are none. */
export const iamTime = (at: string): string => at.replace('.000Z', 'Z')

export interface Given {
  key?: KeyFacts
  facts?: UserFacts
  policy?: Policy
  caller?: Caller
}

/** The verdict on a key at NOW, and what is said of it; on the one of these facts where nothing else is given. */
export function verdictOf({
  key = keyOf(),
  facts = userOf([key]),
  policy = policyOf(),
  caller = CALLER,
}: Given): Verdict & { rule: Rule | null; reason: string } {
  const verdict = judge({ facts, key, policy, caller, now: NOW })
  return { ...verdict, rule: verdict.verdict === 'stale' ? verdict.row : null, reason: verdictText(verdict) }
}
