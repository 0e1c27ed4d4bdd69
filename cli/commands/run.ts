// keysweep run: its options and help.
import { APPROVALS } from '../../core/model/closed-sets.ts'
import { MAX_APPROVAL_DAYS, SETTINGS_FIELDS } from '../../core/model/settings-fields.ts'
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { ALL, SUMMARY } from '../options/lists.ts'
import { ORGANIZATION, type OrganizationOptions } from '../options/organization-options.ts'
import { addPolicyOptions, type PolicyOptions } from '../options/policy.ts'
import { examples, JSON_RECORD_OR_END, SETTINGS, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const APPLY = [
  { flags: '--apply', help: 'deactivate the stale keys; without this option, the run only plans' },
] as const satisfies DeclaredOption[]

/** The options that `run` and `apply` share. */
export const RUN_OPTIONS = [
  {
    flags: '--yes',
    help: 'do not ask whether the account is the right one before keys are deactivated; needed without a terminal. With --machine nothing is asked',
  },
  {
    flags: '--approval <when>',
    help: 'when to wait for a person to answer with keysweep approve (default: never, unless the settings file says always; with --machine, as deployed)',
    choices: APPROVALS,
  },
  {
    flags: '--approval-days <days>',
    help: `days to wait for an answer, 1 to ${MAX_APPROVAL_DAYS}; no answer means no (default: ${SETTINGS_FIELDS.approvalDays.default})`,
  },
  {
    flags: '--machine <arn>',
    help: 'run on this deployed state machine and follow the run (default: KEYSWEEP_MACHINE, unless --store is given; otherwise this machine)',
  },
  SETTINGS,
  STORE,
  { flags: '--run-id <id>', help: 'the id of the new run (default: time and random letters)' },
  SUMMARY,
  ALL,
  JSON_RECORD_OR_END,
  ...AWS,
] as const satisfies DeclaredOption[]

export type RunOptions = OptionsOf<typeof APPLY> & OptionsOf<typeof RUN_OPTIONS> & OrganizationOptions & PolicyOptions

export const addRun: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('run')
    .description("find stale keys in the account of the shell's AWS credentials; with --apply, deactivate them")
    .addHelpText(
      'after',
      examples(
        'keysweep run',
        'keysweep run --summary',
        'keysweep run --unused-days 45 --exempt-path /break-glass/ --apply --approval always',
        'keysweep run --profile prod --apply --yes',
        'keysweep run --organization --exclude 111122223333',
        'keysweep run --accounts accounts.yml --apply --approval always',
        'keysweep run --apply --approval always --machine arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod',
      ),
    )
  addPolicyOptions(addOptions(command, [...APPLY, ...ORGANIZATION, ...RUN_OPTIONS])).action(
    async (options: RunOptions) => {
      const { run } = await import('./run-action.ts')
      finish(await run(options, terminal))
    },
  )
}
