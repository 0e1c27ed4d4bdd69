// What the help of several commands says in the same words.

/** Commander's own errors, as one line of ours. */
export const oneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ')

export const STORE = [
  '--store <place>',
  'where runs are kept: a directory, or s3://bucket/prefix (default: KEYSWEEP_STORE, or .keysweep)',
] as const
export const JSON_OPTION = ['--json', 'print the record as JSON on stdout, and nothing else there'] as const

export const JSON_THERE_OPTION = [
  '--json',
  'print the record as JSON on stdout, and nothing else there; of a deployed run whose store is not named, how it ended',
] as const

export const example = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n`
