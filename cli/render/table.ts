// Tables without lines: columns that stay aligned with names of any width, the last one folded to what room is left.
import type { Colours } from './terminal.ts'
import { folded, padded, shortened, widthOf } from './text-width.ts'

export interface Column<Row> {
  head: string
  cell: (row: Row) => string
  /** Columns of the terminal. Longer text ends in an ellipsis; without it, the column takes what it needs. */
  most?: number
  align?: 'right'
  /** Painted after it was measured, so that a colour takes no room. */
  paint?: (text: string, row: Row) => string
}

const GAP = 2
/** The last column's width where the others leave less. */
const LEAST_LAST = 16

export interface TableOptions {
  /** Columns of the terminal. */
  columns: number
  colours: Colours
  /** Spaces before every line. */
  indent?: number
  withoutHead?: boolean
}

/** Lines of a table of `rows`; the last column folds into what the others leave of the line. */
export function table<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): string[] {
  const { colours, indent = 2, withoutHead = false } = options
  const widths = widthsOf(rows, columns, options.columns - indent, withoutHead)
  const heads = columns.map(({ head, align }, index) => placed([head], widths[index] ?? 0, colours.dim, align))
  const cells = rows.map((row) => columns.map((column, index) => placedCell(column, row, widths[index] ?? 0)))
  return [...(withoutHead ? [] : [heads]), ...cells]
    .flatMap((cells) => linesOf(cells, widths))
    .map((line) => `${' '.repeat(indent)}${line}`.trimEnd())
}

function placedCell<Row>({ cell, most, align, paint }: Column<Row>, row: Row, width: number): string[] {
  const lines = most === undefined ? folded(cell(row), width) : [shortened(cell(row), most)]
  return placed(lines, width, paint && ((text) => paint(text, row)), align)
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
function linesOf(cells: string[][], widths: number[]): string[] {
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    cells.map((lines, index) => lines[at] ?? padded('', widths[index] ?? 0)).join(' '.repeat(GAP)),
  )
}

function widthsOf<Row>(rows: Row[], columns: Column<Row>[], room: number, withoutHead: boolean): number[] {
  const needed = columns.map(({ head, cell, most }) =>
    Math.max(withoutHead ? 1 : widthOf(head), 1, ...rows.map((row) => Math.min(most ?? room, widthOf(cell(row))))),
  )
  const others = needed.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0)
  return [...needed.slice(0, -1), Math.max(LEAST_LAST, Math.min(needed.at(-1) ?? 0, room - others))]
}
