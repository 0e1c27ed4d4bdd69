// What people read is plain English: pages, messages, comments, names. Old sentences, words and names are refused; long
// sentences are counted and reported, for a person to judge.
import { globSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from '@jest/globals'
import {
  longSentences,
  OLD_NAMES,
  OLD_SENTENCES,
  OLD_WORDS,
  oldIn,
  oldSentencesIn,
  proseOf,
} from '../../scripts/english.ts'
import { ROOMS } from '../../scripts/rooms.ts'
import { textsOf } from '../../scripts/sentences.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')].toSorted()

/** All but the one in which the old things are named in order to be refused. */
const SOURCES = globSync(
  Object.keys(ROOMS).map((folder) => `${folder}/**/*.ts`),
  { exclude: ['scripts/english.ts'] },
).toSorted()

/** What is deployed or copied: its comments and descriptions are read as well. */
const DEPLOYED = [
  ...['serverless.yml', 'keysweep.yml', 'package.json'],
  ...globSync(['resources/*.yml', 'statemachine/*.json', 'stages/*', 'docs/**/*.{yml,json}', '.github/**/*.yml']),
].toSorted()

/** Tests and tools: an old name may mean something else there, but an old sentence may not come back through them. */
const TOOLS = globSync(['test/**/*.{ts,txt,md}', 'bench/**/*.ts'], {
  exclude: ['test/project/english.test.ts'],
}).toSorted()

const TESTS = TOOLS.filter((file) => /\.(test|long|full)\.ts$/.test(file))

/** The titles of tests and of groups of tests, also of those with a table of cases. */
const titlesIn = (source: string): string[] =>
  [...source.matchAll(/(?:\b(?:it|describe|test)\(|[\])]\)?\()\s*(['"`])((?:\\.|(?!\1).)+)\1,/g)].map(
    ([, , title = '']) => title,
  )

/** Old names that people or other programs know, so that they stay. */
const PUBLISHED: Record<string, { files: string[]; why: string }> = {
  explain: {
    files: ['cli/commands/explain.ts', 'cli/commands/explain-action.ts'],
    why: 'the command keysweep explain',
  },
  untold: {
    files: ['functions/write-record.ts'],
    why: 'a field of what the state machine hands to Write record: an execution may be open during an upgrade',
  },
}

const read = (file: string): string => readFileSync(file, 'utf8')
const unique = (list: string[]): string[] => [...new Set(list)].toSorted()

/** The old names among these; a published one is none in its files. */
const oldNames = (file: string, names: string[]): string[] =>
  unique(names.filter((name) => Object.hasOwn(OLD_NAMES, name) && !PUBLISHED[name]?.files.includes(file)))

const found = (page: string, olds: [RegExp, string][]) =>
  proseOf(read(page)).flatMap((line) =>
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

/** The sentences of each source, for the report at the end. */
const inProduct = new Map<string, string[]>()

describe('the product', () => {
  it.each(SOURCES)('says none of them in %s and names nothing by an old name', (file) => {
    const { sentences, comments, identifiers } = textsOf(read(file))
    expect(unique([...sentences, ...comments].flatMap(oldIn))).toEqual([])
    expect(oldNames(file, identifiers)).toEqual([])
    inProduct.set(file, sentences)
  })

  it.each(DEPLOYED)('says none of them in %s', (file) => {
    expect(unique(read(file).split('\n').flatMap(oldIn))).toEqual([])
  })

  it('says none of the old sentences in its tests and tools', () => {
    const lines = TOOLS.flatMap((file) =>
      read(file)
        .split('\n')
        .map((line) => ({ file, line })),
    )
    expect(lines.filter(({ line }) => oldSentencesIn(line).length > 0)).toEqual([])
  })

  it('says none of the old words in the titles of its tests', () => {
    const titles = TESTS.flatMap((file) => titlesIn(read(file)).map((title) => ({ file, title })))
    expect(titles.length).toBeGreaterThan(1000)
    expect(titles.filter(({ title }) => oldIn(title).length > 0)).toEqual([])
  })

  it('has every published name that is listed', () => {
    for (const [name, { files }] of Object.entries(PUBLISHED))
      for (const file of files) expect(textsOf(read(file)).identifiers).toContain(name)
  })
})

/** As version 0.1.0 wrote them, in messages, comments and pages: readers took each for something else. */
const WERE = [
  '"Nothing happened" means: not created, not used, not brought back by anybody.',
  'in use by the report',
  'used so recently that the report alone shows it',
  'Idle the least: last used never',
  'Run X cannot be asked: expected one that waits on this machine, received one that does not wait yet',
  'Noted: approve by local:root at …, without 1 key.',
  'Answer not sent: expected 3 to be typed, received nothing: there is --yes where nobody types',
  'No such run: expected one that stands in .keysweep, received nope',
  'approval never: a run on this machine asks nobody',
  'expected a directory to read and write, received EACCES',
  'Only where the store itself cannot be read or written is there none, and the run has failed.',
  'a retry makes a new token, which is good; one that a call put there which came late is not',
  'How long a question has stood: it is put in the seconds after its plan',
  'One run that is at a loss hides no other.',
  "Reasons first that may want a person's hand, the quiet ones last.",
]

describe('the check itself', () => {
  it.each(WERE)('refuses on a page, in a message and in a comment: %s', (was) => {
    const source = `// ${was}\nsay(${JSON.stringify(was)})\nsay(\`\${a} ${was.replaceAll('`', '')}\`)`
    const { sentences, comments } = textsOf(source)
    expect([...sentences, ...comments].map((text) => oldSentencesIn(text).length > 0)).toEqual([true, true, true])
    expect(proseOf(`# Page\n\n- ${was}\n`).filter((line) => oldSentencesIn(line).length > 0)).toHaveLength(1)
  })

  it('refuses each old name, wherever it names something', () => {
    for (const name of Object.keys(OLD_NAMES)) {
      const { identifiers } = textsOf(`const ${name} = 1; interface A { b: string }`)
      expect(oldNames('core/a.ts', identifiers)).toEqual([name])
    }
  })

  it('reads paragraphs, items and cells, and leaves out code', () => {
    const page =
      '# Title\n\nOne line\ngoes on.\n\n- an item\n- another\n\n| a | cell |\n|---|---|\n\n```text\nNoted: approve by\n```\n'
    expect(proseOf(page)).toEqual(['# Title', 'One line goes on.', '- an item', '- another', 'a', 'cell'])
  })

  it('counts words, code as one, and ends a sentence at its punctuation', () => {
    const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')
    expect(longSentences(`${words(25)}. ${words(26)}. ${words(24)} \`a b c\`.`)).toEqual([`${words(26)}.`])
  })

  it('reads comments over several lines, and names in any place', () => {
    const source =
      '// Whoever\n// reads it.\n/**\n * Two\n * lines. */\nconst { over: a, b } = c // end\nlet d: Order\ne.seen()\n'
    const { comments, identifiers } = textsOf(source)
    expect(comments).toEqual(['Whoever reads it.', 'Two lines.', 'end'])
    expect(oldNames('a.ts', identifiers)).toEqual(['Order', 'over', 'seen'])
    expect(oldNames('functions/write-record.ts', ['untold', 'told'])).toEqual(['told'])
    expect(comments.flatMap(oldIn)).toEqual(['whoever'])
  })

  it('takes a text for a name only where it is one', () => {
    expect(textsOf(`say('over'); /seen/.test(text) // told`).identifiers).toEqual(['say', 'test', 'text'])
  })
})

/** A value in braces counts as one word, as code in backticks does. A line break, shown as an escape, ends a sentence. */
const asProse = (text: string): string => text.replaceAll(/\{.*?\}/g, '`x`').replaceAll('\\n', '\n\n')

afterAll(() => {
  const pages = PAGES.map((page) => [page, longSentences(read(page)).length] as const)
  const texts = [...inProduct].map(
    ([file, sentences]) => [file, longSentences(sentences.map(asProse).join('\n\n')).length] as const,
  )
  const said = [...pages, ...texts].filter(([, count]) => count > 0).map(([file, count]) => `${file} ${count}`)
  process.stderr.write(`Sentences over 25 words: ${said.join(', ') || 'none'}\n`)
})
