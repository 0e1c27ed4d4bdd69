// Why keys were kept, counted by row: the part of a record that is too long to print key by key.
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import type { KeptRow } from '../../core/model/verdict.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { detailText, ROW_NAMES } from '../../core/texts/verdict-text.ts'

export interface KeptGroup {
  /** The row of the verdict table; `report`: keys of users that the credential report showed no reason to check. */
  row: KeptRow['row'] | 'report'
  /** The row's name, such as "exempt". */
  name: string
  count: number
  /** What its keys' values say, the most frequent first, or what the row means. */
  detail: string
}

/** The rows in the order in which they are shown, with what each means where no value says it. */
export const MEANING: Record<KeptRow['row'], string> = {
  // Reasons that may need action come first.
  root: '',
  unknown: '',
  changed: 'the active keys are not those of the credential report',
  exempt: '',
  own: 'of the user that runs keysweep',
  'not-active': '',
  'in-use': 'created, used or reactivated within unusedDays',
}

/** Rows that somebody should look at. */
export const MAY_NEED_ACTION: KeptGroup['row'][] = ['root', 'unknown']

const MOST_DETAILS = 6

/** Rows of which every user is named, not only counted: somebody is at work on their keys. */
const NAMES_USERS: Partial<Record<KeptRow['row'], true>> = { changed: true }

const MOST_USERS = 6

type KeptKey = RecordedKey & KeptRow

/** The record's kept keys by row. */
export function keptGroups({ keys, counts }: Pick<RunRecord, 'keys' | 'counts'>): KeptGroup[] {
  const kept = keys.filter(isKept)
  const byRow = Map.groupBy(kept, ({ row }) => row)
  const byReport = counts.kept - kept.length
  const groups = (Object.keys(MEANING) as KeptRow['row'][]).flatMap((row): KeptGroup[] => {
    const of = byRow.get(row) ?? []
    return of.length === 0 ? [] : [{ row, name: ROW_NAMES[row], count: of.length, detail: detailOf(row, of) }]
  })
  if (byReport === 0) return groups
  return [
    ...groups,
    {
      row: 'report',
      name: 'recent',
      count: byReport,
      detail: 'created or used recently, as the credential report shows; not checked further',
    },
  ]
}

const isKept = (key: RecordedKey): key is KeptKey => key.row in MEANING

function detailOf(row: KeptRow['row'], keys: KeptKey[]): string {
  if (keys.every((key) => detailText(key) === '')) return MEANING[row]
  const byDetail = Map.groupBy(keys, (key) => detailText(key) || MEANING[row])
  const details = [...byDetail].filter(([detail]) => detail !== '').toSorted(([, a], [, b]) => b.length - a.length)
  const shown = details
    .slice(0, MOST_DETAILS)
    .map(([detail, of]) => `${detail} (${NAMES_USERS[row] || of.length === 1 ? usersOf(of) : keysOf(of.length)})`)
  return [...shown, ...(details.length > MOST_DETAILS ? [`and ${details.length - MOST_DETAILS} more`] : [])].join('; ')
}

function usersOf(keys: KeptKey[]): string {
  const users = [...new Set(keys.map(({ user }) => user))]
  const shown = users.slice(0, MOST_USERS).join(', ')
  return users.length > MOST_USERS ? `${shown} and ${users.length - MOST_USERS} more` : shown
}
