// keysweep stop: its options and help.
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--yes', help: 'do not ask; needed where there is no terminal' },
  {
    flags: '--machine <arn>',
    help: 'disable the schedule of this deployed state machine and stop its runs (default: KEYSWEEP_MACHINE, unless --store is given; otherwise this machine)',
  },
  STORE,
  { flags: '--json', help: 'print only what was stopped on stdout, as JSON' },
  ...AWS,
] as const satisfies DeclaredOption[]

export type StopOptions = OptionsOf<typeof OPTIONS>

export const addStop: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('stop')
    .description('stop the open runs, say what they changed, and how to undo it; an open undo goes on')
    .addHelpText(
      'after',
      examples(
        'keysweep stop',
        'keysweep stop --yes --machine arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod --store s3://keysweep-runs',
      ),
    )
  addOptions(command, OPTIONS).action(async (options: StopOptions) => {
    const { stop } = await import('./stop-action.ts')
    finish(await stop(options, terminal))
  })
}
