// Why keys were kept, counted by row: the part of a record that is too long to print key by key.
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import type { KeptRow } from '../../core/model/verdict.ts'
import { detailText, ROW_NAMES } from '../../core/texts/verdict-text.ts'

export interface KeptGroup {
  /** The row of the verdict table; `report`: the keys that the report alone shows in use. */
  row: KeptRow['row'] | 'report'
  /** The row's name, such as "exempt". */
  name: string
  count: number
  /** What its keys' values say, the most frequent first, or what the row means. */
  detail: string
}

export const IN_USE_BY_THE_REPORT = 'in use by the report'

/** The rows in the order in which they are shown, with what each means where no value says it. */
const MEANING: Record<KeptRow['row'], string> = {
  // First those that may want a person's hand.
  root: '',
  unknown: '',
  changed: 'its user has more active keys now than the report showed',
  exempt: '',
  own: 'belongs to the user that this run signs as',
  'not-active': '',
  'in-use': 'used, created or brought back within the term',
}

const MOST_DETAILS = 6

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
  const detail = 'used so recently that the report alone shows it'
  return [...groups, { row: 'report', name: IN_USE_BY_THE_REPORT, count: byReport, detail }]
}

const isKept = (key: RecordedKey): key is KeptKey => key.row in MEANING

function detailOf(row: KeptRow['row'], keys: KeptKey[]): string {
  const byDetail = Map.groupBy(keys, detailText)
  const details = [...byDetail].filter(([detail]) => detail !== '').toSorted(([, a], [, b]) => b.length - a.length)
  if (details.length === 0) return MEANING[row]
  const shown = details
    .slice(0, MOST_DETAILS)
    .map(([detail, of]) => (of.length === 1 ? `${detail} (${of[0]?.user})` : `${detail} (${of.length})`))
  return [...shown, ...(details.length > MOST_DETAILS ? [`and ${details.length - MOST_DETAILS} more`] : [])].join('; ')
}
