// Why keys were kept, counted by reason: the part of a record that is too long to print key by key.
import type { RecordedKey, RunRecord } from '../../core/model/documents.ts'

export interface KeptGroup {
  /** The row of the verdict table, such as "exempt". */
  reason: string
  count: number
  /** What its keys' reasons say beyond that, the most frequent first, or what the reason means. */
  detail: string
}

export const IN_USE_BY_THE_REPORT = 'in use by the report'

const MEANING: Record<string, string> = {
  [IN_USE_BY_THE_REPORT]: 'used so recently that the report alone shows it',
  'in use': 'used, created or brought back within the term',
  'changed since the report': 'its user has more active keys now than the report showed',
  own: 'belongs to the user that this run signs as',
}

/** Reasons first that may want a person's hand, the quiet ones last. */
const ORDER = ['root', 'unknown', 'changed since the report', 'exempt', 'own', 'not active', 'in use']

const MOST_DETAILS = 6

/** The record's kept keys by reason. */
export function keptGroups({ keys, counts }: Pick<RunRecord, 'keys' | 'counts'>): KeptGroup[] {
  const kept = keys.filter((key) => key.verdict === 'kept')
  const byReason = Map.groupBy(kept, (key) => splitReason(key.reason)[0])
  const byReport = counts.kept - kept.length
  return [
    ...[...byReason]
      .map(([reason, of]) => ({ reason, count: of.length, detail: detailOf(reason, of) }))
      .toSorted((a, b) => rank(a.reason) - rank(b.reason)),
    ...(byReport > 0
      ? [{ reason: IN_USE_BY_THE_REPORT, count: byReport, detail: MEANING[IN_USE_BY_THE_REPORT] ?? '' }]
      : []),
  ]
}

const rank = (reason: string): number => (ORDER.includes(reason) ? ORDER.indexOf(reason) : -1)

/** "exempt" and "path /service/" of "exempt: path /service/; never used". */
export function splitReason(reason: string): [row: string, detail: string] {
  const withoutUse = reason.replace(/; (never used|last use unknown)$/, '')
  const [row = '', ...detail] = withoutUse.split(': ')
  return [row, detail.join(': ')]
}

function detailOf(reason: string, keys: RecordedKey[]): string {
  const byDetail = Map.groupBy(keys, (key) => splitReason(key.reason)[1])
  const details = [...byDetail].filter(([detail]) => detail !== '').toSorted(([, a], [, b]) => b.length - a.length)
  if (details.length === 0) return MEANING[reason] ?? ''
  const told = details
    .slice(0, MOST_DETAILS)
    .map(([detail, of]) => (of.length === 1 ? `${detail} (${of[0]?.user})` : `${detail} (${of.length})`))
  return [...told, ...(details.length > MOST_DETAILS ? [`and ${details.length - MOST_DETAILS} more`] : [])].join('; ')
}
