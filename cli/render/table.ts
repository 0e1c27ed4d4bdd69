// Tables without lines: columns that stay aligned with names of any width, the last one folded to what room is left.
import Table from 'cli-table3'
import type { Colours } from './terminal.ts'

export interface Column<Row> {
  head: string
  cell: (row: Row) => string
  /** Longer text ends in an ellipsis; without it, the column takes what it needs. */
  most?: number
  align?: 'right'
  /** Painted after it was measured, so that a colour takes no room. */
  paint?: (text: string, row: Row) => string
}

const GAP = 2
/** The last column's width where the others leave less. */
const LEAST_LAST = 16
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
}

export interface TableOptions {
  /** Characters of a line. */
  columns: number
  colours: Colours
  /** Spaces before every line. */
  indent?: number
  withoutHead?: boolean
}

/** Lines of a table of `rows`; the last column folds into what the others leave of the line. */
export function table<Row>(rows: Row[], columns: Column<Row>[], options: TableOptions): string[] {
  const { colours, indent = 2, withoutHead = false } = options
  const colWidths = widths(rows, columns, options.columns - indent, withoutHead)
  const drawn = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: withoutHead ? [] : columns.map(({ head }) => colours.dim(head)),
    colWidths,
    colAligns: columns.map(({ align }) => align ?? 'left'),
  })
  drawn.push(...rows.map((row) => columns.map((column, index) => paintedCell(column, row, colWidths[index] ?? 1))))
  return drawn
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(indent)}${line}`.trimEnd())
}

/** Painted line by line, so that a colour ends with its line. */
function paintedCell<Row>({ cell, most, paint }: Column<Row>, row: Row, width: number): string {
  const lines = most === undefined ? folded(cell(row), width) : [shortened(cell(row), most)]
  return lines.map((line) => (paint && line !== '' ? paint(line, row) : line)).join('\n')
}

/** Lines of at most `width` characters, broken between words, and inside a word only where it fits no line. */
export function folded(text: string, width: number): string[] {
  const lines: string[] = ['']
  for (const word of text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''])) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The whole text, or its beginning and an ellipsis in `most` characters. */
export const shortened = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`

function widths<Row>(rows: Row[], columns: Column<Row>[], room: number, withoutHead: boolean): number[] {
  const needed = columns.map(({ head, cell, most }) =>
    Math.max(withoutHead ? 1 : head.length, 1, ...rows.map((row) => Math.min(most ?? room, cell(row).length))),
  )
  const others = needed.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0)
  return [...needed.slice(0, -1), Math.max(LEAST_LAST, Math.min(needed.at(-1) ?? 0, room - others))]
}
