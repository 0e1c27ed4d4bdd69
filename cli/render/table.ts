// Tables without lines: columns that stay aligned with names of any width. Nothing is cut: text that is wider than its
// column folds, so that two names that begin alike stay two names.
import type { Colours } from './terminal.ts'
import { folded, padded, widthOf } from './text-width.ts'

export interface Column<Row> {
  head: string
  cell: (row: Row) => string
  align?: 'right'
  /** Painted after it was measured, so that a colour takes no room. */
  paint?: (text: string, row: Row) => string
  /**
   * Where room is short, the column folds down to this width, in columns of the terminal. Without it, the column takes the
   * width that it needs. The last column always folds.
   */
  least?: number
  /** How its text folds: between words without it. */
  fold?: (text: string, width: number) => string[]
  /** Its text in a card, which has no heads; empty: nothing to say. The cell without it. */
  card?: (row: Row) => string
  /** In a card, beside the first column and not below it. */
  inTitle?: boolean
}

const GAP = 2
/** The last column's least width, unless it says another. */
const LEAST_LAST = 16

export interface TableOptions {
  /** Columns of the terminal. */
  columns: number
  colours: Colours
  /** Spaces before every line. */
  indent?: number
  withoutHead?: boolean
}

/** Lines of a table of `rows`. No line is wider than the terminal where the table fits. */
export function table<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): string[] {
  const { colours, withoutHead = false } = options
  const widths = widthsOf(rows, columns, options)
  const heads = columns.map(({ head, align }, index) =>
    placed(folded(head, widths[index] ?? 0), widths[index] ?? 0, colours.dim, align),
  )
  return [...(withoutHead ? [] : linesOf(heads, widths, options)), ...rowLines(rows, columns, options).flat()]
}

/** The lines of each row. */
export function rowLines<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): string[][] {
  const widths = widthsOf(rows, columns, options)
  return rows.map((row) => {
    const cells = columns.map((column, index) => placedCell(column, row, widths[index] ?? 0))
    return linesOf(cells, widths, options)
  })
}

/** Whether the columns, folded as far as they may be, have room on the terminal. */
export function fits<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): boolean {
  const { least } = neededBy(rows, columns, options)
  return sum(least) + GAP * (columns.length - 1) <= roomOf(options)
}

function placedCell<Row>({ cell, align, paint, fold = folded }: Column<Row>, row: Row, width: number): string[] {
  return placed(fold(cell(row), width), width, paint && ((text) => paint(text, row)), align)
}

/** A cell's lines, each as wide as its column. Painted line by line, so that a colour ends with its line. */
function placed(lines: string[], width: number, paint = (text: string) => text, align?: 'right'): string[] {
  return lines.map((line) => {
    const spaces = padded('', width - widthOf(line))
    const text = line === '' ? line : paint(line)
    return align === 'right' ? `${spaces}${text}` : `${text}${spaces}`
  })
}

/** The lines of one row: as many as its highest cell has. */
function linesOf(cells: string[][], widths: number[], { indent = 2 }: TableOptions): string[] {
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) => {
    const line = cells.map((lines, index) => lines[at] ?? padded('', widths[index] ?? 0)).join(' '.repeat(GAP))
    return `${' '.repeat(indent)}${line}`.trimEnd()
  })
}

function widthsOf<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): number[] {
  const { needed, least } = neededBy(rows, columns, options)
  const tooMany = sum(needed) + GAP * (columns.length - 1) - roomOf(options)
  return shrunk(needed, least, tooMany)
}

/** Takes `tooMany` columns of the terminal away, each from what is the widest by then and may still be folded. */
function shrunk(needed: number[], least: number[], tooMany: number): number[] {
  const widths = [...needed]
  for (let left = tooMany; left > 0; left -= 1) {
    const widest = widths.reduce(
      (best, width, at) => (width > (least[at] ?? 0) && width > (widths[best] ?? 0) ? at : best),
      -1,
    )
    if (widest === -1) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** What each column needs to show every cell on one line, and what it needs at least. */
function neededBy<Row>(rows: Row[], columns: Column<Row>[], { withoutHead = false, ...options }: TableOptions) {
  const room = roomOf(options)
  const heads = columns.map(({ head }) => (withoutHead ? 1 : Math.max(1, widthOf(head))))
  const needed = columns.map(({ cell }, at) =>
    rows.reduce((most, row) => Math.max(most, widthOf(cell(row))), heads[at] ?? 1),
  )
  const least = columns.map(({ least }, at) => {
    const all = needed[at] ?? 1
    const folds = least ?? (at === columns.length - 1 ? LEAST_LAST : all)
    return Math.min(all, Math.max(folds, ...(withoutHead ? [] : (columns[at]?.head.split(' ') ?? []).map(widthOf))))
  })
  return { needed: needed.map((width, at) => Math.min(width, Math.max(room, least[at] ?? 1))), least }
}

const roomOf = ({ columns, indent = 2 }: Pick<TableOptions, 'columns' | 'indent'>): number => columns - indent

const sum = (widths: number[]): number => widths.reduce((all, width) => all + width, 0)
