// keysweep demo: its options and help.
import { addOptions, type DeclaredOption, type OptionsOf } from '../options/declare.ts'
import { addPolicyOptions, type PolicyOptions } from '../options/policy.ts'
import { examples, JSON_RECORD } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'

const OPTIONS = [
  { flags: '--organization', help: 'run over a made-up AWS Organization of 40 accounts' },
  { flags: '--plan', help: 'only make a plan: deactivate no key' },
  {
    flags: '--approval',
    help: 'ask for approval first: answer here, or in another terminal with keysweep approve',
  },
  JSON_RECORD,
] as const satisfies DeclaredOption[]

export type DemoOptions = OptionsOf<typeof OPTIONS> & PolicyOptions

export const addDemo: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('demo')
    .description('run everything on a made-up account on this machine; needs no AWS account')
    .addHelpText(
      'after',
      examples(
        'keysweep demo',
        'keysweep demo --organization',
        'keysweep demo --plan',
        'keysweep demo --approval',
        'keysweep demo --rotation-days 365',
      ),
    )
  addPolicyOptions(addOptions(command, OPTIONS)).action(async (options: DemoOptions) => {
    if (options.organization) {
      const { demoOrganization } = await import('./demo-organization-action.ts')
      return finish(await demoOrganization(options, terminal))
    }
    const { demo } = await import('./demo-action.ts')
    finish(await demo(options, terminal))
  })
}
