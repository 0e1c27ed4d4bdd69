// The program: its commands, and how a command line ends. A command's code is loaded when it is called, so that help is fast.
import { Command, CommanderError } from 'commander'
import { DESCRIPTION, VERSION } from '../core/model/manifest.ts'
import type { AddCommand } from './commands/add-command.ts'
import { addApply } from './commands/apply.ts'
import { addApprove } from './commands/approve.ts'
import { addCompletion } from './commands/completion.ts'
import { addDemo } from './commands/demo.ts'
import { addExplain } from './commands/explain.ts'
import { addInit } from './commands/init.ts'
import { addRun } from './commands/run.ts'
import { addShow } from './commands/show.ts'
import { addStop } from './commands/stop.ts'
import { addUndo } from './commands/undo.ts'
import { addValidate } from './commands/validate.ts'
import { EXIT } from './exit-code.ts'
import { type AwsOptions, chooseAws } from './options/aws.ts'
import { examples } from './options/shared.ts'
import type { Terminal } from './render/terminal.ts'

/** In the order of the help. */
const COMMANDS: AddCommand[] = [
  addDemo,
  addRun,
  addApply,
  addApprove,
  addUndo,
  addStop,
  addShow,
  addExplain,
  addInit,
  addValidate,
  addCompletion,
]

/** Runs a command line. @returns the exit code. Every error is printed and becomes an exit code; none is thrown. */
export async function main(argv: string[], shell: Terminal): Promise<number> {
  // A copy of the environment, because options change it.
  const terminal = { ...shell, env: { ...shell.env } }
  let exitCode: number = EXIT.clean
  const program = buildProgram(terminal, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already printed the error or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.usage
    const { failureOf } = await import('./failure.ts')
    const failure = failureOf(error, terminal.env)
    terminal.stderr.write(failure.text)
    return failure.exitCode
  }
}

function buildProgram(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const program = new Command('keysweep')
    .description(DESCRIPTION)
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text, write) => write(`keysweep: ${oneLine(text)} (try --help)\n`),
    })
    .addHelpText('after', examples('keysweep demo', 'keysweep run', 'keysweep show'))
  for (const add of COMMANDS) add(program, terminal, finish)
  program.hook('preAction', (_, command) => chooseAws(command.opts<AwsOptions>(), terminal))
  return program
}

/** Commander's errors as one line. */
const oneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ')
