// keysweep undo <organization run>: reactivates what the run deactivated, in all its accounts or some.
import type { Caller } from '../../core/model/facts.ts'
import { ACCOUNT_ID } from '../../core/model/ids.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { accountsOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { confirm } from '../follow/confirm-account.ts'
import { runOrganizationHere } from '../follow/run-organization-here.ts'
import { composeSettings } from '../options/settings.ts'
import type { Terminal } from '../render/terminal.ts'
import type { UndoOptions } from './undo.ts'

/** @returns the exit code. @throws as `undo` */
export async function undoOrganization(
  store: RunStore,
  run: string,
  options: UndoOptions,
  terminal: Terminal,
): Promise<number> {
  const input = organizationUndoInput(run, options)
  const { settings } = composeSettings({ mode: 'apply', approval: 'never' }, {}, null)
  const { account: accounts } = options
  const where = accounts === undefined ? 'all its accounts' : accountsOf(accounts.length)
  // In a script an undo needs no --yes: it is urgent, and works on the accounts of the run alone.
  const ask = ({ account, accountAlias }: Caller) =>
    confirm(
      `Reactivate the keys of run ${run} in ${where}, as account ${accountText(account, accountAlias)}?`,
      options,
      terminal,
    )
  const head = plain(`Undo of run ${run}, in ${where}`)
  return runOrganizationHere(
    { storeFor: () => store, settings, input, listed: null, options, what: 'Organization run', head, confirm: ask },
    terminal,
  )
}

/** @throws UsageError for options that do not go with an organization run */
export function organizationUndoInput(run: string, { key, account: accounts }: UndoOptions): object {
  if (key !== undefined)
    throw new UsageError(`--key does not apply to an organization run, received run ${run}. Use --account.`)
  const odd = accounts?.find((account) => !ACCOUNT_ID.test(account))
  if (odd !== undefined)
    throw new UsageError(`Invalid --account ${JSON.stringify(odd)}: must be an account id of 12 digits.`)
  return { undo: { run, ...(accounts !== undefined && { accounts }) } }
}
