// keysweep.yml as text: the line of everything in it, and what is refused as no YAML.
import { describe, expect, it } from '@jest/globals'
import { readSettingsYaml, type SettingPath } from '../../../core/model/settings-yaml.ts'
import { errorWith, messageOf } from '../../support/error-facts.ts'

const refusal = (text: string) => messageOf(() => readSettingsYaml(text, 'k.yml'))

describe('the line', () => {
  const text = '\nmode: plan\npolicy:\n  unusedDays:\n    45\n  exemptUsers:\n    - a\n    - b\n? empty\n'
  const yaml = readSettingsYaml(text, 'k.yml')

  it.each<[string, SettingPath, number, number]>([
    ['the whole', [], 2, 1],
    ['a field', ['mode'], 2, 2],
    ['a field in a field', ['policy', 'unusedDays'], 5, 4],
    ['an item', ['policy', 'exemptUsers', 1], 8, 8],
    ['a field without a value', ['empty'], 9, 9],
    ['what is inside a word', ['mode', 'x', 'y'], 2, 2],
    ['a field that is not there', ['policy', 'nothing'], 4, 4],
    ['an item that is not there', ['policy', 'exemptUsers', 2], 7, 7],
  ])('of %s (%j) is %d, and of its name %d', (_, path, line, ofName) => {
    expect([yaml.lineOf(path), yaml.lineOfName(path)]).toEqual([line, ofName])
  })

  it('is the first of an empty file', () => {
    const { content, lineOf, lineOfName } = readSettingsYaml('', 'k.yml')
    expect([content, lineOf(['mode']), lineOfName(['mode'])]).toEqual([null, 1, 1])
  })

  it('is that of a value where an alias has it from', () => {
    const { lineOf } = readSettingsYaml('a: &a\n  b:\n    1\nc: *a\n', 'k.yml')
    expect([lineOf(['c']), lineOf(['c', 'b'])]).toEqual([4, 3])
  })
})

describe('what is no YAML', () => {
  it.each<[string, string, number, (string | number)[]]>([
    ['a field twice', 'a:\n  b: 1\n  b: 2  \n', 3, ['received "b: 2"']],
    ['a second document', 'a: 1\n---\nb: 1\n', 2, ['"---"', 'multiple documents']],
    ['an alias of nothing', 'a: *x\n', 1, ['x', 'received "a: *x"']],
    ['an alias of nothing after one of something', 'a: &x 1\nb: *x\nc: *y\nd: *z\n', 3, ['y', 'received "c: *y"']],
    ['an alias of what follows it', 'a: *x\nb: &x 1\n', 1, ['received "a: *x"']],
  ])('is refused with its line: %s', (_, text, line, facts) => {
    expect(() => readSettingsYaml(text, 'k.yml')).toThrow(errorWith('SettingsRefused', `k.yml:${line}:`, ...facts))
  })

  it('is refused where aliases make much of little, with the line of the first of them', () => {
    const text = ['a: &a [1, 1]', 'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]', 'c: &c [*b, *b, *b, *b, *b, *b, *b, *b]']
    const more = ['d: &d [*c, *c, *c, *c, *c, *c, *c, *c]', 'e: [*d, *d, *d, *d]']
    expect(refusal([...text, ...more].join('\n'))).toMatch(/^k\.yml:2: /)
  })

  it('has no advice for programmers', () => expect(refusal('a: 1\n---\nb: 1\n')).not.toContain('parseAllDocuments'))

  it.each(['a: [', 'a: 1\na: 2', 'a: !!x 1', 'a: *b'])('is refused in one line: %j', (text) => {
    expect(refusal(text)).toMatch(/^k\.yml:\d: .*"$/)
  })
})
