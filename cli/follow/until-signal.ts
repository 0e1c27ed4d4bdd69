// For commands that only follow a run: Ctrl-C stops following, not the run.
import { setTimeout as sleep } from 'node:timers/promises'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal that the first Ctrl-C aborts; `off` removes the handlers. */
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

/** Waits this long, or until the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
