// The columns of a key, in every list of keys: user, owner, key, idle days, the service and Region of its last use, and
// the rule that makes it stale. In a card each says by itself what it is.
import type { RecordedKey } from '../../core/model/documents/record.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../../core/model/instants.ts'
import type { DecidingRow } from '../../core/model/verdict.ts'
import { countOf } from '../../core/texts/counts.ts'
import type { Column } from './table.ts'
import { foldedName } from './text-width.ts'

/** The fields that a key has both in a plan and in a record. */
export type ListedKey = DecidingRow &
  Pick<
    RecordedKey,
    'user' | 'owner' | 'accessKeyId' | 'createdAt' | 'lastUsedAt' | 'lastUsedService' | 'lastUsedRegion'
  >

/** Below this many columns, keys are shown as cards. */
export const KEY_CARDS_BELOW = 100

/** What is not known, or does not apply. */
export const UNKNOWN = '–'

/** Names of users have up to 64 characters. */
const LEAST_USER = 22
const LEAST_OWNER = 14
const LEAST_LAST_USE = 15
const LEAST_IDLE = 5
/** "rotation," above "400 days old". */
const LEAST_RULE = 12

export const userColumn = <Key extends ListedKey>(): Column<Key> => ({
  head: 'User',
  cell: ({ user }) => user,
  least: LEAST_USER,
  fold: foldedName,
})

/** No column if no key has an owner. Tags are read only for users of stale keys. */
export const ownerColumns = <Key extends ListedKey>(keys: Key[]): Column<Key>[] =>
  keys.every(({ owner }) => owner === null)
    ? []
    : [
        {
          head: 'Owner',
          cell: ({ owner }) => owner ?? UNKNOWN,
          card: ({ owner }) => (owner === null ? '' : `owner ${owner}`),
          least: LEAST_OWNER,
          fold: foldedName,
          inTitle: true,
        },
      ]

export const idColumn = <Key extends ListedKey>(): Column<Key> => ({
  head: 'Access key',
  cell: ({ accessKeyId }) => accessKeyId ?? UNKNOWN,
})

/** @param at milliseconds: the moment up to which days are counted */
export const idleColumn = <Key extends ListedKey>(at: number): Column<Key> => ({
  head: 'Idle days',
  align: 'right',
  cell: (key) => String(idleDays(key, at) ?? UNKNOWN),
  card: (key) => {
    const idle = countOf(idleDays(key, at) ?? 0, 'day')
    return key.row === 'unused' ? `unused for ${idle}` : `idle for ${idle}`
  },
  least: LEAST_IDLE,
})

export const lastUseColumn = <Key extends ListedKey>(): Column<Key> => ({
  head: 'Last used with',
  cell: lastUse,
  card: (key) => (key.lastUsedAt === null ? lastUse(key) : `last: ${lastUse(key)}`),
  least: LEAST_LAST_USE,
})

/** @param at milliseconds: the moment up to which days are counted */
export const ruleColumn = <Key extends ListedKey>(at: number): Column<Key> => ({
  head: 'Rule',
  cell: (key) =>
    key.row === 'rotation' ? `rotation, ${countOf(daysSince(key.createdAt, at) ?? 0, 'day')} old` : key.row,
  least: LEAST_RULE,
  // The idle days already say that the key is unused.
  card: (key) => (key.row === 'unused' ? '' : `rotation: ${countOf(daysSince(key.createdAt, at) ?? 0, 'day')} old`),
})

export const createdColumn = <Key extends ListedKey>(): Column<Key> => ({
  head: 'Created',
  cell: ({ createdAt }) => createdAt?.slice(0, 10) ?? UNKNOWN,
  card: ({ createdAt }) => (createdAt === null ? '' : `created ${createdAt.slice(0, 10)}`),
})

/** Of a key whose last use is known. */
function lastUse({ lastUsedAt, lastUsedService, lastUsedRegion }: ListedKey): string {
  if (lastUsedAt === null) return 'never used'
  return [lastUsedService, lastUsedRegion].filter((part) => part !== null).join(', ') || UNKNOWN
}

/** ISO 8601 in UTC: the last thing that happened to a stale key or one in use. */
export function idleSince(key: ListedKey): string | null {
  if ((key.row === 'unused' || key.row === 'in-use') && key.values.since !== null) return key.values.since
  return key.lastUsedAt ?? key.createdAt
}

const idleDays = (key: ListedKey, at: number): number | null => daysSince(idleSince(key), at)

/** Whole days of 24 hours; null: not known. */
function daysSince(since: string | null, at: number): number | null {
  const from = millisecondsOf(since)
  return from === null ? null : Math.max(0, Math.floor((at - from) / MILLISECONDS_PER_DAY))
}

/** The longest idle first; of keys that are as long idle, by their id, as in a plan. */
export const byIdleness = (a: ListedKey, b: ListedKey): number =>
  (millisecondsOf(idleSince(a)) ?? 0) - (millisecondsOf(idleSince(b)) ?? 0) ||
  (a.accessKeyId ?? '').localeCompare(b.accessKeyId ?? '')
