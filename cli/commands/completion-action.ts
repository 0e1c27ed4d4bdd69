// keysweep completion: what can be completed, read from the declared commands and options.
import type { Argument, Command, Option } from 'commander'
import type { CompletedCommand, CompletedOption, Values } from '../render/completion.ts'
import { bashScript } from '../render/completion-bash.ts'
import { fishScript } from '../render/completion-fish.ts'
import { zshScript } from '../render/completion-zsh.ts'
import type { Shell } from './completion.ts'

const SCRIPTS: Record<Shell, (commands: CompletedCommand[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** The script for a shell, ending in a newline. It starts no program but the shell's own. */
export const completionScript = (shell: Shell, program: Command): string =>
  SCRIPTS[shell](program.commands.map(completedCommand))

const completedCommand = (command: Command): CompletedCommand => ({
  name: command.name(),
  help: command.description(),
  options: [...command.options.map(completedOption), { flag: '--help', help: 'print this help', values: null }],
  argument: command.registeredArguments.map(valuesOfArgument)[0] ?? null,
})

const completedOption = (option: Option): CompletedOption => ({
  flag: option.long ?? option.flags,
  help: option.description,
  values: option.required || option.optional ? (option.argChoices ?? BY_FLAG[option.long ?? ''] ?? 'text') : null,
})

const BY_FLAG: Record<string, Values> = { '--store': 'folder', '--settings': 'file', '--accounts': 'file' }

const valuesOfArgument = (argument: Argument): Values =>
  argument.argChoices ?? (argument.name().startsWith('run') ? 'run' : 'text')
