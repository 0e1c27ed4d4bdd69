// In which thread each run in an account takes place. One thread makes some 700 calls a second, because its processor core
// signs, sends and reads each of them. Other cores make as many more.
import type { LocalMachine } from '../engine/step-functions.ts'
import { accountOf } from './organization-run.ts'

/** With fewer runs at once, a thread takes longer to start than it saves. */
const RUNS_BEFORE_ANOTHER = 4

interface Thread {
  start: LocalMachine
  open: number
}

/** A thread that has more runs than another by at most so many is as good. */
const ABOUT_AS_BUSY = 1

/**
 * Starts each run where the fewest are open. The next run of an account is started in the same thread if that is about as busy:
 * it knows the pace of the account's IAM.
 * @param here starts a run in this thread
 * @param another begins another thread, which starts runs in it
 * @param most threads, including this one
 */
export function spreadOver(here: LocalMachine, another: () => LocalMachine, most: number): LocalMachine {
  const own: Thread = { start: here, open: 0 }
  const threads = [own]
  const byAccount = new Map<string, Thread>()

  function threadFor(account: string): Thread {
    const least = threads.reduce((a, b) => (b.open < a.open ? b : a), own)
    const known = byAccount.get(account)
    if (known !== undefined && known.open <= least.open + ABOUT_AS_BUSY) return known
    if (least.open < RUNS_BEFORE_ANOTHER || threads.length >= most) return least
    const thread = { start: another(), open: 0 }
    threads.push(thread)
    return thread
  }

  return (run) => {
    const account = accountOf(run.name)
    const thread = threadFor(account)
    const execution = thread.start(run)
    byAccount.set(account, thread)
    thread.open += 1
    const close = () => {
      thread.open -= 1
    }
    execution.result.then(close, close)
    return execution
  }
}
