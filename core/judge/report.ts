// The credential report: CSV in, rows out. It has no access key ids and may be four hours old, so it never decides;
// it only tells which users are worth a look. What it says strangely is kept as `unknown`, never read as old.
// Format: IAM User Guide, "Get credential reports for your AWS account".
import { CsvError, parse } from 'csv-parse/sync'
import { ReportRefused } from '../model/errors.ts'
import type { ReportRow, ReportSlot } from '../model/facts.ts'
import { instantOf, MILLISECONDS_PER_DAY, millisecondsOf, sameInstant } from '../model/instants.ts'
import { BEHIND_MILLISECONDS } from './clock.ts'

const slotColumns = (slot: 1 | 2) => ({
  active: `access_key_${slot}_active`,
  lastRotated: `access_key_${slot}_last_rotated`,
  lastUsed: `access_key_${slot}_last_used_date`,
  lastUsedRegion: `access_key_${slot}_last_used_region`,
  lastUsedService: `access_key_${slot}_last_used_service`,
})
const SLOT_COLUMNS = { 1: slotColumns(1), 2: slotColumns(2) }

/** The 22 columns of a live report; a 23rd, `additional_credentials_info`, is documented. */
export const REPORT_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...Object.values(SLOT_COLUMNS[1]),
  ...Object.values(SLOT_COLUMNS[2]),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

const MORE_CREDENTIALS = 'additional_credentials_info'
const ROOT = '<root_account>'
const MAX_AGE_DAYS = 1

export interface Report {
  rows: ReportRow[]
  /** Columns we do not know. They are no reason to refuse, for the report decides nothing; the record names them. */
  unknownColumns: string[]
}

/** A line's cell by the name of its column; nothing where there is no such column. */
type Cells = (name: string) => string

/**
 * Parses a credential report of `account`.
 * @throws ReportRefused when it is empty, cut short, lacks a column, belongs to another account or names a user twice.
 */
export function parseReport(content: string, account: string): Report {
  const [header, ...lines] = readCsv(content)
  checkHeader(header)
  if (lines.length === 0)
    throw new ReportRefused('Report refused: no rows, expected at least the root user, received a header alone')
  const columns = new Map(header.map((name, column) => [name, column]))
  const cells = lines.map(
    (line): Cells =>
      (name) =>
        line[columns.get(name) ?? -1] ?? '',
  )
  checkEnd(cells, header)
  checkUsers(cells, account)
  return {
    rows: cells.map(toRow),
    unknownColumns: header.filter((name) => !REPORT_COLUMNS.includes(name) && name !== MORE_CREDENTIALS),
  }
}

/**
 * Refuses a report made more than a day before `now`, or after it: IAM makes a new one every four hours.
 * @throws ReportRefused
 */
export function checkAge(generatedAt: string, now: Date): void {
  const generated = millisecondsOf(generatedAt)
  const rule = `expected one made within ${MAX_AGE_DAYS} day before ${instantOf(now.getTime())}`
  if (generated === null)
    throw new ReportRefused(`Report refused: no time of making, ${rule}, received ${JSON.stringify(generatedAt)}`)
  const ageMilliseconds = now.getTime() - generated
  if (ageMilliseconds > MAX_AGE_DAYS * MILLISECONDS_PER_DAY || ageMilliseconds < -BEHIND_MILLISECONDS) {
    throw new ReportRefused(
      `Report refused: ${ageMilliseconds < 0 ? 'made in the future' : 'too old'}, ${rule}, received ${generatedAt}`,
    )
  }
}

function readCsv(content: string): [string[], ...string[][]] {
  const newline = content.includes('\r\n') ? '\r\n' : '\n'
  const text = content.replace(/^\uFEFF/, '')
  const rows = rowsOf(text, newline)
  checkLines(text.split(newline), rows)
  const [header, ...rest] = rows
  if (header === undefined) throw new ReportRefused('Report refused: empty, expected a header line, received nothing')
  return [header, ...rest.map((line) => withCommas(line, header))]
}

/** AWS may write a quote inside a field that is not quoted, so the parser lets quotes pass; `checkLines` finds the wrong ones. */
function rowsOf(text: string, newline: string): string[][] {
  try {
    return parse(text, {
      record_delimiter: newline,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    })
  } catch (error) {
    if (error instanceof CsvError) throw notCsv(`Quoted field unterminated in row ${Number(error.records) + 1}`)
    throw error
  }
}

/**
 * Holds the rows against the lines they were read from. No name and no path can hold a line break: there a quote, or
 * another way to end a line, has made one field of several lines.
 */
function checkLines(lines: string[], rows: string[][]): void {
  const broken = lines.find((line) => line.includes('\n') || line.includes('\r'))
  if (broken !== undefined) throw notCsv(`a line break in ${JSON.stringify(broken.slice(0, 120))}`)
  const whole = lines.filter((line) => line !== '')
  if (whole.length !== rows.length) throw notCsv(`${whole.length} lines that make ${rows.length} rows`)
  const wrong = rows.findIndex((fields, row) => !makesLine(fields, whole[row] ?? ''))
  if (wrong >= 0) throw notCsv(`Quoted field malformed in row ${wrong + 1}`)
}

/** Whether the fields, written again as CSV, are the line. They are not if the parser let a wrong quote pass. */
function makesLine(fields: string[], line: string): boolean {
  if (!line.includes('"')) return fields.join(',') === line
  let rest = `${line},`
  for (const field of fields) {
    const written = rest.startsWith('"') ? `"${field.replaceAll('"', '""')}",` : `${field},`
    if (!rest.startsWith(written)) return false
    rest = rest.slice(written.length)
  }
  return rest === ''
}

const notCsv = (received: string): ReportRefused =>
  new ReportRefused(
    `Report refused: not whole CSV, expected as many fields in every line as in the header: ${received}`,
  )

/**
 * A user name and a path may hold a comma, and whether AWS quotes it is not known. The arn repeats the name, so a bare
 * comma can be told from a field's end: a line is put together in the one way in which both agree, or refused.
 */
function withCommas(line: string[], header: string[]): string[] {
  const tooMany = line.length - header.length
  if (tooMany === 0) return line
  if (tooMany > 0) {
    const start = line.slice(0, tooMany + 2)
    for (let at = 1; at < start.length; at++) {
      const [user, arn] = [start.slice(0, at).join(','), start.slice(at).join(',')]
      if (USER_ARN.exec(arn)?.[4] === user) return [user, arn, ...line.slice(start.length)]
    }
  }
  throw notCsv(`${line.length} fields in ${JSON.stringify(line.join(',').slice(0, 120))}`)
}

function checkHeader(header: string[]): void {
  const missing = REPORT_COLUMNS.filter((name) => !header.includes(name))
  if (missing.length > 0) {
    throw new ReportRefused(
      `Report refused: ${header.length} columns, expected the ${REPORT_COLUMNS.length} of an IAM credential report, missing ${missing.join(', ')}; header "${header.join(',').slice(0, 200)}"`,
    )
  }
  if (new Set(header).size < header.length) {
    throw new ReportRefused(`Report refused: a column stands twice in the header "${header.join(',').slice(0, 200)}"`)
  }
}

/** A report that was cut short inside its last field still has the right number of fields: look at the field. */
function checkEnd(cells: Cells[], header: string[]): void {
  const column = header.at(-1) ?? ''
  const last = cells.at(-1)?.(column) ?? ''
  if (HAS_A_FORM.test(column) && !isWellFormed(last)) {
    throw new ReportRefused(
      `Report refused: cut short, expected a date, a truth value or N/A at its very end, received ${JSON.stringify(last)}`,
    )
  }
}

/** Columns that hold a date, a truth value or a word for none, and nothing else. */
const HAS_A_FORM = /_(active|time|last_used|last_changed|next_rotation|last_rotated|last_used_date|enabled)$/

const isWellFormed = (value: string): boolean =>
  /^(N\/A|no_information|not_supported|true|false)$/i.test(value) || millisecondsOf(value) !== null

const USER_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):(?:user(\/.*\/|\/)([^/]+)|root)$/

function checkUsers(cells: Cells[], account: string): void {
  const seen = new Set<string>()
  for (const cell of cells) {
    const [user, arn] = [cell('user'), cell('arn')]
    const parts = USER_ARN.exec(arn)
    if (parts === null || (user !== ROOT && parts[4] !== user)) {
      throw new ReportRefused(
        `Report refused: a row's arn must name its user, received user ${JSON.stringify(user)} with arn ${JSON.stringify(arn)}`,
      )
    }
    if (parts[2] !== account) {
      throw new ReportRefused(
        `Report refused: of another account, expected ${account}, received ${JSON.stringify(arn)}`,
      )
    }
    // IAM user names are unique without regard to case.
    if (seen.has(user.toLowerCase())) {
      throw new ReportRefused(`Report refused: a user stands in one row only, received two of ${JSON.stringify(user)}`)
    }
    seen.add(user.toLowerCase())
  }
}

function toRow(cell: Cells): ReportRow {
  return {
    user: cell('user'),
    arn: cell('arn'),
    root: cell('user') === ROOT,
    slots: [toSlot(cell, 1), toSlot(cell, 2)],
    moreCredentials: !['', 'N/A'].includes(cell(MORE_CREDENTIALS)),
  }
}

function toSlot(cell: Cells, slot: 1 | 2): ReportSlot {
  const column = SLOT_COLUMNS[slot]
  const active = truth(cell(column.active))
  const lastRotated = date(cell(column.lastRotated))
  const lastUsed = date(cell(column.lastUsed))
  const service = cell(column.lastUsedService)
  return {
    slot,
    active,
    lastRotatedAt: lastRotated ?? null,
    lastUsedAt: lastUsed ?? null,
    lastUsedService: service === 'N/A' || service === '' ? null : service,
    unknown: [
      ...(active === null ? [`${column.active} ${JSON.stringify(cell(column.active))}`] : []),
      ...(lastRotated === undefined ? [`${column.lastRotated} ${JSON.stringify(cell(column.lastRotated))}`] : []),
      ...(lastUsed === undefined ? [`${column.lastUsed} ${JSON.stringify(cell(column.lastUsed))}`] : []),
    ],
  }
}

const truth = (value: string): boolean | null => (/^true$/i.test(value) ? true : /^false$/i.test(value) ? false : null)

/** The instant, null for `N/A`, undefined for a value we do not know (`not_supported`, `no_information`, junk). */
function date(value: string): string | null | undefined {
  if (value === 'N/A') return null
  return sameInstant(value) ?? undefined
}
