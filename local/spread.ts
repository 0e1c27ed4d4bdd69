// In which thread each run in an account takes place. One thread makes some 700 calls a second, because its processor core
// signs, sends and reads each of them. Other cores make as many more.
import type { LocalMachine } from '../engine/step-functions.ts'
import { accountOf } from './organization-run.ts'

/** With fewer runs at once, a thread takes longer to start than it saves. */
const RUNS_BEFORE_ANOTHER = 4

/** Where runs in accounts are started. */
export interface RunsThread {
  start: LocalMachine
  /** Whether it can start none any more. */
  hasEnded: () => boolean
}

interface Thread {
  runs: RunsThread
  open: number
}

/** A thread that has more runs than another by at most so many is as good. */
const ABOUT_AS_BUSY = 1

/**
 * Starts each run where the fewest are open. The next run of an account is started in the same thread if that is about as busy:
 * it knows the pace of the account's IAM.
 * @param here starts a run in this thread
 * @param another begins another thread. One that ends is not replaced: the next might end like it
 * @param most threads, including this one
 */
export function spreadOver(here: LocalMachine, another: () => RunsThread, most: number): LocalMachine {
  const own: Thread = { runs: { start: here, hasEnded: () => false }, open: 0 }
  const threads = [own]
  const byAccount = new Map<string, Thread>()

  function threadFor(account: string): Thread {
    const live = threads.filter(({ runs }) => !runs.hasEnded())
    const least = live.reduce((a, b) => (b.open < a.open ? b : a), own)
    const known = byAccount.get(account)
    if (known !== undefined && live.includes(known) && known.open <= least.open + ABOUT_AS_BUSY) return known
    if (least.open < RUNS_BEFORE_ANOTHER || threads.length >= most) return least
    const thread = { runs: another(), open: 0 }
    threads.push(thread)
    return thread.runs.hasEnded() ? least : thread
  }

  return (run) => {
    const account = accountOf(run.name)
    const thread = threadFor(account)
    const execution = thread.runs.start(run)
    byAccount.set(account, thread)
    thread.open += 1
    const close = () => {
      thread.open -= 1
    }
    execution.result.then(close, close)
    return execution
  }
}
