// keysweep completion: its help.
import { Argument } from 'commander'
import { examples } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

export const addCompletion: AddCommand = (program, terminal) => {
  program
    .command('completion')
    .description('print a script that completes commands, options and run ids in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText(
      'after',
      examples(
        'keysweep completion bash > ~/.local/share/bash-completion/completions/keysweep',
        'keysweep completion zsh',
      ),
    )
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./completion-action.ts')
      terminal.stdout.write(completionScript(shell, program))
    })
}
