// What a test asks of an error: its name, and the facts that its message must hold. The sentence itself is in the
// catalogue of texts (`npm run catalogue`).
import { expect } from '@jest/globals'

/**
 * Matches a text that holds each of these, in any order and as whole words: a run `run-1` is not found in `run-12`.
 * @param facts ids, numbers, names and received values; never our own words
 */
export const factsIn = (...facts: (string | number)[]) =>
  expect.stringMatching(new RegExp(`^${factsAhead(facts)}`, 's'))

/** Matches the one line by which a command ends, "keysweep: ...", that holds each of these facts. */
export const lineWith = (...facts: (string | number)[]) =>
  expect.stringMatching(new RegExp(`^${factsAhead(facts)}keysweep: [^\\n]*\\n$`))

/** Matches an error of this name whose message holds each of these facts. */
export const errorWith = (name: string, ...facts: (string | number)[]) =>
  expect.objectContaining({ name, message: factsIn(...facts) })

/**
 * Checks that each of these texts has a sentence of its own, also without the values in it: quoted ones and numbers; and
 * that the sentence has no place for a value that it was not given.
 */
export function expectOwnSentences(texts: string[]): void {
  const sentences = texts.map((text) => text.replaceAll(/"(?:[^"\\]|\\.)*"|\d+/g, ''))
  for (const sentence of sentences) expect(sentence).toMatch(/\p{L} \p{L}/u)
  for (const text of texts) expectNoGap(text)
  expect(new Set(sentences).size).toBe(texts.length)
}

/** Checks that a text says neither null nor undefined, and has no end or line that a missing word has left blank. */
export function expectNoGap(text: string): void {
  expect(text).not.toMatch(/\b(null|undefined)\b|[ ,:(]$/m)
}

/** The message of the error that this throws. */
export function messageOf(throws: () => unknown): string {
  try {
    throws()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('expected an error, received none')
}

const factsAhead = (facts: (string | number)[]): string =>
  facts.map((fact) => `(?=.*${wholeWord(String(fact))})`).join('')

function wholeWord(fact: string): string {
  const before = /^\w/.test(fact) ? '(?<![\\w-])' : ''
  const after = /\w$/.test(fact) ? '(?![\\w-])' : ''
  return before + fact.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&') + after
}
