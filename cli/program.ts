// The commands, their options and their help. What a command does is loaded when it is called, so that help is quick.
import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { EXIT } from './exit-code.ts'
import { addPolicyOptions } from './policy-options.ts'
import type { Terminal } from './terminal.ts'

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
  for (const add of [addDemo, addRun, addShow, addExplain]) add(program, terminal, ended)
  return program
}

function addDemo(program: Command, terminal: Terminal, ended: Ended): void {
  const command = program
    .command('demo')
    .description('run the whole job on a made-up account on this machine, with no AWS account at all')
    .option(...JSON_OPTION)
    .addHelpText('after', example('keysweep demo', 'keysweep demo --rotation-days 365'))
  addPolicyOptions(command).action(async (options) => {
    const { demo } = await import('./demo.ts')
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
    .option('--settings <file>', 'settings to use (default: keysweep.yml, if it is there)')
    .option(...STORE)
    .option('--run-id <id>', 'a name of your own for the run (default: the time and a few random letters)')
    .option(...JSON_OPTION)
    .addHelpText('after', example('keysweep run', 'keysweep run --unused-days 45 --exempt-path /break-glass/ --apply'))
  addPolicyOptions(command).action(async (options) => {
    const { run } = await import('./run.ts')
    ended(await run(options, terminal))
  })
}

function addShow(program: Command, terminal: Terminal, ended: Ended): void {
  program
    .command('show')
    .description('show the record of a run, or without one, list the runs')
    .argument('[run]', "the run's id")
    .option(...STORE)
    .option(...JSON_OPTION)
    .option('--csv', "print the run's keys as CSV, safe to open in a spreadsheet")
    .addHelpText('after', example('keysweep show', 'keysweep show 2026-09-11T131519Z-4c1f0a --csv > keys.csv'))
    .action(async (runId, options) => {
      const { show } = await import('./show.ts')
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
    const { explain } = await import('./explain.ts')
    ended(await explain(keyId, options, terminal))
  })
}

const oneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ')

const STORE = [
  '--store <place>',
  'where runs are kept: a directory, or s3://bucket/prefix (default: KEYSWEEP_STORE, or .keysweep)',
] as const
const JSON_OPTION = ['--json', 'print the record as JSON on stdout, and nothing else there'] as const

const example = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
