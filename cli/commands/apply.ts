// keysweep apply: its options and help.
import { addOptions } from '../options/declare.ts'
import { addPolicyOptions } from '../options/policy.ts'
import { examples } from '../options/shared.ts'
import type { AddCommand } from './add-command.ts'
import { RUN_OPTIONS, type RunOptions } from './run.ts'

export const addApply: AddCommand = (program, terminal, finish) => {
  const command = program
    .command('apply')
    .description('deactivate the keys of the plan that an earlier run made, if each is still stale')
    .argument('<run>', 'the id of the run that made the plan')
    .addHelpText(
      'after',
      examples(
        'keysweep apply 2026-09-11T131519Z-4c1f0a',
        'keysweep apply 2026-09-11T131519Z-4c1f0a --approval always',
        'keysweep apply 2026-09-11T131519Z-4c1f0a --machine arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod',
      ),
    )
  addPolicyOptions(addOptions(command, RUN_OPTIONS)).action(async (runId: string, options: RunOptions) => {
    const { apply } = await import('./apply-action.ts')
    finish(await apply(runId, options, terminal))
  })
}
