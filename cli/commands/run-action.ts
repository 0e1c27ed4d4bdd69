// keysweep run: runs the state machine on this machine, for the account of the shell's credentials. With --machine it
// starts the deployed state machine and follows it.

import type { Caller } from '../../core/model/facts.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { plain } from '../../core/texts/plain.ts'
import { confirmAccount, refuseUnconfirmed } from '../follow/confirm-account.ts'
import { type HereOptions, runHere } from '../follow/run-here.ts'
import { chosenMachine, refuseOtherKind } from '../options/machine.ts'
import { askedAccounts } from '../options/organization.ts'
import { policyWords } from '../options/policy.ts'
import {
  askedDays,
  askedPolicy,
  type Command as CommandSettings,
  composeSettings,
  type Origin,
} from '../options/settings.ts'
import { readSettingsFile, whichFileText } from '../options/settings-file.ts'
import { refuseOddStore, storeOf } from '../options/store.ts'
import { proseLines } from '../render/section.ts'
import { table } from '../render/table.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { RunOptions } from './run.ts'

/** @returns the exit code. @throws UsageError, NotConfirmed, CannotAsk, NoRecord, SettingsRefused, and what AWS and the run store throw. */
export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  const accounts = await askedAccounts(options)
  const machine = chosenMachine(options, terminal, { refuse: ['settings', 'accounts'] })
  if (accounts !== null) {
    const { runOrganization } = await import('./run-organization-action.ts')
    return runOrganization({ accounts, machine }, options, terminal)
  }
  if (machine !== null) {
    refuseOtherKind(machine, 'account')
    return onMachine(machine, {}, options, terminal)
  }
  const storeFor = ({ account }: Caller) => storeOf(account, options, terminal)
  return onThisMachine({ storeFor, what: 'Deactivate stale keys' }, options, terminal)
}

export interface ThisRun extends Pick<HereOptions, 'storeFor' | 'input'> {
  /** What is to be confirmed: "Deactivate stale keys". */
  what: string
  /** A line below the head: what the run works on. */
  of?: string
  /** The source of the mode: without it, `--apply` given or not. */
  modeFrom?: string
}

/** What the options say of mode and approval. */
export const commandOf = (options: RunOptions): CommandSettings => ({
  mode: options.apply ? 'apply' : 'plan',
  approval: options.approval,
  ...(options.approval !== undefined && { approvalFrom: '--approval' }),
  approvalDays: options.approvalDays,
})

/** Runs on this machine under the settings file and the options. @throws as `run` */
export async function onThisMachine(
  { storeFor, what, of, input, modeFrom }: ThisRun,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.apply) refuseUnconfirmed(options, terminal)
  const file = await readSettingsFile(options.settings)
  const command = { ...commandOf(options), ...(modeFrom && { modeFrom }) }
  const { settings, origins, switchedOffBy } = composeSettings(command, options, file)
  refuseOddStore(options, terminal)
  const head = (runId: string, { account, accountAlias, arn }: Caller) =>
    [
      ...proseLines(`Run ${runId} on account ${accountText(account, accountAlias)}, as ${plain(arn)}`, terminal.stderr),
      ...(of === undefined ? [] : proseLines(of, terminal.stderr)),
      ...proseLines(whichFileText(file), terminal.stderr),
      '',
      policyTable(origins, terminal),
    ].join('\n')
  const confirm = (caller: Caller) => confirmAccount(what, caller, options, terminal)
  return runHere(
    {
      ...{ storeFor, settings, options, head, made: madeWith(options), switchedOffBy },
      ...(input && { input }),
      ...(options.apply && { confirm }),
    },
    terminal,
  )
}

/**
 * The input holds only what the options say, because an input may only tighten the deployed settings. It always holds the
 * mode: without --apply, a deployed run writes nothing to IAM either.
 * @param of which plan to carry out, if not a new one
 */
export async function onMachine(
  machineArn: string,
  of: object,
  options: RunOptions,
  terminal: Terminal,
): Promise<number> {
  const { startThere } = await import('../follow/machine-run.ts')
  return startThere(machineArn, machineInput(of, options), { ...options, made: madeWith(options) }, terminal)
}

/** What the options say, as the input of an execution. @param of what else it says */
export function machineInput(of: object, options: RunOptions): object {
  const policy = askedPolicy(options)
  const approvalDays = askedDays(options.approvalDays)
  return {
    ...of,
    mode: options.apply ? 'apply' : 'plan',
    ...(options.approval !== undefined && { approval: options.approval }),
    ...(approvalDays !== undefined && { approvalDays }),
    ...(Object.keys(policy).length > 0 && { policy }),
  }
}

/** A plan is applied under the policy, the settings file and the approval with which it was made. */
export const madeWith = (options: RunOptions): string[] => [
  ...policyWords(options),
  ...(options.settings === undefined ? [] : ['--settings', options.settings]),
  ...(options.approval === undefined ? [] : ['--approval', options.approval]),
]

/** The settings of the run, and where each value comes from. */
export function policyTable(origins: Origin[], { stderr, env }: Terminal): string {
  const columns = [
    { head: 'Policy', cell: ({ name }: Origin) => name },
    { head: 'Value', cell: ({ value }: Origin) => plain(value) },
    { head: 'From', cell: ({ from }: Origin) => plain(from) },
  ]
  return table(origins, columns, { columns: columnsOf(stderr), colours: coloursFor(stderr, env) }).join('\n')
}
