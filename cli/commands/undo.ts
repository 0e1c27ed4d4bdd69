// keysweep undo, as it is typed.
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, JSON_RECORD_OR_END, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--key <key id>', help: 'bring back this key alone (repeatable)', repeatable: true },
  {
    flags: '--machine <arn>',
    help: 'let the deployed state machine do it, and follow it (default: KEYSWEEP_MACHINE, unless --store is given; else here)',
  },
  STORE,
  { flags: '--run-id <id>', help: 'a name of your own for the undo (default: the time and a few random letters)' },
  JSON_RECORD_OR_END,
] as const satisfies DeclaredOption[]

export type UndoOptions = OptionsOf<typeof OPTIONS>

export const addUndo: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('undo')
    .description('bring back the keys that a run has deactivated and that are still Inactive')
    .argument('<run>', "the run's id")
    .addHelpText(
      'after',
      examples(
        'keysweep undo 2026-09-11T131519Z-4c1f0a',
        'keysweep undo 2026-09-11T131519Z-4c1f0a --key AKIAIOSFODNN7EXAMPLE',
      ),
    )
  addOptions(command, OPTIONS).action(async (runId: string, options: UndoOptions) => {
    const { undo } = await import('./undo-action.ts')
    finish(await undo(runId, options, terminal))
  })
}
