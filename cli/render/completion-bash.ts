// The completion script for bash, from version 3.2 on, which macOS has.
import { type CompletedCommand, RUNS, type Values } from './completion.ts'

/** The script, ending in a newline. */
export const bashScript = (commands: CompletedCommand[]): string => `# bash completion for keysweep
_keysweep_runs() {
  local run
  for run in ${RUNS.join(' ')}; do
    run=\${run##*/}
    # Words are expanded by compgen: only what can be the id of a run is one.
    case $run in '' | *[!A-Za-z0-9._-]*) ;; *) printf '%s\\n' "$run" ;; esac
  done
}

_keysweep_complete() {
  local IFS=$'\\n'
  case $1 in
    text) ;;
    folder) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
    run) COMPREPLY=($(compgen -W "$(_keysweep_runs)" -- "$2")) ;;
    *) IFS=$' \\n'; COMPREPLY=($(compgen -W "$1" -- "$2")) ;;
  esac
}

_keysweep() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _keysweep_complete '${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}' "$cur"
    return
  fi
  case "$command $prev" in
${commands.flatMap(valueLines).join('\n')}
  esac
  case "$command $cur" in
${commands.flatMap(commandLines).join('\n')}
  esac
}
complete -F _keysweep keysweep
`

const valueLines = ({ name, options }: CompletedCommand): string[] =>
  options.flatMap(({ flag, values }) => (values === null ? [] : line(`'${name} ${flag}'`, values, '; return')))

const commandLines = ({ name, options, argument }: CompletedCommand): string[] => [
  ...(argument === null ? [] : line(`'${name} '[!-]* | '${name} '`, argument)),
  ...line(
    `'${name} '*`,
    options.map(({ flag }) => flag),
  ),
]

const line = (pattern: string, values: Values, end = ''): string[] => [
  `    ${pattern}) _keysweep_complete '${typeof values === 'string' ? values : values.join(' ')}' "$cur"${end} ;;`,
]
