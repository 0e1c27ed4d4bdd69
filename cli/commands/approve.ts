// keysweep approve, as it is typed.
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  {
    flags: '--leave-out <key id>',
    help: 'deactivate the others, and leave this key alone (repeatable)',
    repeatable: true,
  },
  { flags: '--reject', help: 'deactivate nothing; the run ends' },
  { flags: '--reason <text>', help: 'why, for the record' },
  { flags: '--yes', help: 'do not ask for the number of keys to be typed' },
  {
    flags: '--api <url>',
    help: "the deployed decision API's address (default: KEYSWEEP_API, else runs on this machine)",
  },
  STORE,
  { flags: '--json', help: 'print the answer as JSON on stdout, and nothing else there' },
] as const satisfies DeclaredOption[]

export type ApproveOptions = OptionsOf<typeof OPTIONS>

export const addApprove: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('approve')
    .description('answer a run that waits for a person, or without one, list what waits')
    .argument('[run]', "the run's id")
    .addHelpText(
      'after',
      examples(
        'keysweep approve',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --leave-out AKIAIOSFODNN7EXAMPLE',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --reject --reason freeze --api https://a1b2c3.execute-api.eu-west-1.amazonaws.com',
      ),
    )
  addOptions(command, OPTIONS).action(async (runId: string | undefined, options: ApproveOptions) => {
    const { approve } = await import('./approve-action.ts')
    finish(await approve(runId, options, terminal))
  })
}
