// What a test asks of an error: its name, and the facts that its message must hold. The sentence itself is in the
// catalogue of texts (`npm run catalogue`).
import { expect } from '@jest/globals'

/**
 * Matches a text that holds each of these, in any order and as whole words: a run `run-1` is not found in `run-12`.
 * @param facts ids, numbers, names and received values; never our own words
 */
export const factsIn = (...facts: (string | number)[]) =>
  expect.stringMatching(new RegExp(`^${facts.map((fact) => `(?=.*${wholeWord(String(fact))})`).join('')}`, 's'))

/** Matches an error of this name whose message holds each of these facts. */
export const errorWith = (name: string, ...facts: (string | number)[]) =>
  expect.objectContaining({ name, message: factsIn(...facts) })

function wholeWord(fact: string): string {
  const before = /^\w/.test(fact) ? '(?<![\\w-])' : ''
  const after = /\w$/.test(fact) ? '(?![\\w-])' : ''
  return before + fact.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&') + after
}
