// Documents of version 0.1.0 hold sentences where today's hold data beside them. Data is read from sentences only here. They
// are the sentences of that version, which no longer change.
import { EXEMPT_TAG } from './tags.ts'
import type { DecidingRow, FactDoubt } from './verdict.ts'

/** What a key of 0.1.0 says of its verdict. */
interface KeyOf010 {
  reason: string
  createdAt?: string | null | undefined
  lastUsedAt?: string | null | undefined
}

const DOUBTS: Record<string, FactDoubt> = {
  'creation date missing': 'created-missing',
  'creation date in the future': 'created-in-future',
  'last use': 'last-used-missing',
  'last use is not a date': 'last-used-no-date',
  'last use in the future': 'last-used-in-future',
  'last used before it was created': 'last-used-before-created',
  'date of our own intent is not a date': 'reactivated-no-date',
  'our own intent in the future': 'reactivated-in-future',
  'a date of the report in the future': 'report-date-in-future',
  'the report shows a later use than IAM does now': 'report-used-later',
  'gone since the report': 'user-deleted',
}

type Reading = [RegExp, (found: string, rest: string, key: KeyOf010) => DecidingRow]

/** The first that fits is meant. Text in a tag can look like another exemption, to people too. */
const READINGS: Reading[] = [
  [/^root: /, (_, __, { lastUsedAt = null }) => ({ row: 'root', values: { lastUsedAt } })],
  [/^not active: (.*)/s, (status) => ({ row: 'not-active', values: { status } })],
  [
    /^unknown: tag keysweep-exempt-until (".*") does not begin with a date$/s,
    (value) => unreadableTag(unquoted(value)),
  ],
  [/^unknown: (Iam\w+), (.*)/s, (error, message) => unknown({ doubt: 'user-unreadable', error, message })],
  [/^unknown: (.*)/s, (what) => unknown({ doubt: DOUBTS[what] ?? 'no-row', received: null })],
  [/^changed since the report$/, () => ({ row: 'changed', values: { change: null } })],
  [/^exempt: user (\S+)$/, (pattern) => exempt({ by: 'user', pattern })],
  [/^exempt: path (\/.*)/s, (path) => exempt({ by: 'path', path })],
  [/^exempt: until (\d{4}-\d\d-\d\d)$/, (until) => exempt({ by: 'until', until, text: null })],
  [/^exempt: until (\d{4}-\d\d-\d\d), (.*)/s, (until, text) => exempt({ by: 'until', until, text })],
  [/^exempt: tag (keysweep-exempt(?:\/\w+)?)$/, (tag) => exempt({ by: 'tag', tag, text: '' })],
  [/^exempt: (.*)/s, (text) => exempt({ by: 'tag', tag: EXEMPT_TAG, text })],
  [/^own$/, () => ({ row: 'own', values: { by: null } })],
  [/^never used, created (\S+)$/, (day, _, key) => unused(instantOn(day, key.createdAt), true)],
  [/^unused since (\S+)$/, (day, _, key) => unused(instantOn(day, key.lastUsedAt, key.createdAt), false)],
  [/^not rotated since (\S+)$/, (day, _, key) => rotation(instantOn(day, key.createdAt))],
  [/^in use: Active again since (\S+)$/, (day) => inUse(instantOn(day), true)],
  [/^in use$/, () => inUse(null, false)],
]

const unreadableTag = (received: string) => unknown({ doubt: 'exempt-until-no-date', received })
const unknown = (values: (DecidingRow & { row: 'unknown' })['values']): DecidingRow => ({ row: 'unknown', values })
const exempt = (values: (DecidingRow & { row: 'exempt' })['values']): DecidingRow => ({ row: 'exempt', values })
const unused = (since: string, neverUsed: boolean): DecidingRow => ({ row: 'unused', values: { since, neverUsed } })
const rotation = (createdAt: string): DecidingRow => ({ row: 'rotation', values: { createdAt } })
const inUse = (since: string | null, reactivated: boolean): DecidingRow => ({
  row: 'in-use',
  values: { since, reactivated },
})

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    // 0.1.0 wrote JSON. Somebody who changed the document may not have.
    return quoted
  }
}

/** The sentence names the day alone: the key's own instant of that day, else the day's first. */
const instantOn = (day: string, ...instants: (string | null | undefined)[]): string =>
  instants.find((instant) => instant?.startsWith(day)) ?? `${day}T00:00:00Z`

/** The row and values of a sentence; `unknown` for one that 0.1.0 did not write. */
function readReason(key: KeyOf010): DecidingRow {
  const sentence = key.reason.replace(/; (never used|last use unknown)$/, '')
  for (const [pattern, read] of READINGS) {
    const match = pattern.exec(sentence)
    if (match !== null) return read(match[1] ?? '', match[2] ?? '', key)
  }
  return unknown({ doubt: 'no-row', received: key.reason })
}

/** A key of a stored document with its row and values, which 0.1.0 did not write. */
export const withRow = <Key extends KeyOf010>(key: Key & Partial<DecidingRow>): Key & DecidingRow =>
  hasRow(key) ? key : { ...key, ...readReason(key) }

const hasRow = <Key extends object>(key: Key): key is Key & DecidingRow => 'row' in key

/** Whether a recorded key's reason says that its run's plan had no room for it. Records from 0.2.0 on say it as data. */
export const saysLeftForNextRun = (outcomeReason: string | null): boolean => outcomeReason === 'left for the next run'
