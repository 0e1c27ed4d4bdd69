// The lines of the accounts that are being worked on, which are written again and again on a terminal.
import { type Colours, coloursFor, isLive, type Terminal } from '../render/terminal.ts'
import { cut, widthOf } from '../render/text-width.ts'

/** A line, and what is painted after it. A line that folds on the terminal could not be removed: what is too long is cut. */
export interface AccountLine {
  text: string
  note: string
  paint: keyof Pick<Colours, 'dim' | 'green'>
}

export interface AccountLines {
  /** Takes the lines that are to be seen from now on. They are drawn a few times a second. */
  set(lines: () => AccountLine[]): void
  /** Removes them, so that other lines can be printed; they come back with the next drawing. */
  clear(): void
  /** Removes them, and draws no more. */
  stop(): void
}

const PAUSE_MILLISECONDS = 200

/** On a terminal that moves its cursor; elsewhere nothing is drawn. */
export function makeAccountLines({ stderr, env }: Terminal): AccountLines {
  const live = isLive(stderr, env)
  let shown = 0
  let lines: (() => AccountLine[]) | null = null
  let timer: NodeJS.Timeout | null = null

  function clear() {
    // Up to the first of them, and everything from there to the end of the screen away.
    if (shown > 0) stderr.write(`\r\x1b[${shown}A\x1b[J`)
    shown = 0
  }
  function draw() {
    if (lines === null) return
    // The cursor is below them, and cannot move up to a line that has scrolled out of the terminal.
    const drawn = lines()
      .slice(0, Math.max(1, (stderr.rows || Number.POSITIVE_INFINITY) - 1))
      .map(painted)
    clear()
    stderr.write(drawn.map((line) => `${line}\n`).join(''))
    shown = drawn.length
  }
  function painted({ text, note, paint }: AccountLine): string {
    const room = (stderr.columns ?? 80) - 1
    const head = cut(text, room)
    return `${head}${coloursFor(stderr, env)[paint](cut(note, room - widthOf(head)))}`
  }
  return {
    clear,
    set(next) {
      if (!live) return
      lines = next
      timer ??= setInterval(draw, PAUSE_MILLISECONDS).unref()
    },
    stop() {
      clear()
      if (timer !== null) clearInterval(timer)
      timer = null
      lines = null
    },
  }
}
