// Options that several commands have in the same words, and the form of the examples in their help.
import type { DeclaredOption } from './declare.ts'

export const STORE = {
  flags: '--store <place>',
  help: 'where runs are kept: a directory, or s3://bucket/prefix (default: KEYSWEEP_STORE, or .keysweep)',
} as const satisfies DeclaredOption

export const SETTINGS = {
  flags: '--settings <file>',
  help: 'settings to use (default: keysweep.yml, if it is there)',
} as const satisfies DeclaredOption

export const JSON_RECORD = {
  flags: '--json',
  help: 'print the record as JSON on stdout, and nothing else there',
} as const satisfies DeclaredOption

/** Of a command that also follows a run of the deployed machine. */
export const JSON_RECORD_OR_END = {
  flags: '--json',
  help: 'print the record as JSON on stdout, and nothing else there; of a deployed run whose store is not named, how it ended',
} as const satisfies DeclaredOption

/** The end of a command's help. */
export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
