// A line that a person types, asked for on stderr so that stdout stays the result's.
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Terminal } from './terminal.ts'

/** The typed line, trimmed. null if the input ends first, or the signal is aborted. */
export async function typedLine(
  { stdin, stderr }: Terminal,
  ask: string,
  signal?: AbortSignal,
): Promise<string | null> {
  if (stdin === undefined || signal?.aborted) return null
  stderr.write(ask)
  // Without an output of its own, the terminal edits the line, and Ctrl-C is the signal it always is.
  const lines = createInterface({ input: stdin, ...(signal && { signal }) })
  let line: string | null = null
  lines.once('line', (first: string) => {
    line = first
    lines.close()
  })
  // A person who types on a terminal has ended the line. Otherwise it is ended at once, before anything else is printed.
  lines.once('close', () => {
    if (line === null || !stdin.isTTY) stderr.write('\n')
  })
  await once(lines, 'close')
  return (line as string | null)?.trim() ?? null
}
