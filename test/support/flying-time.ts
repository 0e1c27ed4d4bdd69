// Time by hand for what waits on this process's timers and on real sockets at once.
import { setTimeout as really } from 'node:timers/promises'
import { jest } from '@jest/globals'

/** How much passes in each real millisecond: ten seconds are half of one, which is far more than an answer of this machine takes. */
const STEP_MILLISECONDS = 20

/** From here on timers and dates go by hand: nothing that waits goes on but in `passing`. */
export function stopTime(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
}

/** Lets time fly until this is done; tells how long it took by the hand-set clock. */
export async function passing<T>(doing: Promise<T>): Promise<{ value: T; milliseconds: number }> {
  let over = false
  const ends = () => {
    over = true
  }
  doing.then(ends, ends)
  let milliseconds = 0
  while (!over) {
    await really(1)
    jest.advanceTimersByTime(STEP_MILLISECONDS)
    milliseconds += STEP_MILLISECONDS
  }
  return { value: await doing, milliseconds }
}

/** To be called after each test that stops time. */
export function letTimeGoOn(): void {
  jest.useRealTimers()
}
