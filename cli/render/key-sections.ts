// The lists of keys in a record: what was done, or would be; what was left, and what failed; what expires soon.
import { expiringKeys } from '../../core/judge/expiring.ts'
import type { Outcome } from '../../core/model/closed-sets.ts'
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import { millisecondsOf } from '../../core/model/instants.ts'
import { isUndo } from '../../core/run/record.ts'
import { ACTION_WORDS } from '../../core/texts/action-text.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { staleSoonText } from '../../core/texts/stale-soon-text.ts'
import { MOST_LISTED } from '../options/lists.ts'
import { actionOf, plannedKeys } from './headline.ts'
import {
  byIdleness,
  idColumn,
  idleColumn,
  KEY_CARDS_BELOW,
  lastUseColumn,
  ownerColumns,
  ruleColumn,
  UNKNOWN,
  userColumn,
} from './key-columns.ts'
import { listing } from './listing.ts'
import { hanging, type Section, section, type TextOptions } from './section.ts'
import type { Column } from './table.ts'

/** The lines of a list of keys, and how many more there are. */
function keyLines<Key>(keys: Key[], columns: Column<Key>[], options: TextOptions): string[] {
  const { lists = 'first' } = options
  if (lists === 'none') return []
  const shown = lists === 'all' ? keys : keys.slice(0, MOST_LISTED)
  const more = keys.length - shown.length
  return [
    ...listing(shown, columns, { ...options, cardsBelow: KEY_CARDS_BELOW }),
    ...(more === 0 ? [] : hanging('  ', `and ${more} more. To see all: --all, or show --csv`, options.columns)),
  ]
}

/** Days are counted up to the run's end, when every key had been judged. */
const endOf = ({ startedAt, endedAt }: RunRecord): number =>
  Math.max(millisecondsOf(startedAt) ?? 0, millisecondsOf(endedAt) ?? 0)

const staleColumns = (record: RunRecord, keys: RecordedKey[]): Column<RecordedKey>[] => [
  userColumn(),
  ...ownerColumns(keys),
  idColumn(),
  idleColumn(endOf(record)),
  lastUseColumn(),
  ruleColumn(endOf(record)),
]

/** The keys that were changed; before that, those that would be. */
export function staleSection(record: RunRecord, options: TextOptions): Section {
  const keys = record.keys
    .filter(
      (key) => key.verdict === 'stale' && !key.leftForNextRun && (key.outcome === null || SHOWN_AS[key.outcome].done),
    )
    .toSorted(byIdleness)
  if (keys.length === 0) return []
  const lines = keyLines(keys, staleColumns(record, keys), options)
  return section(staleTitle(record, keys), staleNote(record, keys.length, options), options, lines)
}

/** The keys by their outcome; of a plan that would ask or stop, only that they are stale. */
function staleTitle(record: RunRecord, keys: RecordedKey[]): string {
  const outcome = keys[0]?.outcome ?? null
  if (outcome !== null) return `${capital(outcome)}: ${keysOf(keys.length)}`
  if (isUndo(record)) return `${capital(ACTION_WORDS.reactivate.wouldBe)}: ${keysOf(keys.length)}`
  const goes = record.status === 'planned' && record.ifApplied?.step === 'go'
  return goes ? `${capital(ACTION_WORDS.deactivate.wouldBe)}: ${plannedKeys(record)}` : `Stale: ${keysOf(keys.length)}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function staleNote(record: RunRecord, keys: number, { lists }: TextOptions): string {
  const { policy } = record
  if (isUndo(record))
    return keys === 1 ? 'with the reason for its deactivation' : 'with the reasons for their deactivation'
  const old = policy?.rotationDays ? ` or ${policy.rotationDays} days old` : ''
  const rule = policy === null ? [] : [`unused for ${policy.unusedDays} days${old}`]
  return [...rule, ...(lists === 'none' ? [] : ['longest idle first'])].join(', ')
}

/** Stale keys for which one run has no room. */
export function leftSection(record: RunRecord, options: TextOptions): Section {
  const keys = record.keys.filter(({ leftForNextRun }) => leftForNextRun).toSorted(byIdleness)
  if (keys.length === 0) return []
  const lines = keyLines(keys, staleColumns(record, keys), options)
  return section(`Left for the next run: ${keysOf(keys.length)}`, '', options, lines)
}

/** Whether a key with this outcome is listed among those that the run was for, or apart; and its colour. */
const SHOWN_AS: Record<Outcome, { done: boolean; colour: 'green' | 'yellow' | 'red' }> = {
  deactivated: { done: true, colour: 'green' },
  reactivated: { done: true, colour: 'green' },
  skipped: { done: false, colour: 'yellow' },
  failed: { done: false, colour: 'red' },
}

/** Planned keys that the run did not change: the failed ones first. */
export function notDoneSection(record: RunRecord, options: TextOptions): Section {
  const keys = record.keys.filter(({ outcome }) => outcome !== null && !SHOWN_AS[outcome].done).toSorted(failedFirst)
  if (keys.length === 0) return []
  const outcome: Column<RecordedKey> = {
    head: 'Outcome',
    cell: (key) => key.outcome ?? UNKNOWN,
    paint: (text, key) => (key.outcome === null ? text : options.colours[SHOWN_AS[key.outcome].colour](text)),
  }
  const because: Column<RecordedKey> = { head: 'Because', cell: (key) => key.outcomeReason ?? UNKNOWN }
  const lines = keyLines(keys, [userColumn(), ...ownerColumns(keys), idColumn(), outcome, because], options)
  return section(`${ACTION_WORDS[actionOf(record)].notDone}: ${keysOf(keys.length)}`, '', options, lines)
}

const failedFirst = (a: RecordedKey, b: RecordedKey): number =>
  (a.outcome ?? '').localeCompare(b.outcome ?? '') || byIdleness(a, b)

/** Keys in use that become stale within the policy's warnDays. */
export function expiringSection(record: RunRecord, options: TextOptions): Section {
  const expiring = expiringKeys(record)
  if (expiring.length === 0) return []
  const staleOn: Column<(typeof expiring)[number]> = {
    head: 'Stale on',
    cell: ({ staleOn }) => staleOn,
    card: ({ staleOn }) => `stale on ${staleOn}`,
  }
  const columns = [userColumn(), ...ownerColumns(expiring), idColumn(), staleOn, lastUseColumn()]
  const note = staleSoonText(record.policy?.warnDays ?? 0, record.policy?.rotationDays ?? null)
  return section(`Stale soon: ${keysOf(expiring.length)}`, note, options, keyLines(expiring, columns, options))
}
