// Rows as a table where it fits the terminal, else as cards: a small block of lines for each row, aligned with the others.
import { type Column, fits, rowLines, type TableOptions, table } from './table.ts'
import { widthOf } from './text-width.ts'

export interface ListingOptions extends TableOptions {
  /** On a narrower terminal, cards. */
  cardsBelow?: number
}

/** Lines of `rows`: a table, or cards whose title is the first column. */
export function listing<Row>(rows: Row[], columns: Column<Row>[], options: ListingOptions): string[] {
  const wide = options.columns >= (options.cardsBelow ?? 0)
  return wide && fits(rows, columns, options) ? table(rows, columns, options) : cards(rows, columns, options)
}

const BODY_INDENT = 2
const GAP = 2

function cards<Row>(rows: Row[], columns: Column<Row>[], options: ListingOptions): string[] {
  const { indent = 2, colours } = options
  const [first, ...others] = columns.map(inCard)
  if (first === undefined) return []
  const title: Column<Row> = { ...first, paint: (text, row) => colours.bold(first.paint?.(text, row) ?? text) }
  const [beside, below] = [others.filter(({ inTitle }) => inTitle), others.filter(({ inTitle }) => !inTitle)]
  const bodyIndent = indent + BODY_INDENT
  const [top = [], ...rest] = packed(rows, [title, ...beside], options.columns - indent)
  const body = [...rest, ...packed(rows, below, options.columns - bodyIndent)]
  const linesAt = (line: Column<Row>[], indent: number) =>
    rowLines(rows, line, { ...options, indent, withoutHead: true })
  const blocks = [linesAt(top, indent), ...body.map((line) => linesAt(line, bodyIndent))]
  return rows.flatMap((_, at) => blocks.flatMap((block) => block[at] ?? []).filter((line) => line !== ''))
}

const inCard = <Row>({ align: _, ...column }: Column<Row>): Column<Row> => ({
  ...column,
  cell: column.card ?? column.cell,
})

/** The columns in as few lines as have room for them: the same lines for every row, so that all cards are aligned. */
function packed<Row>(rows: Row[], columns: Column<Row>[], room: number): Column<Row>[][] {
  const lines: Column<Row>[][] = []
  let used = room
  for (const column of columns) {
    const width = rows.reduce((most, row) => Math.max(most, widthOf(column.cell(row))), 0)
    if (width === 0) continue
    if (used + GAP + width <= room) {
      lines.at(-1)?.push(column)
      used += GAP + width
    } else {
      lines.push([column])
      used = width
    }
  }
  return lines
}
