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

/**
 * Starts each run where the fewest are open, and all runs of an account in one thread, which knows the pace of its IAM.
 * @param here starts a run in this thread
 * @param another begins another thread, which starts runs in it
 * @param most threads, including this one
 */
export function spreadOver(here: LocalMachine, another: () => LocalMachine, most: number): LocalMachine {
  const threads: Thread[] = [{ start: here, open: 0 }]
  const byAccount = new Map<string, Thread>()

  function leastBusy(): Thread {
    const [least] = threads.toSorted((a, b) => a.open - b.open)
    if (least !== undefined && (least.open < RUNS_BEFORE_ANOTHER || threads.length >= most)) return least
    const thread = { start: another(), open: 0 }
    threads.push(thread)
    return thread
  }

  return (run) => {
    const account = accountOf(run.name)
    const thread = byAccount.get(account) ?? leastBusy()
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
