// The whole sentences of the product are held here and nowhere else: other tests check an error's class and the facts in
// its message. After a change of wording, `npm run catalogue` writes the file anew, and its diff is what is reviewed.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { CATALOGUE, catalogue, catalogueText, sentencesIn } from '../../scripts/catalogue.ts'
import { sentencesOf } from '../../scripts/sentences.ts'

it('holds every sentence of the product as it is now; if it does not, "npm run catalogue" writes it anew', () => {
  const sentences = catalogue()
  expect(readFileSync(CATALOGUE, 'utf8')).toBe(catalogueText(sentences))
  expect([...sentencesIn(readFileSync(CATALOGUE, 'utf8'))]).toEqual(
    [...sentences].filter(([, lines]) => lines.length > 0),
  )
})

it('shows each sentence once in a file, below the name of the file', () => {
  const sentences = new Map([
    ['cli/a.ts', ['Run "{id}" not found.']],
    ['cli/b.ts', []],
    ['core/c.ts', ['no such key', 'no such user']],
  ])
  expect(catalogueText(sentences).split('\n\n').slice(1)).toEqual([
    'cli/a.ts\n  Run "{id}" not found.',
    'core/c.ts\n  no such key\n  no such user\n',
  ])
})

describe('a sentence of a source', () => {
  it.each([
    ['a text with a space and a word', `say('No such run')`, ['No such run']],
    ['a template, with its values in braces', 'say(`Run ${run.id} not found`)', ['Run {run.id} not found']],
    [
      'a choice inside a template, as it is written',
      'say(`Run ${id}${at === null ? "" : ` at ${at}`} ends`)',
      ['Run {id}{at === null ? "" : ` at {at}`} ends'],
    ],
    ['parts that are joined', `say('No such run: ' + id + ' is unknown')`, ['No such run: {id} is unknown']],
    [
      'what a function inside a template says',
      'say(`Not these: ${ids.map((id) => `the key ${id}`)}`)',
      ['Not these: {ids.map(…)}', 'the key {id}'],
    ],
    ['a line break, as an escape', 'say(`one line\\nand another`)', ['one line\\nand another']],
    [
      'a value of a property and a default',
      `const f = (a = 'no date') => ({ a, help: 'the help' })`,
      ['no date', 'the help'],
    ],
    ['each once, in the order of the source', `say('no user'); say('no key'); say('no user')`, ['no user', 'no key']],
    ['a text in a type that is checked', `const a = 'the text' as const satisfies string`, ['the text']],
  ])('is %s', (_, source, sentences) => {
    expect(sentencesOf(source)).toEqual(sentences)
  })

  it.each([
    ['a code or a name', `say('NoSuchEntity', 'no-such', 'utf8')`],
    ['values alone', 'say(`${aa} ${bb}: ${cc.dd}`)'],
    ['a name of AWS', `say('Key Deactivated')`],
    ['a module', `import a from 'a b c'; export * from 'the other'`],
    ['a type', `type A = 'over cap' | 'no run'; let b: 'over cap'`],
    ['the name of a property', `const a = { 'no such key': 1 }; a['no such key']`],
    ['what is compared', `if (a === 'over cap' || 'no run' !== b) stop(); switch (c) { case 'the end': stop() }`],
    ['what is looked for', `text.includes('of the'); text.split(' and '); tags.get('the tag')`],
    ['a pattern', `/^of the end$/.test(a)`],
    ['a comment', `// of the end\n/* not this one */`],
  ])('is not %s', (_, source) => {
    expect(sentencesOf(source)).toEqual([])
  })
})
