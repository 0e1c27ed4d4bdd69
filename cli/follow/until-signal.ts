// For commands that only follow a run: Ctrl-C stops following, not the run.
import { setTimeout as sleep } from 'node:timers/promises'
import { onSignals } from '../../local/signals.ts'

/** A signal that the first Ctrl-C aborts; `off` removes the handlers. A second Ctrl-C ends the command at once. */
export function untilSignal(): { signal: AbortSignal; off: () => void } {
  const leaving = new AbortController()
  return { signal: leaving.signal, off: onSignals(() => leaving.abort()) }
}

/** Waits this long, or until the signal is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal })
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
  }
}
