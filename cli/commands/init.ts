// keysweep init: its help.
import { examples } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

export const addInit: AddCommand = (program, terminal, finish) => {
  program
    .command('init')
    .description('write keysweep.yml into this folder: every setting with its default, and a comment on each')
    .addHelpText('after', examples('keysweep init', 'keysweep validate'))
    .action(async () => {
      const { init } = await import('./init-action.ts')
      finish(await init(terminal))
    })
}
