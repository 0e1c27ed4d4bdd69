// keysweep run --organization and --accounts: the state machine for organizations on this machine, or the deployed one.
import type { Caller } from '../../core/model/facts.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { accountsOf } from '../../core/texts/counts.ts'
import { confirm, refuseUnconfirmed } from '../follow/confirm-account.ts'
import { runOrganizationHere } from '../follow/run-organization-here.ts'
import { refuseOtherKind } from '../options/machine.ts'
import type { AskedAccounts } from '../options/organization.ts'
import { composeSettings } from '../options/settings.ts'
import { readSettingsFile, whichFileText } from '../options/settings-file.ts'
import { refuseOddStore, storeOf } from '../options/store.ts'
import { proseLines } from '../render/section.ts'
import type { Terminal } from '../render/terminal.ts'
import type { RunOptions } from './run.ts'
import { commandOf, machineInput, madeWith, policyTable } from './run-action.ts'

interface OverAccounts {
  accounts: AskedAccounts
  /** The deployed machine; null: this one. */
  machine: string | null
}

/** @returns the exit code. @throws as `run` */
export async function runOrganization(
  { accounts, machine }: OverAccounts,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  if (machine !== null) return onOrganizationMachine(machine, accounts, options, terminal)
  if (options.apply) refuseUnconfirmed(options, terminal)
  const file = await readSettingsFile(options.settings)
  const { settings, origins } = composeSettings(commandOf(options), options, file, accounts)
  refuseOddStore(options, terminal)
  const head = [...proseLines(whichFileText(file), terminal.stderr), '', policyTable(origins, terminal)].join('\n')
  const where =
    accounts.file === null ? 'the selected accounts of the organization' : accountsOf(accounts.file.accounts.length)
  const ask = ({ account, accountAlias }: Caller) =>
    confirm(`Deactivate stale keys in ${where}, as account ${accountText(account, accountAlias)}?`, options, terminal)
  return runOrganizationHere(
    {
      storeFor: ({ account }) => storeOf(account, options, terminal),
      ...{ settings, options, head, what: 'Organization run', made: madeOf(options) },
      listed: accounts.file?.accounts ?? null,
      ...(options.apply && { confirm: ask }),
    },
    terminal,
  )
}

/** The words of the command that made a plan. */
const madeOf = (options: RunOptions): string[] => [
  'run',
  ...(options.organization ? ['--organization'] : []),
  ...(options.accounts === undefined ? [] : ['--accounts', options.accounts]),
  ...wordsOf('--exclude', options.exclude),
  ...wordsOf('--ou', options.ou),
  ...wordsOf('--tag', options.tag),
  ...madeWith(options),
]

const wordsOf = (flag: string, values: string[] = []): string[] => values.flatMap((value) => [flag, value])

/** The input holds only what the options say: it may only tighten what is deployed. */
async function onOrganizationMachine(
  machine: string,
  { said }: AskedAccounts,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  refuseOtherKind(machine, 'organization')
  const of = Object.keys(said).length === 0 ? {} : { organization: said }
  const { startThere } = await import('../follow/machine-run.ts')
  return startThere(machine, machineInput(of, options), { ...options, made: madeOf(options) }, terminal)
}
