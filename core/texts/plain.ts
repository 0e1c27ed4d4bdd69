// Text from the account (user names, tags, error messages) made safe to print: an escape code in a tag must not move
// the cursor, change colours or hide a line from the person who reads the record.
import { stripVTControlCharacters } from 'node:util'

/** A line whose spaces are our own, without escape codes, control characters or invisible characters that reorder it. */
export const plainLine = (line: string): string =>
  stripVTControlCharacters(line)
    .replace(/ *[^\S ]\s*/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}]/gu, '')

/** A value from the account, as one line; its runs of white space become one space, so that it forges no column. */
export const plain = (text: string): string => plainLine(text).replace(/ +/g, ' ')

/** The same for every string in a value that came as JSON. */
export function plainAll<T>(value: T): T {
  if (typeof value === 'string') return plain(value) as T
  if (Array.isArray(value)) return value.map(plainAll) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [plain(name), plainAll(inner)])) as T
}

/** JSON text that says the same, with what a terminal would act on or hide written as \u escapes. */
export const plainJson = (json: string): string =>
  // Control characters of C0 cannot stand in JSON strings; outside them they are only its white space.
  json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu, escaped)

/** An id or name that anybody may have chosen, quoted if it is more than a plain word, with all but ASCII as \u escapes. */
export const shownName = (name: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) ? name : JSON.stringify(name).replace(/[^ -~]/g, escaped)

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    .join('')
