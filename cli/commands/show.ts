// keysweep show, as it is typed.
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, JSON_RECORD, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--follow', help: 'wait for the end of a run that is open, and show what it does' },
  {
    flags: '--machine <arn>',
    help: 'follow by the history of the deployed state machine (default: KEYSWEEP_MACHINE, unless --store is given)',
  },
  STORE,
  JSON_RECORD,
  { flags: '--csv', help: "print the run's keys as CSV, safe to open in a spreadsheet" },
] as const satisfies DeclaredOption[]

export type ShowOptions = OptionsOf<typeof OPTIONS>

export const addShow: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('show')
    .description('show the record of a run, or without one, list the runs')
    .argument('[run]', "the run's id")
    .addHelpText(
      'after',
      examples(
        'keysweep show',
        'keysweep show 2026-09-11T131519Z-4c1f0a --follow',
        'keysweep show 2026-09-11T131519Z-4c1f0a --csv > keys.csv',
      ),
    )
  addOptions(command, OPTIONS).action(async (runId: string | undefined, options: ShowOptions) => {
    const { show } = await import('./show-action.ts')
    finish(await show(runId, options, terminal))
  })
}
