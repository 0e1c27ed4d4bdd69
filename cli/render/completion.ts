// What the completion scripts of all shells are made from.

/** What a value is completed with: a list with its items, `text` with nothing. */
export type Values = 'text' | 'folder' | 'file' | 'run' | readonly string[]

export interface CompletedOption {
  /** "--store" */
  flag: string
  help: string
  /** null: it takes no value. */
  values: Values | null
}

export interface CompletedCommand {
  name: string
  help: string
  options: CompletedOption[]
  /** The values of its argument; null: it has no argument. */
  argument: Values | null
}

/** Where the run stores of this machine are, as a shell writes it: for each system, and the store of an earlier version. */
export const RUNS = [
  '"${XDG_STATE_HOME:-$HOME/.local/state}"/keysweep/[0-9]*/{runs,orgs}/*',
  '"$HOME/Library/Application Support"/keysweep/[0-9]*/{runs,orgs}/*',
  '.keysweep/{runs,orgs}/*',
] as const

/** A word in single quotes of a POSIX shell; bash, zsh and fish read it alike where the text has no single quote. */
export const quoted = (text: string): string => `'${text.replaceAll("'", '’')}'`
