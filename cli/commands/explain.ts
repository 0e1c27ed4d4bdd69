// keysweep explain: its options and help.
import { AWS } from '../options/aws.ts'
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { addPolicyOptions, type PolicyOptions } from '../options/policy.ts'
import { examples, SETTINGS, STORE } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  SETTINGS,
  STORE,
  {
    flags: '--account <id>',
    help: 'the account to look in (default: the account of the credentials, and the accounts of the newest organization run)',
  },
  { flags: '--json', help: 'print the result on stdout, as JSON' },
  ...AWS,
] as const satisfies DeclaredOption[]

export type ExplainOptions = OptionsOf<typeof OPTIONS> & PolicyOptions

export const addExplain: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('explain')
    .description(
      'show why a key is stale or kept: its facts, their source, each row of the verdict table, and what runs did',
    )
    .argument(
      '<key or user>',
      'the access key id, such as AKIAIOSFODNN7EXAMPLE, or the name of a user: all keys of the user',
    )
    .addHelpText('after', examples('keysweep explain AKIAIOSFODNN7EXAMPLE', 'keysweep explain jenkins'))
  addPolicyOptions(addOptions(command, OPTIONS)).action(async (named: string, options: ExplainOptions) => {
    const { explain } = await import('./explain-action.ts')
    finish(await explain(named, options, terminal))
  })
}
