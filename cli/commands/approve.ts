// keysweep approve: its options and help.
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  {
    flags: '--leave-out <id>',
    help: 'do not deactivate this key, or the keys of this account of an organization run (repeatable)',
    repeatable: true,
  },
  {
    flags: '--account <id>',
    help: 'for an organization run: show the keys of this account, and answer nothing',
  },
  { flags: '--reject', help: 'reject the plan: the run deactivates no key and ends' },
  { flags: '--reason <text>', help: 'the reason for the answer, kept in the record' },
  { flags: '--yes', help: 'approve without typing the number of keys' },
  {
    flags: '--api <url>',
    help: 'URL of the deployed decision API (default: KEYSWEEP_API; without either, runs on this machine)',
  },
  STORE,
  { flags: '--json', help: 'print the result on stdout, as JSON: the decision, or what waits' },
  ...AWS,
] as const satisfies DeclaredOption[]

export type ApproveOptions = OptionsOf<typeof OPTIONS>

export const addApprove: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('approve')
    .description('approve or reject the plan of a waiting run; without a run, list waiting runs')
    .argument('[run]', 'the id of the run')
    .addHelpText(
      'after',
      examples(
        'keysweep approve',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --leave-out AKIAIOSFODNN7EXAMPLE',
        'keysweep approve 2026-11-27T093000Z-7be210 --account 111122223333',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --reject --reason freeze --api https://a1b2c3.execute-api.eu-west-1.amazonaws.com',
      ),
    )
  addOptions(command, OPTIONS).action(async (runId: string | undefined, options: ApproveOptions) => {
    const { approve } = await import('./approve-action.ts')
    finish(await approve(runId, options, terminal))
  })
}
