// keysweep apply: carries out the plan that an earlier run stored, on this machine or with the deployed machine. Each key is
// judged again, and the caps and the approval of today hold.

import { keysOf } from '../../core/texts/counts.ts'
import { UsageError } from '../../local/errors.ts'
import { readStoredPlan } from '../../steps/run-documents.ts'
import { refuseUnknownRun, runPrefix, storeWith } from '../../views/find-run.ts'
import { storeWithOrganization } from '../../views/organizations.ts'
import { chosenMachine, refuseOtherKind } from '../options/machine.ts'
import { storesToRead } from '../options/store.ts'
import type { Terminal } from '../render/terminal.ts'
import type { RunOptions } from './run.ts'
import { onMachine, onThisMachine } from './run-action.ts'

/** @returns the exit code. @throws UsageError, RunNotFound, and what `run` throws. */
export async function apply(run: string, given: RunOptions, terminal: Terminal): Promise<number> {
  runPrefix(run)
  const options = { ...given, apply: true }
  const machine = chosenMachine(options, terminal, { refuse: ['settings'] })
  if (machine !== null) {
    refuseOtherKind(machine, 'account')
    return onMachine(machine, { apply: { run } }, options, terminal)
  }
  const stores = storesToRead(options, terminal)
  if ((await storeWithOrganization(stores, run)) !== null)
    throw new UsageError(
      `Run "${run}" is an organization run: its plan cannot be applied later. To plan again and deactivate, call the same keysweep run again with --apply.`,
    )
  const store = await storeWith(stores, run)
  await refuseUnknownRun(store, run)
  const stored = await readStoredPlan(store, run)
  if (stored === null) throw new UsageError(`Run "${run}" has no plan. To make one: keysweep run`)
  const { plan, sha256 } = stored
  // Named by its hash: what is carried out is what is stored now, and what "show" shows.
  const input = { apply: { run, plan: sha256 } }
  const of = `Plan of run ${run}, made at ${plan.createdAt}: ${keysOf(plan.keys.length)}, sha256 ${sha256}`
  const what = `Deactivate the ${keysOf(plan.keys.length)} of the plan of run ${run}`
  return onThisMachine({ storeFor: () => store, what, of, input, modeFrom: 'keysweep apply' }, options, terminal)
}
