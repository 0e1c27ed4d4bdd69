// keysweep undo: reactivates the keys that a run deactivated, on this machine or with the deployed machine. It needs no
// approval, because restoring access is urgent.

import type { Caller } from '../../core/model/facts.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { plain } from '../../core/texts/plain.ts'
import { refuseUnknownRun, runPrefix, storeWith } from '../../views/find-run.ts'
import { confirmAccount } from '../follow/confirm-account.ts'
import { runHere } from '../follow/run-here.ts'
import { chosenMachine } from '../options/machine.ts'
import { composeSettings } from '../options/settings.ts'
import { storesToRead } from '../options/store.ts'
import { proseLines } from '../render/section.ts'
import type { Terminal } from '../render/terminal.ts'
import type { UndoOptions } from './undo.ts'

/** @returns the exit code. @throws UsageError, NotConfirmed, CannotAsk, NoRecord, and what AWS and the run store throw. */
export async function undo(run: string, options: UndoOptions, terminal: Terminal): Promise<number> {
  runPrefix(run)
  const input = { undo: { run, ...(options.key !== undefined && { keys: options.key }) } }
  const machine = chosenMachine(options, terminal)
  if (machine !== null) {
    const { startThere } = await import('../follow/machine-run.ts')
    return startThere(machine, input, options, terminal)
  }
  const store = await storeWith(storesToRead(options, terminal), run)
  await refuseUnknownRun(store, run)
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
