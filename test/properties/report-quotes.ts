// Reports with quotes, commas and line ends where nobody expects them, read by the product and by a splitter of our own.
import fc from 'fast-check'
import { parseReport, REPORT_COLUMNS } from '../../core/judge/report.ts'
import { readCsv } from '../../core/judge/report-csv.ts'
import { ReportRefused } from '../../core/model/errors.ts'
import type { ReportRow } from '../../core/model/facts.ts'
import { lineOf, RECORDED_ACCOUNT } from '../support/report-csv.ts'
import { linesOf, splitByName, splitLine } from '../support/split-csv.ts'
import type { Cases } from './seeds.ts'

const ARN = `arn:aws:iam::${RECORDED_ACCOUNT}:user`

const letters = (most: number) =>
  fc
    .array(fc.constantFrom('a', 'B', '"', '""', ',', '",', ',"', '日', 'é'), { minLength: 1, maxLength: most })
    .map((pieces) => pieces.join(''))

/** A cell in each way in which it may be written, sound and not. */
const written = (text: string): fc.Arbitrary<string> => {
  const doubled = `"${text.replaceAll('"', '""')}"`
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(doubled) },
    { weight: 5, arbitrary: fc.constant(text) },
    { weight: 1, arbitrary: fc.constantFrom(`"${text}"`, `${doubled}x`, `${doubled} `, `"${text}`, ` ${doubled}`) },
  )
}

const line = fc
  .tuple(letters(3), fc.constantFrom('/', '/a/', '/a"b/', '/"/', '/a,b/'), fc.constantFrom('true', 'false', 'maybe'))
  .chain(([user, path, active]) =>
    fc
      .tuple(written(user), written(`${ARN}${path}${user}`), written(active))
      .map(([user, arn, access_key_1_active]) => lineOf({ user, arn, access_key_1_active })),
  )

const piece = fc.constantFrom('"', '""', ',', '\n', '\r', '\r\n', ' ', '\0', '\uFEFF', '",', ',"', '"\n', '\n"', 'é')
const damage = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(2), piece })

const report = fc
  .record({
    lines: fc.array(line, { maxLength: 3 }),
    quotedHeader: fc.boolean(),
    end: fc.constantFrom('\n', '\r\n'),
    mark: fc.constantFrom('', '\uFEFF'),
    last: fc.constantFrom('', '\n', '\r\n'),
    damages: fc.array(damage, { maxLength: 2 }),
  })
  .map(({ lines, quotedHeader, end, mark, last, damages }) => {
    const header = REPORT_COLUMNS.map((name) => (quotedHeader ? `"${name}"` : name)).join(',')
    const whole = `${mark}${[header, ...lines, lineOf({ user: 'the-end' })].join(end)}${last}`
    return damages.reduce((text, { at, cut, piece }) => {
      const from = Math.floor(at * text.length)
      return text.slice(0, from) + piece + text.slice(from + cut)
    }, whole)
  })

/**
 * What the product reads, the splitter reads as well, and to the same cells; what the splitter reads, the product does not
 * refuse as no CSV. @returns how many were read
 */
export function twoReadersAgree(cases: Cases): number {
  let read = 0
  const property = fc.property(report, (text) => {
    const lines = secondReading(text)
    const rows = rowsOrRefusal(text)
    if (rows === null) {
      if (lines.every((fields) => fields !== null) && !isCsvForUs(text))
        throw new Error(`a report was refused that can be read: ${JSON.stringify(lines)}`)
      return
    }
    read += 1
    const [header, ...others] = lines
    const cells = others.map((fields) => shown(header ?? [], fields ?? []))
    const product = rows.map(({ user, arn, slots }) => [`${user},${arn}`, slots[0]?.active])
    if (JSON.stringify(product) !== JSON.stringify(cells))
      throw new Error(`expected ${JSON.stringify(cells)}, received ${JSON.stringify(product)}`)
  })
  fc.assert(property, cases)
  return read
}

/** The fields of each line; null for one that cannot be read. */
function secondReading(text: string): (string[] | null)[] {
  const lines = linesOf(text)
  const header = splitLine(lines?.[0] ?? '"')
  if (lines === null || header === null) return [null]
  const others = lines.slice(1).map((line) => {
    const fields = splitLine(line)
    if (fields?.length === header.length) return fields
    return header[0] === 'user' && header[1] === 'arn' ? splitByName(line, header.length) : null
  })
  return [header, ...others]
}

function shown(header: string[], fields: string[]): [string, boolean | null] {
  const active = fields[header.indexOf('access_key_1_active')] ?? ''
  const truth = { true: true, false: false }[active.toLowerCase()]
  return [fields.slice(0, 2).join(','), truth ?? null]
}

/** null where it was refused with our own error. */
const rowsOrRefusal = (text: string): ReportRow[] | null =>
  unlessRefused(() => parseReport(text, RECORDED_ACCOUNT).rows)

const isCsvForUs = (text: string): boolean => unlessRefused(() => readCsv(text)) !== null

function unlessRefused<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof ReportRefused) return null
    throw error
  }
}
