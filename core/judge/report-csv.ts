// The report's text as lines of fields. What the parser read is compared with the text.
import { CsvError, parse } from 'csv-parse/sync'
import { ReportRefused } from '../model/errors.ts'

/** Parts: 2 is the account, 4 the user's name; none for root. */
export const USER_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):(?:user(\/.*\/|\/)([^/]+)|root)$/

/** A line of the report's text that is not blank; the first has the number 1. */
interface Line {
  text: string
  number: number
}

const NO_LINE: Line = { text: '', number: 1 }

/**
 * The header and the lines of a report, each with as many fields as the header.
 * @throws ReportRefused when it is empty or not whole CSV.
 */
export function readCsv(content: string): [string[], ...string[][]] {
  const newline = content.includes('\r\n') ? '\r\n' : '\n'
  const text = content.replace(/^\uFEFF/, '')
  const lines = linesOf(text, newline)
  const rows = rowsOf(text, newline, lines)
  const [header] = rows
  if (header === undefined) throw new ReportRefused(`Report refused: it is empty. ${RUN_AGAIN}`)
  if (header === null) throw notCsv(`a quoted field of the header is malformed in ${startOf(lines[0] ?? NO_LINE)}`)
  return [header, ...lines.slice(1).map((line, at) => wholeRow(rows[at + 1] ?? null, line, header))]
}

/** No name and no path can contain a line break. If a line has one, it has another line ending, or is damaged. */
function linesOf(text: string, newline: string): Line[] {
  const lines = text.split(newline).map((text, at) => ({ text, number: at + 1 }))
  // Most reports have no other line ending at all: one look at the whole text is faster than one at each line.
  const broken = text.includes('\r') ? lines.find(({ text }) => text.includes('\n') || text.includes('\r')) : undefined
  if (broken !== undefined) throw notCsv(`a line break is in ${startOf(broken)}`)
  return lines.filter(({ text }) => text !== '')
}

/**
 * Each line's fields; null where the parser does not read the line, or reads what is not there. All lines are parsed at once,
 * because a call for each takes eight times as long (npm run bench -- parse).
 */
function rowsOf(text: string, newline: string, lines: Line[]): (string[] | null)[] {
  const all = parsed(text, newline)
  if (all?.length === lines.length && lines.every(({ text }, at) => makesLine(all[at] ?? [], text))) return all
  // A quote may have made one row of several lines: each is read by itself.
  return lines.map(({ text }) => {
    const [fields = []] = parsed(text, newline) ?? []
    return makesLine(fields, text) ? fields : null
  })
}

/** null: a quoted field has no end. AWS may write a quote inside a field that is not quoted, so the parser lets those pass. */
function parsed(text: string, newline: string): string[][] | null {
  try {
    return parse(text, {
      record_delimiter: newline,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    })
  } catch (error) {
    if (error instanceof CsvError) return null
    throw error
  }
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
    `Report refused: it is not valid CSV. Each line must be one row with as many fields as the header; ${received}. ${RUN_AGAIN}`,
  )

const startOf = ({ text, number }: Line): string => `line ${number}, ${JSON.stringify(text.slice(0, 120))}`

/** What to do about a report that is damaged. */
export const RUN_AGAIN = 'IAM makes a new report every four hours: run again then.'

/**
 * A user name and a path may hold a comma, and a path a quote. Whether AWS quotes such a field is not known. The arn repeats
 * the name, so a line is joined in the one way in which name and arn agree, or refused.
 * @param row its fields as CSV
 */
function wholeRow(row: string[] | null, line: Line, header: string[]): string[] {
  if (row?.length === header.length) return row
  const [reading, ...others] = row !== null || line.text.includes('"') ? readings(line.text, header) : []
  if (reading !== undefined && others.length === 0) return reading
  if (row === null) throw notCsv(`${quoteFault(line.text)} in ${startOf(line)}`)
  throw notCsv(`the header has ${header.length} fields, and ${row.length} are in ${startOf(line)}`)
}

function quoteFault(line: string): string {
  if (!line.includes('"')) return 'a character is malformed'
  return line.split('"').length % 2 === 0 ? 'a quoted field has no end' : 'a quoted field is malformed'
}

/** Every way to read a line whose first fields contain commas and quotes. No other field can contain them. */
function readings(line: string, header: string[]): string[][] {
  const cells = line.split(',')
  if (cells.length < header.length) return []
  const others = cells.splice(cells.length - (header.length - 2)).map(unquoted)
  if (header[0] !== 'user' || header[1] !== 'arn' || !others.every(isText)) return []
  return cells.slice(1).flatMap((_, at) => {
    const user = unquoted(cells.slice(0, at + 1).join(','))
    const arn = unquoted(cells.slice(at + 1).join(','))
    return user !== null && arn !== null && USER_ARN.exec(arn)?.[4] === user ? [[user, arn, ...others]] : []
  })
}

const isText = (cell: string | null): cell is string => cell !== null

/** A field without its quotes, if it is written in quotes; null if it begins with one and is not. */
function unquoted(field: string): string | null {
  if (!field.startsWith('"')) return field
  const inner = /^"((?:[^"]|"")*)"$/.exec(field)?.[1]
  return inner === undefined ? null : inner.replaceAll('""', '"')
}
