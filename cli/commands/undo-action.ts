// keysweep undo: reactivates the keys that a run deactivated, on this machine or with the deployed machine. It needs no
// approval, because restoring access is urgent.

import type { Undo } from '../../core/model/documents/input.ts'
import { PlanRefused, StoreDamaged } from '../../core/model/errors.ts'
import type { Caller } from '../../core/model/facts.ts'
import { partsOfAccountRunId } from '../../core/model/ids.ts'
import { keysToUndo, refuseUndoOf } from '../../core/run/undo.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { plain } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { documents, read, readStoredPlan } from '../../steps/run-documents.ts'
import { refuseUnknownRun, runPrefix, storeWith } from '../../views/find-run.ts'
import { hasOrganizationRun, storeWithOrganization } from '../../views/organizations.ts'
import { confirmAccount } from '../follow/confirm-account.ts'
import { runHere } from '../follow/run-here.ts'
import { chosenMachine, isOrganizationMachine } from '../options/machine.ts'
import { composeSettings } from '../options/settings.ts'
import { storesToRead } from '../options/store.ts'
import { proseLines } from '../render/section.ts'
import type { Terminal } from '../render/terminal.ts'
import type { UndoOptions } from './undo.ts'

/** @returns the exit code. @throws UsageError, NotConfirmed, CannotAsk, NoRecord, and what AWS and the run store throw. */
export async function undo(run: string, options: UndoOptions, terminal: Terminal): Promise<number> {
  runPrefix(run)
  const machine = chosenMachine(options, terminal)
  if (machine !== null) return undoThere(machine, run, options, terminal)
  const stores = storesToRead(options, terminal)
  const organization = await storeWithOrganization(stores, run)
  if (organization !== null) {
    const { undoOrganization } = await import('./undo-organization.ts')
    return undoOrganization(organization, run, options, terminal)
  }
  refuseAccounts(run, options)
  const input = inputOf(run, options)
  const store = await storeWith(stores, run)
  await refuseUnknownRun(store, run)
  await refusePart(store, run)
  await refuseOddKeys(store, { run, keys: options.key ?? null })
  // An undo ignores policy and mode: the intents of the undone run list its keys.
  const { settings } = composeSettings({ mode: 'apply', approval: 'never' }, {}, null)
  const head = (runId: string, { account, accountAlias, arn }: Caller) =>
    proseLines(
      `Undo ${runId} of run ${run} on account ${accountText(account, accountAlias)}, as ${plain(arn)}`,
      terminal.stderr,
    ).join('\n')
  // In a script an undo needs no --yes: it is urgent, and refused on any account but the one of the run.
  const confirm = (caller: Caller) => confirmAccount(`Reactivate the keys of run ${run}`, caller, options, terminal)
  return runHere({ storeFor: () => store, settings, input, options, head, confirm }, terminal)
}

async function undoThere(machine: string, run: string, options: UndoOptions, terminal: Terminal): Promise<number> {
  const { startThere } = await import('../follow/machine-run.ts')
  if (!isOrganizationMachine(machine)) {
    refuseAccounts(run, options)
    return startThere(machine, inputOf(run, options), options, terminal)
  }
  const { organizationUndoInput } = await import('./undo-organization.ts')
  return startThere(machine, organizationUndoInput(run, options), options, terminal)
}

const inputOf = (run: string, { key }: UndoOptions) => ({ undo: { run, ...(key !== undefined && { keys: key }) } })

/** @throws UsageError */
function refuseAccounts(run: string, { account }: UndoOptions): void {
  if (account !== undefined)
    throw new UsageError(`--account needs the id of an organization run, received ${run}. Remove it.`)
}

/** Only the organization run knows how to get into the account. @throws UsageError */
async function refusePart(store: RunStore, run: string): Promise<void> {
  const part = partsOfAccountRunId(run)
  if (part === null || !(await hasOrganizationRun(store, part.organizationRun))) return
  throw new UsageError(
    `Run ${run} is a part of organization run ${part.organizationRun}. To undo it: keysweep undo ${part.organizationRun} --account ${part.account}`,
  )
}

/**
 * What Plan undo refuses, before the undo is stored: a mistyped key leaves no record. Documents that cannot be read are left to
 * Plan undo, whose record says so.
 * @throws InputRefused
 */
async function refuseOddKeys(store: RunStore, undo: Undo): Promise<void> {
  try {
    const source = await read(store, documents.input(undo.run))
    // Which account the undo is on is not known yet.
    if (source === null) return
    refuseUndoOf(undo.run, source, { account: source.account, organizationRun: null })
    keysToUndo(undo, (await readStoredPlan(store, undo.run))?.plan.keys ?? null, null)
  } catch (error) {
    if (error instanceof StoreDamaged || error instanceof PlanRefused) return
    throw error
  }
}
