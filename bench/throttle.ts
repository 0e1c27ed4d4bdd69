// keysweep while IAM throttles: how close it gets to the rate limit, and whether a key is lost.
import { onNewAccount } from './accounts.ts'
import { keysweepApply } from './contenders.ts'

export interface Throttled {
  callsPerSecond: number
  users: number
  keys: number
  /** The calls of the same run without a limit. */
  neededCalls: number
  calls: number
  throttled: number
  /** From the first call to the last. */
  seconds: number
  failed: number
}

/** Account sizes that take about 40 seconds at their limit. */
const LIMITS = [
  { callsPerSecond: 5, users: 100 },
  { callsPerSecond: 20, users: 400 },
  { callsPerSecond: 100, users: 2000 },
]

export async function throttle(say: (text: string) => void): Promise<Throttled[]> {
  const all: Throttled[] = []
  for (const { callsPerSecond, users } of LIMITS) {
    say(`keysweep at ${callsPerSecond} calls a second`)
    const free = await onNewAccount(keysweepApply, { users })
    const run = await onNewAccount(keysweepApply, { users, callsPerSecond }, true)
    all.push({
      callsPerSecond,
      users,
      keys: free.taken,
      neededCalls: free.allCalls,
      calls: run.allCalls,
      throttled: run.throttled,
      seconds: ((run.lastCallAt ?? 0) - (run.firstCallAt ?? 0)) / 1000,
      failed: run.left,
    })
  }
  return all
}
