// For commands that only look on: Ctrl-C ends the looking, and nothing else.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal that is aborted by the first Ctrl-C; `off` when nobody looks on any more. */
export function untilSignal(): { signal: AbortSignal; off: () => void } {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  for (const signal of SIGNALS) process.on(signal, leave)
  return {
    signal: leaving.signal,
    off() {
      for (const signal of SIGNALS) process.off(signal, leave)
    },
  }
}
