// Time: pauses of any length that a stop ends at once.
import { StateFailed } from './errors.ts'

/** setTimeout's longest time, 24.8 days; anything longer would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Resolves after so many milliseconds, however many; rejects with the signal's reason as soon as it is aborted. */
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
 * The task's result; or a StateFailed `States.Timeout` when the time is up first, or the signal's reason when that is
 * aborted first. A result or error that comes later is dropped. Undefined milliseconds are no limit.
 */
export async function within<T>(task: Promise<T>, milliseconds: number | undefined, signal: AbortSignal): Promise<T> {
  const over = new AbortController()
  const timeUp = sleep(milliseconds ?? Number.POSITIVE_INFINITY, AbortSignal.any([signal, over.signal]))
  try {
    return await Promise.race([
      task,
      timeUp.then(() => {
        // AWS gives this error with an empty cause.
        throw new StateFailed('States.Timeout', '')
      }),
    ])
  } finally {
    over.abort()
  }
}
