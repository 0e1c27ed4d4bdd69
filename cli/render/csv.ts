// A record's keys as CSV, for a spreadsheet that must not take a user's name for a formula.
import type { RecordedKey } from '../../core/model/documents/record.ts'
import { plain } from '../../core/texts/plain.ts'

const COLUMNS = [
  'user',
  'accessKeyId',
  'createdAt',
  'lastUsedAt',
  'lastUsedService',
  'verdict',
  'reason',
  'staleOn',
  'owner',
  'outcome',
  'outcomeReason',
  'at',
  'lastUsedRegion',
] as const satisfies (keyof RecordedKey)[]

/** RFC 4180 with a header line; an empty cell where the record says null. */
export const keysCsv = (keys: RecordedKey[]): string =>
  [[...COLUMNS], ...keys.map((key) => COLUMNS.map((column) => key[column] ?? ''))]
    .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
    .join('')

/** What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"). IAM allows `=`, `+`, `-` and `@` in names. */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/

/** Looked for before and after what cannot be seen is taken out: either way it could be calculated. */
function csvCell(text: string): string {
  const shown = plain(text)
  const safe = FORMULA.test(text) || FORMULA.test(shown) ? `'${shown}` : shown
  // A spreadsheet of a country that writes 1,5 takes the semicolon for the end of a cell.
  return /[",;']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
