// A part of a text: a title with a note, and lines below it. Prose folds to the terminal; ids, paths and commands do not.
import type { Lists } from '../options/lists.ts'
import { type Colours, columnsOf, type Output } from './terminal.ts'
import { folded, widthOf } from './text-width.ts'

export interface TextOptions {
  columns: number
  colours: Colours
  /** "first" without it. */
  lists?: Lists
}

/** A part of the text: its lines, none where there is nothing to say. */
export type Section = string[]

/** The title in bold, the note after it, or below it where the line has no room for both. */
export function section(title: string, note: string, { colours, columns }: TextOptions, lines: string[]): Section {
  if (note === '') return [...folded(title, columns).map(colours.bold), ...lines]
  if (widthOf(`${title}, ${note}`) <= columns) return [`${colours.bold(title)}${colours.dim(`, ${note}`)}`, ...lines]
  return [...folded(title, columns).map(colours.bold), ...hanging('  ', note, columns).map(colours.dim), ...lines]
}

/** Prose in lines of the terminal's width; one line where there is no terminal, for programs that look for it. */
export const proseLines = (text: string, output: Output): string[] =>
  output.isTTY ? folded(text, columnsOf(output)) : [text]

/** Text in lines of the terminal's width, each but the first below the end of `head`. */
export const hanging = (head: string, text: string, columns: number): string[] =>
  folded(text, Math.max(1, columns - widthOf(head))).map(
    (line, at) => `${at === 0 ? head : ' '.repeat(widthOf(head))}${line}`,
  )

/**
 * A line of a message in lines of the terminal's width: after a label and blanks it goes on below its text. A single word,
 * such as a hash, and an indented line, such as a command, stay whole: a person copies them.
 */
export function messageLines(line: string, output: Output): string[] {
  const [, label = '', text = ''] = /^(\p{Lu}[^:]*: {2,}|)(.*)$/u.exec(line) ?? []
  if (!output.isTTY || line.startsWith(' ') || !text.includes(' ')) return [line]
  return hanging(label, text, columnsOf(output))
}

const LABEL_WIDTH = 13

/** "Run          run-1, mode apply" */
export const labelled = (label: string, text: string, columns: number): string[] =>
  hanging(label.padEnd(LABEL_WIDTH), text, columns)
