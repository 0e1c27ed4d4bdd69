// keysweep show: its options and help.
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { ALL, SUMMARY } from '../options/lists.ts'
import { examples, JSON_RECORD, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--follow', help: 'follow a running run until it ends' },
  {
    flags: '--machine <arn>',
    help: 'follow the run on this deployed state machine (default: KEYSWEEP_MACHINE, unless --store is given)',
  },
  { flags: '--account <id>', help: 'for an organization run: show the run in this account' },
  STORE,
  SUMMARY,
  ALL,
  JSON_RECORD,
  { flags: '--csv', help: "print the run's keys as CSV, safe for spreadsheets" },
  ...AWS,
] as const satisfies DeclaredOption[]

export type ShowOptions = OptionsOf<typeof OPTIONS>

export const addShow: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('show')
    .description('show one run, or what every run did to a key or user; without a name, list the runs')
    .argument('[run, key or user]', 'the id of a run or of an access key, or the name of a user')
    .addHelpText(
      'after',
      examples(
        'keysweep show',
        'keysweep show jenkins',
        'keysweep show 2026-09-11T131519Z-4c1f0a --follow',
        'keysweep show 2026-09-11T131519Z-4c1f0a --csv > keys.csv',
      ),
    )
  addOptions(command, OPTIONS).action(async (named: string | undefined, options: ShowOptions) => {
    const { show } = await import('./show-action.ts')
    finish(await show(named, options, terminal))
  })
}
