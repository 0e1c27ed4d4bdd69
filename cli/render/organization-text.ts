// The record of an organization run as a person reads it: every account with its end, those that need action first, and
// last, in one sentence, how the run ended.
import {
  ACCOUNT_ENDS,
  type AccountEnd,
  END_FAILS,
  type OrganizationStatus,
  OUTCOMES,
  type Outcome,
} from '../../core/model/closed-sets.ts'
import type { OrganizationRecord, RecordedAccount } from '../../core/model/documents/organization-record.ts'
import { ANSWERED_WORDS } from '../../core/texts/approval-text.ts'
import { accountsOf, countOf } from '../../core/texts/counts.ts'
import { plainAll } from '../../core/texts/plain.ts'
import { MOST_LISTED } from '../options/lists.ts'
import { listing } from './listing.ts'
import { organizationHeadline } from './organization-headline.ts'
import { hanging, labelled, type Section, section, type TextOptions } from './section.ts'
import { SHARED_STATUS_COLOURS, type StatusColour } from './status-colours.ts'
import { type Column, fits, rowLines, table } from './table.ts'
import type { Colours } from './terminal.ts'
import { folded, widthOf } from './text-width.ts'

/** Below this width a table of accounts becomes cards. */
export const ACCOUNT_CARDS_BELOW = 100

/** The text, ending in a newline. What came from the accounts is made safe to print here. */
export function organizationText(
  recorded: OrganizationRecord,
  options: TextOptions,
  { standing }: { standing?: string } = {},
): string {
  const record = plainAll(recorded)
  const accounts = accountsSection(record, options)
  const end = endSection(record, standing ?? organizationHeadline(record), options)
  return [accounts, end]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

type Colour = 'green' | 'yellow' | 'red' | 'dim'

/** The order of the list, ends that need action first, and the colour of each end. */
const SHOWN: Record<AccountEnd, { rank: number; colour: Colour }> = {
  failed: { rank: 0, colour: 'red' },
  unreachable: { rank: 1, colour: 'red' },
  busy: { rank: 2, colour: 'yellow' },
  new: { rank: 3, colour: 'yellow' },
  'management account': { rank: 4, colour: 'yellow' },
  changed: { rank: 5, colour: 'green' },
  planned: { rank: 6, colour: 'green' },
  'left out': { rank: 7, colour: 'yellow' },
  'nothing to do': { rank: 8, colour: 'green' },
  'not active': { rank: 9, colour: 'dim' },
  excluded: { rank: 10, colour: 'dim' },
}

function accountsSection({ accounts, undo }: OrganizationRecord, options: TextOptions): Section {
  const { lists = 'first' } = options
  if (accounts.length === 0 || lists === 'none') return []
  const sorted = accounts.toSorted((a, b) => SHOWN[a.end].rank - SHOWN[b.end].rank || b.stale - a.stale)
  const shown = lists === 'all' ? sorted : sorted.slice(0, MOST_LISTED)
  const more = sorted.length - shown.length
  return section(accountsOf(accounts.length), 'those that need action first', options, [
    ...accountLines(shown, undo !== null, options),
    ...(more === 0 ? [] : hanging('  ', `and ${more} more. To see all: --all`, options.columns)),
  ])
}

const LEAST_NAME = 12

/** A reason that is longer is shown below its account, in the whole width. */
const LONGEST_WHY = 40

/** A table, or cards on a narrow terminal. */
function accountLines(accounts: RecordedAccount[], isUndo: boolean, options: TextOptions): string[] {
  const columns = columnsOf(isUndo, options.colours)
  const isLong = (account: RecordedAccount) => widthOf(whyOf(account)) > LONGEST_WHY
  const inTable = columns.map((column) =>
    column.head === WHY
      ? { ...column, cell: (account: RecordedAccount) => (isLong(account) ? '' : whyOf(account)) }
      : column,
  )
  if (options.columns < ACCOUNT_CARDS_BELOW || !fits(accounts, inTable, options))
    return listing(accounts, columns, { ...options, cardsBelow: ACCOUNT_CARDS_BELOW })
  const below = accounts.map((account) =>
    isLong(account) ? hanging('    ', whyOf(account), options.columns).map(options.colours.dim) : [],
  )
  // The head of the same table: its columns are as wide.
  const [head = ''] = table(accounts, inTable, options)
  return [head, ...rowLines(accounts, inTable, options).flatMap((row, index) => [...row, ...(below[index] ?? [])])]
}

const WHY = 'Why'

/** These ends need no reason in the table. The record has it. */
const whyOf = ({ end, why }: RecordedAccount): string => (NEEDS_NO_WHY.includes(end) ? '' : (why ?? ''))
const NEEDS_NO_WHY: AccountEnd[] = ['new', 'management account']

/** The runs whose table has a column for the outcome; null: none, the record counts it. */
const OUTCOME_COLUMNS: Record<Outcome, { head: string; of: 'run' | 'undo' | 'both' | null }> = {
  deactivated: { head: 'Deactivated', of: 'run' },
  reactivated: { head: 'Reactivated', of: 'undo' },
  skipped: { head: 'Skipped', of: null },
  failed: { head: 'Failed', of: 'both' },
}

const isCounted = ({ of }: (typeof OUTCOME_COLUMNS)[Outcome], isUndo: boolean): boolean =>
  of === 'both' || of === (isUndo ? 'undo' : 'run')

function columnsOf(isUndo: boolean, colours: Colours): Column<RecordedAccount>[] {
  const count = (head: string, word: string, of: (account: RecordedAccount) => number): Column<RecordedAccount> => ({
    head,
    align: 'right',
    cell: (account) => (of(account) === 0 ? '–' : String(of(account))),
    card: (account) => (of(account) === 0 ? '' : `${of(account)} ${word}`),
  })
  return [
    { head: 'Account', cell: ({ account }) => account },
    { head: 'Name', cell: ({ name }) => name ?? '–', card: ({ name }) => name ?? '', least: LEAST_NAME, inTitle: true },
    { head: 'End', cell: ({ end }) => end, paint: (text, { end }) => colours[SHOWN[end].colour](text), inTitle: true },
    ...(isUndo ? [] : [count('Stale', 'stale', ({ stale }) => stale)]),
    ...OUTCOMES.filter((outcome) => isCounted(OUTCOME_COLUMNS[outcome], isUndo)).map((outcome) =>
      count(OUTCOME_COLUMNS[outcome].head, outcome, (account) => account[outcome]),
    ),
    { head: WHY, cell: whyOf },
  ]
}

const STATUS_COLOURS: Record<OrganizationStatus, StatusColour> = {
  ...SHARED_STATUS_COLOURS,
  changed: 'green',
  'some accounts failed': 'red',
}

function endSection(record: OrganizationRecord, result: string, { columns, colours }: TextOptions): Section {
  const { runId, hub, mode, undo, counts, decision, source } = record
  const what = undo !== null ? `, undo of run ${undo.run}` : mode === null ? '' : `, mode ${mode}`
  const line = `${runId}${hub === null ? '' : `, hub ${hub}`}${what}`
  return [
    ...folded(result, columns).map((line) => colours.bold(colours[STATUS_COLOURS[record.status]](line))),
    ...labelled('Run', line, columns),
    ...(decision === null ? [] : labelled('Decision', decisionText(decision), columns)),
    ...(counts.accounts === 0
      ? []
      : labelled('Accounts', `${endsText(record)}${SOURCE_WORDS[source ?? 'none']}`, columns)),
    ...(counts.accounts === 0 ? [] : labelled('Keys', keysText(record), columns)),
  ]
}

const SOURCE_WORDS: Record<NonNullable<OrganizationRecord['source']> | 'none', string> = {
  organizations: ' (from AWS Organizations)',
  list: ' (from a list)',
  undone: '',
  none: '',
}

/** "40: 12 changed, 25 nothing to do, 2 excluded, 1 unreachable" */
function endsText({ counts }: Pick<OrganizationRecord, 'counts'>): string {
  const parts = ACCOUNT_ENDS.flatMap((end) => ((counts.ends[end] ?? 0) === 0 ? [] : `${counts.ends[end]} ${end}`))
  return `${counts.accounts}: ${parts.join(', ')}`
}

function keysText({ counts, undo }: OrganizationRecord): string {
  const outcomes = OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`)
  return [...(undo === null ? [countOf(counts.stale, 'stale key')] : []), ...outcomes].join(', ') || 'none'
}

function decisionText(decision: NonNullable<OrganizationRecord['decision']>): string {
  const { answer, by, at, reason, leftOut, leftOutAccounts } = decision
  const out = [...leftOutAccounts, ...leftOut]
  const without = out.length === 0 ? '' : `, leaving out ${out.join(', ')}`
  return `${ANSWERED_WORDS[answer]}${by === null ? '' : ` by ${by}`} at ${at}${without}${reason === null ? '' : `: ${reason}`}`
}

/** The accounts that failed the run: "111122223333 payments (unreachable)". */
export const failedAccounts = ({ accounts }: Pick<OrganizationRecord, 'accounts'>): RecordedAccount[] =>
  accounts.filter(({ end }) => END_FAILS[end])
