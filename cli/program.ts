// The commands, their options and their help. What a command does is loaded when it is called, so that help is quick.
import { Command, CommanderError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { EXIT } from './exit-code.ts'
import { example, JSON_OPTION, JSON_THERE_OPTION, oneLine, STORE } from './options/help-texts.ts'
import { addPolicyOptions, collect } from './options/policy.ts'
import type { Terminal } from './render/terminal.ts'

type Ended = (exitCode: number) => void

/** Carries out a command line. @returns the exit code; nothing that goes wrong is thrown. */
export async function main(argv: string[], terminal: Terminal): Promise<number> {
  let exitCode: number = EXIT.clean
  const program = buildProgram(terminal, (ended) => {
    exitCode = ended
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has said what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage
    const { failureOf } = await import('./failure.ts')
    const failure = failureOf(error, terminal.env)
    terminal.stderr.write(failure.text)
    return failure.exitCode
  }
}

function buildProgram(terminal: Terminal, ended: Ended): Command {
  const program = new Command('keysweep')
    .description(manifest.description)
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(`keysweep: ${oneLine(text)} (try --help)\n`),
    })
    .addHelpText('after', example('keysweep demo', 'keysweep run', 'keysweep show'))
  for (const add of [addDemo, addRun, addApprove, addUndo, addShow, addExplain]) add(program, terminal, ended)
  return program
}

function addDemo(program: Command, terminal: Terminal, ended: Ended): void {
  const command = program
    .command('demo')
    .description('run the whole job on a made-up account on this machine, with no AWS account at all')
    .option('--approval', 'ask before keys are deactivated: here, or in another terminal with keysweep approve')
    .option(...JSON_OPTION)
    .addHelpText('after', example('keysweep demo', 'keysweep demo --approval', 'keysweep demo --rotation-days 365'))
  addPolicyOptions(command).action(async (options) => {
    const { demo } = await import('./commands/demo.ts')
    ended(await demo(options, terminal))
  })
}

function addRun(program: Command, terminal: Terminal, ended: Ended): void {
  const command = program
    .command('run')
    .description(
      "find stale keys in the account that the shell's AWS credentials point to, and with --apply deactivate them",
    )
    .option('--apply', 'deactivate the stale keys; without it, nothing is written to IAM')
    .addOption(
      new Option(
        '--approval <when>',
        'ask a person first, and wait for keysweep approve (default: always where the settings file says so, else never; with --machine, as deployed)',
      ).choices(['always', 'over-cap', 'never']),
    )
    .option('--approval-days <days>', 'how long to wait for an answer, 1 to 7; no answer is no (default: 7)')
    .option(
      '--machine <arn>',
      'start the deployed state machine and follow it (default: KEYSWEEP_MACHINE, unless --store is given; else here)',
    )
    .option('--settings <file>', 'settings to use (default: keysweep.yml, if it is there)')
    .option(...STORE)
    .option('--run-id <id>', 'a name of your own for the run (default: the time and a few random letters)')
    .option(...JSON_THERE_OPTION)
    .addHelpText(
      'after',
      example(
        'keysweep run',
        'keysweep run --unused-days 45 --exempt-path /break-glass/ --apply --approval always',
        'keysweep run --apply --approval always --machine arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod',
      ),
    )
  addPolicyOptions(command).action(async (options) => {
    const { run } = await import('./commands/run.ts')
    ended(await run(options, terminal))
  })
}

function addApprove(program: Command, terminal: Terminal, ended: Ended): void {
  program
    .command('approve')
    .description('answer a run that waits for a person, or without one, list what waits')
    .argument('[run]', "the run's id")
    .option('--leave-out <key id>', 'deactivate the others, and leave this key alone (repeatable)', collect)
    .option('--reject', 'deactivate nothing; the run ends')
    .option('--reason <text>', 'why, for the record')
    .option('--yes', 'do not ask for the number of keys to be typed')
    .option('--api <url>', "the deployed decision API's address (default: KEYSWEEP_API, else runs on this machine)")
    .option(...STORE)
    .option('--json', 'print the answer as JSON on stdout, and nothing else there')
    .addHelpText(
      'after',
      example(
        'keysweep approve',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --leave-out AKIAIOSFODNN7EXAMPLE',
        'keysweep approve 2026-09-11T131519Z-4c1f0a --reject --reason freeze --api https://a1b2c3.execute-api.eu-west-1.amazonaws.com',
      ),
    )
    .action(async (runId, options) => {
      const { approve } = await import('./commands/approve.ts')
      ended(await approve(runId, options, terminal))
    })
}

function addUndo(program: Command, terminal: Terminal, ended: Ended): void {
  program
    .command('undo')
    .description('bring back the keys that a run has deactivated and that are still Inactive')
    .argument('<run>', "the run's id")
    .option('--key <key id>', 'bring back this key alone (repeatable)', collect)
    .option(
      '--machine <arn>',
      'let the deployed state machine do it, and follow it (default: KEYSWEEP_MACHINE, unless --store is given; else here)',
    )
    .option(...STORE)
    .option('--run-id <id>', 'a name of your own for the undo (default: the time and a few random letters)')
    .option(...JSON_THERE_OPTION)
    .addHelpText(
      'after',
      example(
        'keysweep undo 2026-09-11T131519Z-4c1f0a',
        'keysweep undo 2026-09-11T131519Z-4c1f0a --key AKIAIOSFODNN7EXAMPLE',
      ),
    )
    .action(async (runId, options) => {
      const { undo } = await import('./commands/undo.ts')
      ended(await undo(runId, options, terminal))
    })
}

function addShow(program: Command, terminal: Terminal, ended: Ended): void {
  program
    .command('show')
    .description('show the record of a run, or without one, list the runs')
    .argument('[run]', "the run's id")
    .option('--follow', 'wait for the end of a run that is open, and show what it does')
    .option(
      '--machine <arn>',
      'follow by the history of the deployed state machine (default: KEYSWEEP_MACHINE, unless --store is given)',
    )
    .option(...STORE)
    .option(...JSON_OPTION)
    .option('--csv', "print the run's keys as CSV, safe to open in a spreadsheet")
    .addHelpText(
      'after',
      example(
        'keysweep show',
        'keysweep show 2026-09-11T131519Z-4c1f0a --follow',
        'keysweep show 2026-09-11T131519Z-4c1f0a --csv > keys.csv',
      ),
    )
    .action(async (runId, options) => {
      const { show } = await import('./commands/show.ts')
      ended(await show(runId, options, terminal))
    })
}

function addExplain(program: Command, terminal: Terminal, ended: Ended): void {
  const command = program
    .command('explain')
    .description('try the verdict table on one key, and print each row, the facts and the call each came from')
    .argument('<key id>', 'an access key id, such as AKIAIOSFODNN7EXAMPLE')
    .option('--settings <file>', 'settings to use (default: keysweep.yml, if it is there)')
    .option(...STORE)
    .option('--json', 'print what was found as JSON on stdout')
    .addHelpText('after', example('keysweep explain AKIAIOSFODNN7EXAMPLE'))
  addPolicyOptions(command).action(async (keyId, options) => {
    const { explain } = await import('./commands/explain.ts')
    ended(await explain(keyId, options, terminal))
  })
}
