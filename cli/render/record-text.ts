// A record as a person reads it: what was taken and why, what was not, what was kept, what is stale soon, and last, in
// one sentence, what the run came to.

import { expiringKeys } from '../../core/judge/expiring.ts'
import type { Outcome, Status } from '../../core/model/closed-sets.ts'
import type { Decision } from '../../core/model/documents/decision.ts'
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import { millisecondsOf } from '../../core/model/instants.ts'
import { ACTION_WORDS } from '../../core/texts/action-text.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { LEFT_FOR_NEXT_RUN } from '../../core/texts/outcome-text.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { actionOf, headline, isUndo, plannedKeys } from './headline.ts'
import { keptGroups } from './kept-groups.ts'
import { type Column, table } from './table.ts'
import type { Colours } from './terminal.ts'

export interface TextOptions {
  columns: number
  colours: Colours
}

/** A part of the text: its lines, none where there is nothing to say. */
export type Section = string[]

/**
 * The record's text, ending in a newline. What came from the account is made safe to print here.
 * @param more what else is to be told before the last sentence
 */
export function recordText(recorded: RunRecord, options: TextOptions, more: Section[] = []): string {
  const record = plainAll(recorded)
  const sections: Section[] = [
    staleSection(record, options),
    leftSection(record, options),
    notTakenSection(record, options),
    keptSection(record, options),
    soonSection(record, options),
    ...more,
    endSection(record, options.colours),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

/** What was taken; before that, what would be. */
function staleSection(record: RunRecord, options: TextOptions): Section {
  const keys = record.keys.filter(
    (key) => key.verdict === 'stale' && !isLeft(key) && (key.outcome === null || SHOWN_AS[key.outcome].done),
  )
  if (keys.length === 0) return []
  const lines = table(keys.toSorted(byIdleness), staleColumns(options, keys), options)
  return section(staleTitle(record, keys), staleNote(record), options, lines)
}

const isLeft = ({ outcomeReason }: RecordedKey): boolean => outcomeReason === LEFT_FOR_NEXT_RUN

/** The keys by their outcome; of a plan that would not just go, only that they are stale. */
function staleTitle(record: RunRecord, keys: RecordedKey[]): string {
  const outcome = keys[0]?.outcome ?? null
  if (outcome !== null) return `${capital(outcome)}: ${keysOf(keys.length)}`
  if (isUndo(record)) return `${capital(ACTION_WORDS.reactivate.wouldBe)}: ${keysOf(keys.length)}`
  const goes = record.status === 'planned' && record.ifApplied?.step === 'go'
  return goes ? `${capital(ACTION_WORDS.deactivate.wouldBe)}: ${plannedKeys(record)}` : `Stale: ${keysOf(keys.length)}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Stale keys for which one run has no room. */
function leftSection({ keys }: RunRecord, options: TextOptions): Section {
  const left = keys.filter(isLeft)
  if (left.length === 0) return []
  const lines = table(left.toSorted(byIdleness), staleColumns(options, []), options)
  return section(`Left for the next run: ${keysOf(left.length)}`, '', options, lines)
}

function staleNote(record: RunRecord): string {
  const { policy } = record
  if (isUndo(record)) return 'with the reasons of the run that took them'
  if (policy === null) return 'longest idle first'
  const old = policy.rotationDays === null ? '' : ` or ${policy.rotationDays} days old`
  return `unused for ${policy.unusedDays} days${old}, longest idle first`
}

/** Whether a key that ended so stands among those that the run was for, or apart; and its colour. */
const SHOWN_AS: Record<Outcome, { done: boolean; colour: 'green' | 'yellow' | 'red' }> = {
  deactivated: { done: true, colour: 'green' },
  reactivated: { done: true, colour: 'green' },
  skipped: { done: false, colour: 'yellow' },
  failed: { done: false, colour: 'red' },
}

const idleSince = (key: RecordedKey): number => millisecondsOf(key.lastUsedAt ?? key.createdAt) ?? 0
const byIdleness = (a: RecordedKey, b: RecordedKey): number => idleSince(a) - idleSince(b)

const USER: Column<RecordedKey> = { head: 'User', cell: ({ user }) => user, most: 22 }
const KEY: Column<RecordedKey> = { head: 'Access key', cell: ({ accessKeyId }) => accessKeyId ?? '–' }
const CREATED: Column<RecordedKey> = { head: 'Created', cell: ({ createdAt }) => dayOrDash(createdAt) }
/** Of a stale key or one in use, whose last use is known: null is never. */
const lastUsed = ({ lastUsedAt }: RecordedKey): string => lastUsedAt?.slice(0, 10) ?? 'never'
const LAST_USED: Column<RecordedKey> = { head: 'Last used', cell: lastUsed }
const WHY: Column<RecordedKey> = { head: 'Why', cell: ({ reason }) => reason }

const dayOrDash = (at: string | null): string => at?.slice(0, 10) ?? '–'

/** As many columns as there is room for: the reason names the date that decided, so the others go first. */
function staleColumns({ columns, colours }: TextOptions, keys: RecordedKey[]): Column<RecordedKey>[] {
  const outcome: Column<RecordedKey> = {
    head: 'Outcome',
    cell: (key) => key.outcomeReason ?? key.outcome ?? '–',
    paint: (text, key) => painted(text, key, colours),
  }
  const told = keys.some((key) => key.outcome !== null || key.outcomeReason !== null)
  return [
    USER,
    KEY,
    ...(columns >= 100 ? [CREATED] : []),
    ...(columns >= 86 ? [LAST_USED] : []),
    WHY,
    ...(told && columns >= 114 ? [outcome] : []),
  ]
}

function notTakenSection(record: RunRecord, options: TextOptions): Section {
  const rows = record.keys.filter(({ outcome }) => outcome !== null && !SHOWN_AS[outcome].done)
  if (rows.length === 0) return []
  const outcome: Column<RecordedKey> = {
    head: 'Outcome',
    cell: (key) => key.outcome ?? '–',
    paint: (text, key) => painted(text, key, options.colours),
  }
  const because: Column<RecordedKey> = { head: 'Because', cell: (key) => key.outcomeReason ?? '–' }
  const lines = table(rows.toSorted(failedFirst), [USER, KEY, outcome, because], options)
  return section(`${ACTION_WORDS[actionOf(record)].notDone}: ${keysOf(rows.length)}`, '', options, lines)
}

const painted = (text: string, { outcome }: RecordedKey, colours: Colours): string =>
  outcome === null ? text : colours[SHOWN_AS[outcome].colour](text)

const failedFirst = (a: RecordedKey, b: RecordedKey): number => (a.outcome ?? '').localeCompare(b.outcome ?? '')

function keptSection(record: RunRecord, options: TextOptions): Section {
  const groups = keptGroups(record)
  if (groups.length === 0) return []
  const { bold, dim, yellow } = options.colours
  const lines = table(
    groups,
    [
      { head: '', cell: ({ count }) => String(count), align: 'right', paint: bold },
      {
        head: '',
        cell: ({ name }) => name,
        paint: (text, { row }) => (row === 'root' || row === 'unknown' ? yellow(text) : text),
      },
      { head: '', cell: ({ detail }) => detail, paint: dim },
    ],
    { ...options, withoutHead: true },
  )
  return section(`Kept: ${keysOf(record.counts.kept)}`, 'by reason', options, lines)
}

function soonSection(record: RunRecord, options: TextOptions): Section {
  const soon = expiringKeys(record)
  if (soon.length === 0) return []
  // Tags are read only where a key is stale, so that most owners are not known here.
  const owner: Column<RecordedKey> = { head: 'Owner', cell: (key) => key.owner ?? '–' }
  const lines = table(
    soon,
    [
      { head: 'Stale on', cell: ({ staleOn }) => staleOn },
      USER,
      KEY,
      { head: 'Last used', cell: lastUsed },
      ...(soon.some((key) => key.owner !== null) ? [owner] : []),
    ],
    options,
  )
  return section(
    `Stale soon: ${keysOf(soon.length)}`,
    `within ${record.policy?.warnDays} days, unless used`,
    options,
    lines,
  )
}

export function section(title: string, note: string, { colours }: TextOptions, lines: string[]): Section {
  return [`${colours.bold(title)}${note === '' ? '' : colours.dim(`, ${note}`)}`, ...lines]
}

const STATUS_COLOURS: Record<Status, 'green' | 'yellow' | 'red'> = {
  planned: 'green',
  'nothing to do': 'green',
  deactivated: 'green',
  reactivated: 'green',
  'some keys failed': 'red',
  'over cap': 'yellow',
  'approval needed': 'yellow',
  rejected: 'yellow',
  expired: 'yellow',
  'another run is open': 'yellow',
  refused: 'red',
  interrupted: 'yellow',
}

/** A plan that would not just go is no good news, however well it ended. */
function colourOf({ status, ifApplied }: RunRecord): 'green' | 'yellow' | 'red' {
  const goes = ifApplied === null || ifApplied.step === 'go'
  return status === 'planned' && !goes ? 'yellow' : STATUS_COLOURS[status]
}

function endSection(record: RunRecord, colours: Colours): Section {
  const paint = colours[colourOf(record)]
  const account = record.account === null ? '' : ` on account ${record.account}`
  const mode = record.mode === null ? '' : `, mode ${record.mode}`
  const lines = [colours.bold(paint(headline(record))), `Run          ${record.runId}${account}${mode}`]
  return record.decision === null ? lines : [...lines, `Decision     ${decisionText(record.decision)}`]
}

function decisionText({ answer, by, at, reason, leftOut }: Decision): string {
  const without = leftOut.length === 0 ? '' : `, leaving out ${leftOut.join(', ')}`
  return `${answer}${by === null ? '' : ` by ${by}`} at ${at}${without}${reason === null ? '' : `: ${reason}`}`
}
