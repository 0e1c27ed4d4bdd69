// Parses a document once for all who read it. A run reads its input again for each key, because a read must show what is
// stored now; but as long as the text is the same, so is what it says.
import { makeNewest } from '../core/model/newest.ts'

/** More than the accounts that an organization run works on at once in one thread. */
const MOST_SHORT = 64

/** In UTF-16 code units. The documents of a run that are read again for each key are shorter. */
const LONGEST_SHORT = 32 * 1024

/**
 * Keeps the last documents that it parsed, with their whole text: another text under the same key is parsed again.
 * @param parse of one kind of document; what it returns depends on the text alone. What it throws is not kept
 * @param mostLong how many longer texts to keep as well
 * @returns the document, which cannot be changed, because others may get it too
 */
export function parseOnce<T>(parse: (text: string, key: string) => T, mostLong = 0): (text: string, key: string) => T {
  const short = makeNewest<{ text: string; document: T }>(MOST_SHORT)
  const long = makeNewest<{ text: string; document: T }>(mostLong)
  return (text, key) => {
    const kept = text.length <= LONGEST_SHORT ? short : long
    const found = kept.get(key)
    if (found?.text === text) return found.document
    const document = frozen(parse(text, key))
    kept.set(key, { text, document })
    return document
  }
}

/** The value, of which no part can be changed any more. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
