// Options that several commands share, and the examples in their help.
import type { DeclaredOption } from './declare.ts'

export const STORE = {
  flags: '--store <location>',
  help: 'the run store: a directory or s3://bucket/prefix (default: KEYSWEEP_STORE, or a folder for each account on this machine)',
} as const satisfies DeclaredOption

export const SETTINGS = {
  flags: '--settings <file>',
  help: 'the settings file (default: keysweep.yml or keysweep.yaml in this folder or the nearest folder above it)',
} as const satisfies DeclaredOption

export const JSON_RECORD = {
  flags: '--json',
  help: 'print only the record on stdout, as JSON',
} as const satisfies DeclaredOption

/** For commands that can also follow a run of the deployed machine. */
export const JSON_RECORD_OR_END = {
  flags: '--json',
  help: 'print only the record on stdout, as JSON; for a deployed run without --store, only how it ended',
} as const satisfies DeclaredOption

/** The end of a command's help. */
export const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
