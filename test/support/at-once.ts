// How many calls are at work at the same time.
import { setImmediate } from 'node:timers/promises'

/** Wraps calls, all of which count together; `most()` were at work at once. */
export function countAtOnce() {
  let [working, most] = [0, 0]
  const counted =
    <Args extends unknown[], Answer>(call: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      most = Math.max(most, ++working)
      // Long enough for all that may begin beside it to begin.
      await setImmediate()
      try {
        return await call(...args)
      } finally {
        working -= 1
      }
    }
  return { counted, most: () => most }
}
