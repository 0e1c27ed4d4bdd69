// A plan as the person reads it who decides on it: every key with all that speaks for and against it. Names are shown
// whole, for two of them may begin alike.

import type { Plan } from '../../core/model/documents/plan.ts'
import type { PlannedKey, StaleRow } from '../../core/model/verdict.ts'
import { countOf, keysOf } from '../../core/texts/counts.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { section, type TextOptions } from './record-text.ts'
import { type Column, table } from './table.ts'
import { widthOf } from './text-width.ts'

export interface ShownPlan {
  plan: Plan
  sha256: string
  /** ISO 8601; no answer by then is no. */
  answerUntil: string
  /** Ids of keys that the answer is to leave out. */
  leaveOut: string[]
}

/** The plan's text, ending in a newline. What came from the account is made safe to print here. */
export function planText(shown: ShownPlan, options: TextOptions): string {
  const { plan, sha256, answerUntil, leaveOut } = plainAll(shown)
  const keys = plan.keys.toSorted((a, b) => a.idleSince.localeCompare(b.idleSince))
  const rows = withOther(keys, leaveOut)
  const title = `Run ${plan.runId} asks to deactivate ${keysOf(keys.length)}`
  const users = new Set(keys.map((key) => key.user)).size
  const note = `of ${countOf(users, 'user')} in account ${plan.account}, longest idle first`
  const lines = [
    ...section(title, note, options, table(rows, columnsFor(rows, leaveOut, options), options)),
    '',
    `Why you decide  ${plan.approvalReasons.join('; ')}`,
    `Answer until    ${answerUntil}; no answer is no`,
    `Plan (sha256)   ${sha256}`,
    ...(leaveOut.length === 0 ? [] : [`Left out        ${leaveOut.join(', ')}`]),
  ]
  return `${lines.join('\n')}\n`
}

const day = (at: string): string => at.slice(0, 10)
const used = ({ lastUsedAt }: PlannedKey): string => (lastUsedAt === null ? 'never' : day(lastUsedAt))
const where = ({ lastUsedService, lastUsedRegion }: PlannedKey): string =>
  [lastUsedService, lastUsedRegion].filter((part) => part !== null).join(', ')
const usedWhere = (key: PlannedKey): string => `${used(key)} ${where(key)}`.trim()

const ONLY_ONE = 'the only one'
const LEAST_WHY = 24

/** A key, and what its user is left with: the other key in words, and whether it stays. */
type Row = PlannedKey & { other: string; otherStays: boolean }

/** Facts of a key name the user's other Active key; whether that one stays is for the plan, and what is left out, to say. */
function withOther(keys: PlannedKey[], leaveOut: string[]): Row[] {
  const taken = new Set(keys.map((key) => key.accessKeyId).filter((id) => !leaveOut.includes(id)))
  return keys.map((key) => {
    const { otherActiveKey } = key
    if (otherActiveKey === null) return { ...key, other: ONLY_ONE, otherStays: false }
    const isTaken = taken.has(otherActiveKey)
    return { ...key, other: isTaken ? `${otherActiveKey} (in this plan)` : otherActiveKey, otherStays: !isTaken }
  })
}

const ID: Column<Row> = { head: 'Access key', cell: ({ accessKeyId }) => accessKeyId }
const CREATED: Column<Row> = { head: 'Created', cell: ({ createdAt }) => day(createdAt) }
const USED: Column<Row> = { head: 'Last used', cell: used }
const USED_WHERE: Column<Row> = { head: 'Last used', cell: usedWhere }
const WHY: Column<Row> = { head: 'Why', cell: ({ reason }) => reason }
const WHY_WHERE: Column<Row> = {
  head: 'Why',
  cell: (key) => [key.reason, where(key)].filter((part) => part !== '').join('; '),
}
const WHY_IN_FULL: Column<Row> = { head: 'Why', cell: whyInFull }

/** The day that the reason names. */
const dayIn = (stale: StaleRow): string => day(stale.row === 'unused' ? stale.values.since : stale.values.createdAt)

/** The reason, and what it does not say already. */
function whyInFull(key: Row): string {
  const { reason, lastUsedAt, otherActiveKey, other } = key
  const said = lastUsedAt === null || day(lastUsedAt) === dayIn(key)
  const parts = [
    reason,
    ...(key.row === 'unused' && key.values.neverUsed ? [] : [`created ${day(key.createdAt)}`]),
    said ? where(key) : `last used ${usedWhere(key)}`,
    otherActiveKey === null ? "the user's only active key" : `other active key ${other}`,
  ]
  return parts.filter((part) => part !== '').join('; ')
}

/** As many columns as there is room for; what has no column of its own goes into the reason, which folds. */
function columnsFor(keys: Row[], leaveOut: string[], { columns, colours }: TextOptions): Column<Row>[] {
  const isOut = ({ accessKeyId }: PlannedKey) => leaveOut.includes(accessKeyId)
  const user: Column<Row> = {
    head: 'User',
    cell: (key) => (isOut(key) ? `${key.user} (left out)` : key.user),
    paint: (text, key) => (isOut(key) ? colours.dim(text) : text),
  }
  const other: Column<Row> = {
    head: "User's other key",
    cell: (key) => key.other,
    paint: (text, key) => (key.otherStays ? text : colours.yellow(text)),
  }
  const wide = [user, ID, CREATED, USED_WHERE, other]
  if (lineWidth(keys, [...wide, WHY]) <= columns) return [...wide, WHY]
  const middle = [user, ID, CREATED, USED, other]
  return lineWidth(keys, middle) + LEAST_WHY <= columns ? [...middle, WHY_WHERE] : [user, ID, WHY_IN_FULL]
}

/** A line with these columns on a terminal, the space before each included. */
const lineWidth = (keys: Row[], columns: Column<Row>[]): number =>
  columns.reduce((sum, { head, cell }) => sum + 2 + Math.max(...[head, ...keys.map(cell)].map(widthOf)), 0)
