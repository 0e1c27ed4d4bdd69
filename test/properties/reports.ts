// Reports that are written in another way and say the same, and reports that were tampered with or broken, by columns
// and lines and not by bytes alone (test/core/judge/report.test.ts has the bytes).
import fc from 'fast-check'
import { parseReport, REPORT_COLUMNS } from '../../core/judge/report.ts'
import { ReportRefused } from '../../core/model/errors.ts'
import type { ReportRow } from '../../core/model/facts.ts'
import { userName } from './facts.ts'
import type { Cases } from './seeds.ts'

const ACCOUNT = '123456789012'

type Cells = Record<string, string>

const date = fc.constantFrom(
  'N/A',
  '2026-01-02T03:04:05Z',
  '2025-12-31T23:59:59+00:00',
  'not_supported',
  'no_information',
  '',
  '2026-02-30T00:00:00Z',
)
const truth = fc.constantFrom('true', 'false', 'TRUE', 'False', 'N/A', 'maybe', '')

const line: fc.Arbitrary<Cells> = fc
  .record({
    user: userName,
    path: fc.constantFrom('/', '/a/b/'),
    dates: fc.array(date, { minLength: 4, maxLength: 4 }),
    truths: fc.array(truth, { minLength: 2, maxLength: 2 }),
    service: fc.constantFrom('N/A', 's3', 'iam'),
  })
  .map(({ user, path, dates, truths, service }) => ({
    ...Object.fromEntries(
      REPORT_COLUMNS.map((name) => [name, name.endsWith('_active') || name === 'password_enabled' ? 'false' : 'N/A']),
    ),
    user,
    arn: `arn:aws:iam::${ACCOUNT}:user${path}${user}`,
    access_key_1_active: truths[0] ?? '',
    access_key_1_last_rotated: dates[0] ?? '',
    access_key_1_last_used_date: dates[1] ?? '',
    access_key_1_last_used_service: service,
    access_key_2_active: truths[1] ?? '',
    access_key_2_last_rotated: dates[2] ?? '',
    access_key_2_last_used_date: dates[3] ?? '',
  }))

const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 4, selector: (cells) => cells.user?.toLowerCase() })

const quoted = (text: string, always: boolean): string =>
  always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

const csvOf = (columns: string[], rows: Cells[], quote = false, end = '\n'): string =>
  [
    columns.map((name) => quoted(name, quote)),
    ...rows.map((cells) =>
      columns.map((name) => quoted(Object.hasOwn(cells, name) ? (cells[name] ?? '') : 'N/A', quote)),
    ),
  ]
    .map((cells) => cells.join(','))
    .join(end)

/** The order of the columns, quotes, line ends, a byte order mark, an end of the last line and columns we do not know. */
export function theWayOfWritingIsNoMatter(cases: Cases): void {
  const columns = fc.shuffledSubarray([...REPORT_COLUMNS], { minLength: REPORT_COLUMNS.length })
  const more = fc.uniqueArray(fc.constantFrom('x', 'access_key_3_active', '__proto__', 'user '), { maxLength: 2 })
  const property = fc.property(
    lines,
    columns,
    more,
    fc.boolean(),
    fc.constantFrom('\n', '\r\n'),
    fc.constantFrom('', '\uFEFF'),
    fc.boolean(),
    (rows, columns, more, quote, end, mark, closed) => {
      const plain = rowsOf(csvOf(REPORT_COLUMNS, rows))
      const other = rowsOf(`${mark}${csvOf([...columns, ...more], rows, quote, end)}${closed ? end : ''}`)
      if (JSON.stringify(plain) !== JSON.stringify(other) && other !== null && plain !== null)
        throw new Error(`${JSON.stringify(plain)} became ${JSON.stringify(other)}`)
      if (plain === null) throw new Error('a sound report was refused')
      // What is written in another order may end in a column in which a cut would not show, or in one with a word for none.
      if (
        other === null &&
        !/^"?(x|access_key_3_active|__proto__|user )"?$/.test([...columns, ...more].at(-1) ?? '') &&
        isSound(rows.at(-1)?.[columns.at(-1) ?? ''] ?? '')
      )
        throw new Error('refused for the way in which it was written')
    },
  )
  fc.assert(property, cases)
}

const isSound = (cell: string): boolean => !['', 'maybe', '2026-02-30T00:00:00Z'].includes(cell)

type Damage = (rows: string[][]) => string[][]

const damage: fc.Arbitrary<Damage> = fc
  .record({
    kind: fc.constantFrom(
      'cell',
      'comma',
      'drop cell',
      'drop line',
      'twice',
      'swap',
      'drop column',
      'name',
      'quote',
      'newline',
    ),
    line: fc.nat(5),
    column: fc.nat(22),
    text: fc.oneof(
      fc.string({ maxLength: 6 }),
      date,
      truth,
      fc.constantFrom('"', '"",', '=1', '\u0000', 'a,b', '\n', '\r'),
    ),
  })
  .map(({ kind, line, column, text }) => (rows) => {
    const [at, cell] = [line % rows.length, column % REPORT_COLUMNS.length]
    const edit = (change: (cells: string[]) => string[]) =>
      rows.map((cells, index) => (index === at ? change(cells) : cells))
    switch (kind) {
      case 'cell':
        return edit((cells) => cells.with(Math.min(cell, cells.length - 1), text))
      case 'comma':
        return edit((cells) => cells.toSpliced(cell, 0, text))
      case 'drop cell':
        return edit((cells) => (cells.length > 1 ? cells.toSpliced(cell % cells.length, 1) : cells))
      case 'drop line':
        return rows.length > 1 ? rows.toSpliced(at, 1) : rows
      case 'twice':
        return rows.toSpliced(at, 0, rows[at] ?? [])
      case 'swap':
        return edit((cells) => cells.with(0, cells[1] ?? '').with(1, cells[0] ?? ''))
      case 'drop column':
        return rows.map((cells) => (cells.length > cell + 1 ? cells.toSpliced(cell, 1) : cells))
      case 'name':
        return edit((cells) => cells.with(0, `${cells[0]}${text}`))
      case 'quote':
        return edit((cells) => cells.with(0, `"${cells[0]}`))
      default:
        return edit((cells) => cells.with(Math.min(cell, cells.length - 1), `${cells[cell] ?? ''}\n`))
    }
  })

/**
 * A damaged report is refused with our error, or read: and then of every user whose line was left alone exactly as it
 * stands there. @returns how many were read
 */
export function damageIsFoundOrHarmless(cases: Cases): number {
  let read = 0
  const property = fc.property(lines, fc.array(damage, { minLength: 1, maxLength: 3 }), (rows, damages) => {
    const cells = csvOf(REPORT_COLUMNS, rows)
      .split('\n')
      .map((text, at) =>
        at === 0 ? text.split(',') : REPORT_COLUMNS.map((name) => quoted(rows[at - 1]?.[name] ?? '', false)),
      )
    const damaged = damages.reduce((so, one) => one(so), cells).map((line) => line.join(','))
    const found = rowsOf(damaged.join('\n'))
    if (found === null) return
    read += 1
    if (damaged[0] !== REPORT_COLUMNS.join(',')) return
    for (const [at, row] of rows.entries()) {
      if (!damaged.includes(cells[at + 1]?.join(',') ?? '')) continue
      const now = found.find(({ user }) => user === row.user)
      const before = rowsOf(csvOf(REPORT_COLUMNS, [row, SOUND]))?.[0]
      if (now !== undefined && JSON.stringify(now) !== JSON.stringify(before))
        throw new Error(`${JSON.stringify(before)} was read as ${JSON.stringify(now)}`)
    }
  })
  fc.assert(property, cases)
  return read
}

const SOUND: Cells = { user: 'the-end', arn: `arn:aws:iam::${ACCOUNT}:user/the-end` }

/** null where it was refused with our own error. */
function rowsOf(csv: string): ReportRow[] | null {
  try {
    return parseReport(csv, ACCOUNT).rows
  } catch (error) {
    if (error instanceof ReportRefused) return null
    throw error
  }
}
