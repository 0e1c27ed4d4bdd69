// Pauses and time limits. A stop ends a pause at once.
import { StateFailed } from './errors.ts'

/** The longest time of setTimeout, 24.8 days. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Resolves after this many milliseconds, also if they are more than setTimeout can wait; rejects with the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    let left = milliseconds
    let timer: NodeJS.Timeout
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const finish = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    const next = () => {
      const step = Math.min(left, LONGEST_TIMER)
      left -= step
      timer = setTimeout(left > 0 ? next : finish, step)
    }
    signal.addEventListener('abort', stop, { once: true })
    next()
  })
}

/**
 * The task's result. Rejects with `States.Timeout` if the time ends first, or with the signal's reason if that is aborted
 * first; a later result or error is dropped. Without `milliseconds` there is no limit.
 */
export async function within<T>(task: Promise<T>, milliseconds: number | undefined, signal: AbortSignal): Promise<T> {
  const settled = new AbortController()
  const timeUp = sleep(milliseconds ?? Number.POSITIVE_INFINITY, AbortSignal.any([signal, settled.signal]))
  try {
    return await Promise.race([
      task,
      timeUp.then(() => {
        // AWS gives this error with an empty cause.
        throw new StateFailed('States.Timeout', '')
      }),
    ])
  } finally {
    settled.abort()
  }
}
