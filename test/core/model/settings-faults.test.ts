import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { settingsFaults } from '../../../core/model/settings-faults.ts'
import { readSettingsYaml } from '../../../core/model/settings-yaml.ts'

/** The faults of this text by this schema. */
function faultsIn(text: string, schema: z.ZodType): string {
  const yaml = readSettingsYaml(text, 'k.yml')
  const { error } = schema.safeParse(yaml.content, { reportInput: true })
  if (error === undefined) throw new Error('expected a fault, received none')
  return settingsFaults(error, yaml, 'k.yml')
}

describe('the faults of a settings file', () => {
  it('are in the order of their lines, each a sentence, with a blank between', () => {
    const said = faultsIn('b: 1\nzzzzzzzz: 1\na: 2\n', z.strictObject({ a: z.string(), b: z.string() }))
    expect(said.match(/k\.yml:\d: /g)).toEqual(['k.yml:1: ', 'k.yml:2: ', 'k.yml:3: '])
    expect(said.match(/\S(?= k\.yml:)/g)).toEqual(['.', '.'])
    expect(said).toMatch(/ received 1\. .* zzzzzzzz\. .* received 2\.$/)
  })

  it.each([
    [1499, 1499],
    [1500, 1500],
    [1501, 1504],
  ])('of %d characters are said in %d', (length, expected) => {
    const saying = (words: string) =>
      faultsIn(
        'a: 1\n',
        z.custom(() => false, words),
      )
    const said = saying('x'.repeat(length + 1 - saying('x').length))
    expect(said).toHaveLength(expected)
    expect(said.startsWith('k.yml:1: ')).toBe(true)
    expect(said.endsWith(' ...')).toBe(expected > length)
  })
})
