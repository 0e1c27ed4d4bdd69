// A record as a person reads it: the keys that were changed, or would be; those that were not; why the others were kept;
// and last, in one sentence, how the run ended.
import type { Status } from '../../core/model/closed-sets.ts'
import type { Decision } from '../../core/model/documents/decision.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { ANSWERED_WORDS } from '../../core/texts/approval-text.ts'
import { countOf, keysOf } from '../../core/texts/counts.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { noWitnessText, otherSweeperText } from '../../core/texts/witness-text.ts'
import { endedSection, unmatchedSection } from './exemption-sections.ts'
import { headline } from './headline.ts'
import { keptGroups, MAY_NEED_ACTION } from './kept-groups.ts'
import { expiringSection, leftSection, notDoneSection, staleSection } from './key-sections.ts'
import { labelled, type Section, section, type TextOptions } from './section.ts'
import { SHARED_STATUS_COLOURS, type StatusColour } from './status-colours.ts'
import { table } from './table.ts'
import { folded } from './text-width.ts'

/** What the record itself does not say. */
export interface BesideRecord {
  /** Of a run that has not ended: its state, in place of its result. */
  standing?: string
  /** What happened since, as lines at the end. */
  since?: string[]
}

/**
 * The record's text, ending in a newline. What came from the account is made safe to print here.
 * @param more sections before the last one
 */
export function recordText(
  recorded: RunRecord,
  options: TextOptions,
  more: Section[] = [],
  { standing, since = [] }: BesideRecord = {},
): string {
  const record = plainAll(recorded)
  const sections: Section[] = [
    staleSection(record, options),
    leftSection(record, options),
    notDoneSection(record, options),
    keptSection(record, options),
    unmatchedSection(record, options),
    endedSection(record, options),
    expiringSection(record, options),
    ...more,
    [...endSection(record, standing ?? headline(record), options), ...since],
  ]
  return textOf(sections, options)
}

/** Sections with a line between them; of titles alone, without. */
function textOf(sections: Section[], { lists }: TextOptions): string {
  const [last = [], ...others] = sections.filter((lines) => lines.length > 0).toReversed()
  const between = lists === 'none' ? '' : '\n'
  const before = others.toReversed().map((lines) => `${lines.join('\n')}\n`)
  return `${before.join(between)}${before.length > 0 ? '\n' : ''}${last.join('\n')}\n`
}

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
        paint: (text, { row }) => (MAY_NEED_ACTION.includes(row) ? yellow(text) : text),
      },
      { head: '', cell: ({ detail }) => detail, paint: dim },
    ],
    { ...options, withoutHead: true },
  )
  return section(`Kept: ${keysOf(record.counts.kept)}`, 'by reason', options, lines)
}

const STATUS_COLOURS: Record<Status, StatusColour> = {
  ...SHARED_STATUS_COLOURS,
  deactivated: 'green',
  reactivated: 'green',
  'some keys failed': 'red',
  'over cap': 'yellow',
}

/** A plan that would ask or stop needs attention, although the run itself ended well. */
function colourOf({ status, ifApplied }: RunRecord): StatusColour {
  const goes = ifApplied === null || ifApplied.step === 'go'
  return status === 'planned' && !goes ? 'yellow' : STATUS_COLOURS[status]
}

function endSection(record: RunRecord, result: string, { columns, colours }: TextOptions): Section {
  const paint = (line: string) => colours.bold(colours[colourOf(record)](line))
  const account = record.account === null ? '' : ` on account ${accountText(record.account, record.accountAlias)}`
  const { report, counts, decision } = record
  const checked = `${countOf(counts.users, 'user')}, ${countOf(counts.activeKeys, 'active key')} in all`
  return [
    ...folded(result, columns).map(paint),
    ...labelled('Run', `${record.runId}${account}${whatText(record)}`, columns),
    ...(decision === null ? [] : labelled('Decision', decisionText(decision), columns)),
    ...(report === null ? [] : labelled('Checked', checked, columns)),
    ...keyEventLines(record, { columns, colours }),
  ]
}

/** An undo has no mode: it reactivates keys in every mode. */
function whatText({ mode, undo, apply }: RunRecord): string {
  if (undo !== null) return `, undo of run ${undo.run}`
  const of = apply === null ? '' : `, with the plan of run ${apply.run}`
  return `${mode === null ? '' : `, mode ${mode}`}${of}`
}

/** What CloudTrail's event history lacks, and who else changes keys. Nothing where all is well. */
function keyEventLines({ keyEvents }: RunRecord, { columns, colours }: TextOptions): string[] {
  if (keyEvents === null) return []
  const { witness, otherSweepers } = keyEvents
  return [
    ...(witness.complete
      ? []
      : labelled(
          'Key events',
          `${noWitnessText(witness)}. The run knows only the reactivations that its run store has.`,
          columns,
        )),
    ...otherSweepers.flatMap((other) => labelled('Other store', otherSweeperText(other), columns)),
  ].map(colours.yellow)
}

function decisionText({ answer, by, at, reason, leftOut }: Decision): string {
  const without = leftOut.length === 0 ? '' : `, leaving out ${leftOut.join(', ')}`
  return `${ANSWERED_WORDS[answer]}${by === null ? '' : ` by ${by}`} at ${at}${without}${reason === null ? '' : `: ${reason}`}`
}
