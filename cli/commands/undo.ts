// keysweep undo: its options and help.
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, JSON_RECORD_OR_END, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--key <key id>', help: 'reactivate only this key (repeatable)', repeatable: true },
  {
    flags: '--account <id>',
    help: 'for an organization run: reactivate only the keys in this account (repeatable)',
    repeatable: true,
  },
  { flags: '--yes', help: 'do not ask whether the account is the right one; without a terminal, nothing is asked' },
  {
    flags: '--machine <arn>',
    help: 'undo on this deployed state machine and follow the run (default: KEYSWEEP_MACHINE, unless --store is given; otherwise this machine)',
  },
  STORE,
  { flags: '--run-id <id>', help: 'the id of the new run (default: time and random letters)' },
  JSON_RECORD_OR_END,
  ...AWS,
] as const satisfies DeclaredOption[]

export type UndoOptions = OptionsOf<typeof OPTIONS>

export const addUndo: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('undo')
    .description('reactivate the keys that a run deactivated, if they are still Inactive')
    .argument('<run>', 'the id of the run to undo')
    .addHelpText(
      'after',
      examples(
        'keysweep undo 2026-09-11T131519Z-4c1f0a',
        'keysweep undo 2026-09-11T131519Z-4c1f0a --key AKIAIOSFODNN7EXAMPLE',
        'keysweep undo 2026-11-27T093000Z-7be210 --account 111122223333',
      ),
    )
  addOptions(command, OPTIONS).action(async (runId: string, options: UndoOptions) => {
    const { undo } = await import('./undo-action.ts')
    finish(await undo(runId, options, terminal))
  })
}
