// The completion script for zsh.
import { type CompletedCommand, type CompletedOption, quoted, RUNS, type Values } from './completion.ts'

/** The script, ending in a newline. It works from a folder of fpath, and sourced after compinit. */
export const zshScript = (commands: CompletedCommand[]): string => `#compdef keysweep
_keysweep_runs() {
  local -a runs
  runs=(${RUNS.map((glob) => `${glob}(N:t)`).join(' ')})
  compadd -a runs
}

_keysweep() {
  local -a commands
  commands=(
${commands.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}

if [ "$funcstack[1]" = _keysweep ]; then _keysweep "$@"; else compdef _keysweep keysweep; fi
`

function commandCase({ name, options, argument }: CompletedCommand): string {
  const specs = [...options.map(optionSpec), ...(argument === null ? [] : [quoted(`1:${name}:${actionOf(argument)}`)])]
  return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')} ;;`
}

const optionSpec = ({ flag, help, values }: CompletedOption): string => {
  const value = values === null ? '' : `:${flag.slice(2)}:${actionOf(values)}`
  return quoted(`*${flag}[${help.replace(/[[\]\\:]/g, '\\$&')}]${value}`)
}

function actionOf(values: Values): string {
  if (typeof values !== 'string') return `(${values.join(' ')})`
  return { text: ' ', folder: '_files -/', file: '_files', run: '_keysweep_runs' }[values]
}
