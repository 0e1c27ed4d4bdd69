// The completion script for fish.
import { type CompletedCommand, type CompletedOption, quoted, type Values } from './completion.ts'

/** The script, ending in a newline. */
export const fishScript = (commands: CompletedCommand[]): string => `# fish completion for keysweep
function __keysweep_runs
  set -l state $XDG_STATE_HOME
  test -n "$state"; or set state $HOME/.local/state
  for run in $state/keysweep/*/{runs,orgs}/* $HOME/Library/"Application Support"/keysweep/*/{runs,orgs}/* .keysweep/{runs,orgs}/*
    string replace -r '.*/' '' -- $run
  end
end

complete -c keysweep -f
complete -c keysweep -n __fish_use_subcommand -l help -d 'print this help'
complete -c keysweep -n __fish_use_subcommand -l version -d 'print the version'
${commands.flatMap(commandLines).join('\n')}
`

function commandLines({ name, help, options, argument }: CompletedCommand): string[] {
  const of = `complete -c keysweep -n '__fish_seen_subcommand_from ${name}'`
  return [
    `complete -c keysweep -n __fish_use_subcommand -a ${name} -d ${quoted(help)}`,
    ...options.map((option) => `${of} ${optionWords(option)}`),
    ...(argument === null || argument === 'text' ? [] : [`${of}${wordsOf(argument)}`]),
  ]
}

const optionWords = ({ flag, help, values }: CompletedOption): string =>
  `-l ${flag.slice(2)} -d ${quoted(help)}${values === null ? '' : isFile(values) ? ' -r -F' : ` -x${wordsOf(values)}`}`

/** A file or folder, which fish completes itself. */
const isFile = (values: Values): boolean => values === 'folder' || values === 'file'

function wordsOf(values: Values): string {
  if (typeof values !== 'string') return ` -a ${quoted(values.join(' '))}`
  return { text: '', folder: '', file: '', run: " -a '(__keysweep_runs)'" }[values]
}
