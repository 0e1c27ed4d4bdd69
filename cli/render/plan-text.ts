// A plan as the person reads it who decides on it: every key with all that speaks for and against it.

import type { Plan } from '../../core/model/documents/plan.ts'
import { millisecondsOf } from '../../core/model/instants.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { countOf, keysOf } from '../../core/texts/counts.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { noWitnessOf } from '../../core/texts/witness-text.ts'
import { endedList } from './exemption-sections.ts'
import {
  byIdleness,
  createdColumn,
  idColumn,
  idleColumn,
  KEY_CARDS_BELOW,
  lastUseColumn,
  ownerColumns,
  ruleColumn,
  userColumn,
} from './key-columns.ts'
import { listing } from './listing.ts'
import { hanging, section, type TextOptions } from './section.ts'
import type { Column } from './table.ts'

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
  const rows = withOther(plan.keys.toSorted(byIdleness), leaveOut)
  const title = `Run ${plan.runId} asks to deactivate ${keysOf(rows.length)}`
  const users = new Set(rows.map((key) => key.user)).size
  const note = `of ${countOf(users, 'user')} in account ${plan.account}, longest idle first`
  const keys = listing(rows, columnsOf(plan, rows, leaveOut, options), { ...options, cardsBelow: KEY_CARDS_BELOW })
  const past = endedList(rows)
  const noWitness = noWitnessOf(plan)
  const line = (label: string, text: string) => hanging(label.padEnd(LABEL_WIDTH), text, options.columns)
  const lines = [
    ...section(title, note, options, keys),
    '',
    ...(past.length === 0 ? [] : line('Exemption ended', past.join('; '))),
    ...line('Why you decide', plan.approvalReasons.join('; ')),
    ...(noWitness === null ? [] : line('Key events', noWitness).map(options.colours.yellow)),
    ...line('Answer until', `${answerUntil}; no answer means no`),
    // Never folded: a person compares and copies it.
    `${'Plan (sha256)'.padEnd(LABEL_WIDTH)}${sha256}`,
    ...(leaveOut.length === 0 ? [] : line('Left out', leaveOut.join(', '))),
  ]
  return `${lines.join('\n')}\n`
}

const LABEL_WIDTH = 16

/** A key, and what its user is left with: the other key in words, and whether it stays. */
type Row = PlannedKey & { other: string; otherInCard: string; otherStays: boolean }

/** Facts of a key name the user's other Active key; whether that one stays is for the plan, and what is left out, to say. */
function withOther(keys: PlannedKey[], leaveOut: string[]): Row[] {
  const taken = new Set(keys.map((key) => key.accessKeyId).filter((id) => !leaveOut.includes(id)))
  return keys.map((key) => {
    const { otherActiveKey } = key
    if (otherActiveKey === null)
      return { ...key, other: 'none', otherInCard: "the user's only active key", otherStays: false }
    const isTaken = taken.has(otherActiveKey)
    const other = isTaken ? `${otherActiveKey} (in this plan)` : otherActiveKey
    return { ...key, other, otherInCard: `other active key ${other}`, otherStays: !isTaken }
  })
}

/** The other key folds: its id above "(in this plan)". */
const LEAST_OTHER = 20

function columnsOf(plan: Plan, rows: Row[], leaveOut: string[], { colours }: TextOptions): Column<Row>[] {
  const at = millisecondsOf(plan.createdAt) ?? 0
  const isOut = ({ accessKeyId }: PlannedKey) => leaveOut.includes(accessKeyId)
  const user: Column<Row> = {
    ...userColumn(),
    cell: (key) => (isOut(key) ? `${key.user} (left out)` : key.user),
    paint: (text, key) => (isOut(key) ? colours.dim(text) : text),
  }
  const other: Column<Row> = {
    head: 'Other active key',
    cell: (key) => key.other,
    card: (key) => key.otherInCard,
    paint: (text, key) => (key.otherStays ? text : colours.yellow(text)),
    least: LEAST_OTHER,
  }
  return [
    user,
    ...ownerColumns(rows),
    idColumn(),
    idleColumn(at),
    lastUseColumn(),
    ruleColumn(at),
    createdColumn(),
    other,
  ]
}
