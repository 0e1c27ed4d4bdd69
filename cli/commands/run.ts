// keysweep run, as it is typed.
import { APPROVALS } from '../../core/model/closed-sets.ts'
import { MAX_APPROVAL_DAYS, SETTINGS_FIELDS } from '../../core/model/settings-fields.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { addPolicyOptions, type PolicyOptions } from '../options/policy.ts'
import { examples, JSON_RECORD_OR_END, SETTINGS, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--apply', help: 'deactivate the stale keys; without it, nothing is written to IAM' },
  {
    flags: '--approval <when>',
    help: 'ask a person first, and wait for keysweep approve (default: always where the settings file says so, else never; with --machine, as deployed)',
    choices: APPROVALS,
  },
  {
    flags: '--approval-days <days>',
    help: `how long to wait for an answer, 1 to ${MAX_APPROVAL_DAYS}; no answer is no (default: ${SETTINGS_FIELDS.approvalDays.default})`,
  },
  {
    flags: '--machine <arn>',
    help: 'start the deployed state machine and follow it (default: KEYSWEEP_MACHINE, unless --store is given; else here)',
  },
  SETTINGS,
  STORE,
  { flags: '--run-id <id>', help: 'a name of your own for the run (default: the time and a few random letters)' },
  JSON_RECORD_OR_END,
] as const satisfies DeclaredOption[]

export type RunOptions = OptionsOf<typeof OPTIONS> & PolicyOptions

export const addRun: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('run')
    .description(
      "find stale keys in the account that the shell's AWS credentials point to, and with --apply deactivate them",
    )
    .addHelpText(
      'after',
      examples(
        'keysweep run',
        'keysweep run --unused-days 45 --exempt-path /break-glass/ --apply --approval always',
        'keysweep run --apply --approval always --machine arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod',
      ),
    )
  addPolicyOptions(addOptions(command, OPTIONS)).action(async (options: RunOptions) => {
    const { run } = await import('./run-action.ts')
    finish(await run(options, terminal))
  })
}
