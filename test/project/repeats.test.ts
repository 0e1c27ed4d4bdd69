// A rewording costs one file, the catalogue: other tests ask for the facts in a message and do not repeat its sentence.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { STATUSES } from '../../core/model/closed-sets.ts'
import { CATALOGUE, sentencesIn } from '../../scripts/catalogue.ts'
import { phrasesOf, repeatedIn } from './repeats.ts'

/** Tests whose texts are to be the product's: the catalogue's own, and the sentences of 0.1.0, which stay. And AWS's own. */
const HOLD_SENTENCES = /^test\/(texts\/|project\/repeats\.test|core\/model\/reasons-0\.1\.0|support\/sfn-endpoint)/

function repeatsByFile(): Record<string, string[]> {
  // The test of the catalogue compares it with the sources.
  const sentences = [...sentencesIn(readFileSync(CATALOGUE, 'utf8'))]
  const phrases = phrasesOf(sentences.flatMap(([file, lines]) => (file.startsWith('demo/') ? [] : lines)))
  // A status is a value, which documents hold.
  for (const phrase of phrasesOf([...STATUSES])) phrases.delete(phrase)
  const tests = globSync('test/**/*.ts').filter((file) => !HOLD_SENTENCES.test(file))
  const repeats = tests.toSorted().map((file) => [file, repeatedIn(readFileSync(file, 'utf8'), phrases)] as const)
  return Object.fromEntries(repeats.filter(([, list]) => list.length > 0))
}

describe('a test asks for facts', () => {
  it('and repeats no sentence', () => {
    expect(repeatsByFile()).toEqual({})
  })
})

describe('what a test repeats of our sentences', () => {
  const phrases = phrasesOf([
    'Run {id} is not waiting for approval.',
    'No run waits for an answer',
    'It is not in the store.',
  ])
  it.each([
    ['a text', `expect(a).toBe('keysweep: no run waits for an answer')`],
    ['a template', 'expect(a).toBe(`Run ${id} is not waiting for approval on it`)'],
    ['a pattern', '/is not waiting for approval$/.test(a)'],
    ['a row, after its title', `it.each([['title', 'is not waiting for approval']])('%s', f)`],
    ['a list of texts', `expect(a).toEqual(['no run waits for an answer', 'b'])`],
  ])('is found in %s', (_, source) => {
    expect(repeatedIn(source, phrases)).toHaveLength(1)
  })
  it.each([
    ['three of its words', `expect(a).toBe('keysweep: no run waits')`],
    ['common words only', `expect(a).toBe('b is not in the plan')`],
    ['a title', `it('says that no run waits for an answer', f); describe('no run waits for an answer', f)`],
    ['a title over a table, and of its rows', `it.each([['no run waits for an answer', 1]])('no run waits for %s', f)`],
    ['a comment', `// no run waits for an answer`],
  ])('is not %s', (_, source) => {
    expect(repeatedIn(source, phrases)).toEqual([])
  })
})
