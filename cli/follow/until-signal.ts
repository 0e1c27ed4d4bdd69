// For commands that only look on: Ctrl-C ends the looking, and nothing else.
import { setTimeout as sleep } from 'node:timers/promises'

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

/** Waits so long, or until the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
