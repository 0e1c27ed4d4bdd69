// What the demo on one account and the demo on an organization have in common: their store, and how long they wait.
import { DEMO_STORE, emptyDemoStore, refuseForeignDemoStore } from '../../local/demo-store.ts'
import { UsageError } from '../../local/errors.ts'
import { makeRunLock, type RunLock } from '../../local/run-lock.ts'
import { stateDirOf } from '../../local/state-dir.ts'
import type { Terminal } from '../render/terminal.ts'
import type { DemoOptions } from './demo.ts'

/** A small account's report took 2 s in AWS. The demo waits that long, and not the 10 s of the state machine. */
export const REPORT_SECONDS = 2
const LONGEST_WAIT_MILLISECONDS = 2100
const LONGEST_RETRY_MILLISECONDS = 600

/** What a demo does with the plan. */
export const modeOf = ({ plan, approval }: DemoOptions) =>
  ({ mode: plan ? 'plan' : 'apply', approval: approval ? 'always' : 'never' }) as const

/** For the engine's `delay`. */
export const shortDelay = (milliseconds: number, _state: string, why: 'wait' | 'retry'): number =>
  Math.min(milliseconds, why === 'wait' ? LONGEST_WAIT_MILLISECONDS : LONGEST_RETRY_MILLISECONDS)

/** Empties the demo's own store. @throws UsageError if no demo made it, or another demo is running in it */
export async function emptyStore(runId: string, { env }: Terminal): Promise<RunLock> {
  await refuseForeignDemoStore()
  const lock = makeRunLock(stateDirOf({ location: DEMO_STORE }, env))
  const other = await lock.takeFor(runId)
  if (other !== null)
    throw new UsageError(`Another demo is running: run ${other} uses ${DEMO_STORE}. Stop it, or wait until it ends.`)
  await emptyDemoStore()
  return lock
}
