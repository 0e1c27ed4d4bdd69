// Where a command writes: results on stdout, progress and errors on stderr. Handed to every command, so that a test
// reads what was printed without a process of its own.
import type { Readable } from 'node:stream'
import pc from 'picocolors'

/** The part of a writable stream that commands use. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean | undefined
  /** Characters a line holds; only where there is a terminal. */
  columns?: number | undefined
  /** Lines that it holds. */
  rows?: number | undefined
}

export interface Terminal {
  /** Where a person types; without it, nobody does. */
  stdin?: Readable & { isTTY?: boolean }
  stdout: Output
  stderr: Output
  env: Record<string, string | undefined>
}

export type Colours = ReturnType<typeof pc.createColors>

/** Wide enough for every column of a table; what is piped is not cut to a window's width. */
const PIPED_COLUMNS = 120
const FEWEST_COLUMNS = 60
const MOST_COLUMNS = 200

/** Colours for `output`: none with NO_COLOR (no-color.org), where it is no terminal, or where the terminal has none. */
export function coloursFor(output: Output, env: Terminal['env']): Colours {
  const wanted = env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : output.isTTY === true && env.TERM !== 'dumb'
  return pc.createColors(!env.NO_COLOR && wanted)
}

/** Whether a person can read the output and type an answer. */
export const isInteractive = ({ stdin, stderr }: Terminal): boolean => stdin?.isTTY === true && stderr.isTTY === true

/** Whether a line may be written again: somebody looks on, and the terminal moves its cursor. */
export const isLive = ({ isTTY }: Output, env: Terminal['env']): boolean => isTTY === true && env.TERM !== 'dumb'

/** Characters of a line of `output`, 60 to 200. */
export const columnsOf = (output: Output): number =>
  Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, (output.isTTY ? output.columns : undefined) || PIPED_COLUMNS))
