// The report's text as lines of fields. What the parser read is compared with the text.
import { CsvError, parse } from 'csv-parse/sync'
import { ReportRefused } from '../model/errors.ts'

/** Parts: 2 is the account, 4 the user's name; none for root. */
export const USER_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):(?:user(\/.*\/|\/)([^/]+)|root)$/

/**
 * The header and the lines of a report, each with as many fields as the header.
 * @throws ReportRefused when it is empty or not whole CSV.
 */
export function readCsv(content: string): [string[], ...string[][]] {
  const newline = content.includes('\r\n') ? '\r\n' : '\n'
  const text = content.replace(/^\uFEFF/, '')
  const rows = rowsOf(text, newline)
  checkLines(text.split(newline), rows)
  const [header, ...rest] = rows
  if (header === undefined) throw new ReportRefused(`Report refused: it is empty. ${RUN_AGAIN}`)
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
    if (error instanceof CsvError) throw notCsv(`in row ${Number(error.records) + 1} a quoted field has no end`)
    throw error
  }
}

/**
 * Holds the rows against the lines they were read from. No name and no path can contain a line break. If a field has one, a
 * quote or another line ending has joined several lines.
 */
function checkLines(lines: string[], rows: string[][]): void {
  const broken = lines.find((line) => line.includes('\n') || line.includes('\r'))
  if (broken !== undefined) throw notCsv(`a line break is in ${JSON.stringify(broken.slice(0, 120))}`)
  const whole = lines.filter((line) => line !== '')
  if (whole.length !== rows.length) throw notCsv(`${whole.length} lines make ${rows.length} rows`)
  const wrong = rows.findIndex((fields, row) => !makesLine(fields, whole[row] ?? ''))
  if (wrong >= 0) throw notCsv(`in row ${wrong + 1} a quoted field is malformed`)
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

/** What to do about a report that is damaged. */
export const RUN_AGAIN = 'IAM makes a new report every four hours: run again then.'

/**
 * A user name and a path may hold a comma, and whether AWS quotes it is not known. The arn repeats the name, so a bare
 * comma can be told from a field's end: a line is joined in the one way in which name and arn agree, or refused.
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
  const received = JSON.stringify(line.join(',').slice(0, 120))
  throw notCsv(`the header has ${header.length} fields, and ${line.length} are in ${received}`)
}
