// Ctrl-C and its relatives: the first signal stops a command cleanly, a second one ends it at once.

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** npm sends a Ctrl-C on to the command, which the terminal has already sent it: a signal within this time is the same one. */
const SAME_SIGNAL_MILLISECONDS = 500

/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED_EXIT = 130

/** Before anything has begun: a signal ends the process at once, and says so. @returns what removes the handlers */
export const endAtSignal = (stderr: { write(text: string): unknown }): (() => void) =>
  onSignals(() => {
    stderr.write('\nInterrupted: nothing was started.\n')
    process.exit(INTERRUPTED_EXIT)
  })

/**
 * Calls `first` at the first signal. A later one ends the process, after `last`.
 * @returns what removes the handlers
 */
export function onSignals(first: () => void, last: () => void = () => {}): () => void {
  let firstAt: number | null = null
  const handle = () => {
    const now = performance.now()
    if (firstAt === null) {
      firstAt = now
      first()
    } else if (now - firstAt >= SAME_SIGNAL_MILLISECONDS) {
      last()
      process.exit(INTERRUPTED_EXIT)
    }
  }
  for (const signal of SIGNALS) process.on(signal, handle)
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle)
  }
}
