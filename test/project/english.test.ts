// What people read is plain English. Old sentences are refused; long ones are counted and reported, for a person to judge.
import { globSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from '@jest/globals'
import { longSentences, OLD_SENTENCES, OLD_WORDS, proseOf } from '../../scripts/english.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')].toSorted()

const found = (page: string, olds: [RegExp, string][]) =>
  proseOf(readFileSync(page, 'utf8')).flatMap((line) =>
    olds.filter(([old]) => old.test(line)).map(([old, use]) => `${old}, use "${use}": ${line}`),
  )

describe.each(PAGES)('%s', (page) => {
  it('has none of the sentences that readers did not understand', () => {
    expect(found(page, OLD_SENTENCES)).toEqual([])
  })

  it('has none of the words that lead to such sentences', () => {
    expect(found(page, OLD_WORDS)).toEqual([])
  })
})

describe('the check itself', () => {
  it('reads paragraphs, items and cells, and leaves out code', () => {
    const page =
      '# Title\n\nOne line\ngoes on.\n\n- an item\n- another\n\n| a | cell |\n|---|---|\n\n```text\nNoted: approve by\n```\n'
    expect(proseOf(page)).toEqual(['# Title', 'One line goes on.', '- an item', '- another', 'a', 'cell'])
  })

  it('counts words, code as one, and ends a sentence at its punctuation', () => {
    const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')
    expect(longSentences(`${words(25)}. ${words(26)}. ${words(24)} \`a b c\`.`)).toEqual([`${words(26)}.`])
  })
})

afterAll(() => {
  const counts = PAGES.map((page) => [page, longSentences(readFileSync(page, 'utf8')).length] as const)
  const said = counts.filter(([, count]) => count > 0).map(([page, count]) => `${page} ${count}`)
  process.stderr.write(`Sentences over 25 words: ${said.join(', ') || 'none'}\n`)
})
