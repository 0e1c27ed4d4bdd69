// keysweep validate: its options and help.
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { examples, SETTINGS } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  SETTINGS,
  { flags: '--json', help: 'print the result on stdout, as JSON' },
] as const satisfies DeclaredOption[]

export type ValidateOptions = OptionsOf<typeof OPTIONS>

export const addValidate: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('validate')
    .description('check the settings file and show the settings in effect; needs no AWS account')
    .addHelpText('after', examples('keysweep validate', 'keysweep validate --settings prod.yml --json'))
  addOptions(command, OPTIONS).action(async (options: ValidateOptions) => {
    const { validate } = await import('./validate-action.ts')
    finish(await validate(options, terminal))
  })
}
