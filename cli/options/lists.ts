// How much of a record's lists of keys is shown.
import { UsageError } from '../../local/errors.ts'
import type { DeclaredOption } from './declare.ts'

/** Keys of a list that are shown, unless all are asked for: more than a person reads. */
export const MOST_LISTED = 50

/** The first keys and how many more there are; all; or none but the list's title. */
export type Lists = 'first' | 'all' | 'none'

export const SUMMARY = {
  flags: '--summary',
  help: 'show counts and reasons, and no list of keys',
} as const satisfies DeclaredOption

export const ALL = {
  flags: '--all',
  help: `list every key (default: the first ${MOST_LISTED} of a list)`,
} as const satisfies DeclaredOption

interface ListOptions {
  summary?: boolean
  all?: boolean
  json?: boolean
  csv?: boolean
}

/** @throws UsageError for options that exclude each other: JSON and CSV have no lists to shorten. */
export function listsOf({ summary, all, json, csv }: ListOptions): Lists {
  const list = summary ? '--summary' : all ? '--all' : null
  const other = summary && all ? '--all' : json ? '--json' : csv ? '--csv' : null
  if (list !== null && other !== null) throw new UsageError(`${list} and ${other} exclude each other. Use one of them.`)
  return summary ? 'none' : all ? 'all' : 'first'
}
