// Pauses and time limits. A stop ends a pause at once.
import { StateFailed } from './errors.ts'

/** The longest time of setTimeout, 24.8 days. A longer one would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Calls `end` after this many milliseconds, also if they are more than setTimeout can wait. @returns cancels it */
function startTimer(milliseconds: number, end: () => void): () => void {
  let left = milliseconds
  let timer: NodeJS.Timeout
  const next = () => {
    const step = Math.min(left, LONGEST_TIMER)
    left -= step
    timer = setTimeout(left > 0 ? next : end, step)
  }
  next()
  return () => clearTimeout(timer)
}

/** Resolves after this many milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = startTimer(milliseconds, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}

/**
 * The task's result. Rejects with `States.Timeout` if the time ends first, or with the signal's reason if that is aborted
 * first; a later result or error is dropped. Without `milliseconds` there is no limit.
 */
export async function within<T>(task: Promise<T>, milliseconds: number | undefined, signal: AbortSignal): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  // AWS gives this error with an empty cause.
  const timeUp = () => reject(new StateFailed('States.Timeout', ''))
  const cancel = startTimer(milliseconds ?? Number.POSITIVE_INFINITY, timeUp)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([task, stopped])
  } finally {
    cancel()
    signal.removeEventListener('abort', stop)
  }
}
