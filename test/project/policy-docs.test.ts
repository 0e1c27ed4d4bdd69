// What keysweep.yml, the README and the docs say of the settings, held to their tables.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import * as z from 'zod'
import { namesOf } from '../../core/model/directions.ts'
import { organizationFields } from '../../core/model/organization-fields.ts'
import { DEFAULT_ORGANIZATION, DEFAULT_POLICY, DEFAULT_SETTINGS } from '../../core/model/policy.ts'
import { policyFields } from '../../core/model/policy-fields.ts'
import { settingsFields } from '../../core/model/settings-fields.ts'
import { settingsFileText } from '../../core/texts/settings-file-text.ts'

const text = readFileSync('keysweep.yml', 'utf8')
const fields = { ...settingsFields, ...policyFields }

/** "1 to 40" must be what the field's schema takes, and nothing beyond. */
function rangeHolds(name: keyof typeof fields, said: string): void {
  const [, least, most] = /(\d+) to (\d+)/.exec(said)?.map(Number) ?? []
  if (least === undefined || most === undefined) return
  const taken = [least - 1, least, most, most + 1].map((value) => fields[name].schema(z).safeParse(value).success)
  expect(taken).toEqual([false, true, true, false])
}

describe('keysweep.yml', () => {
  it('is what `keysweep init` writes: if not, write it again', () => {
    expect(text).toBe(settingsFileText())
  })

  it('shows every setting in the order of the tables, with its default', () => {
    // A setting whose default differs on one machine stands there as a comment.
    const shown = parse(text.replaceAll(/^( *)# (\w+: \d+)$/gm, '$1$2'))
    for (const name of namesOf(policyFields))
      expect(name in parse(text).policy).toBe(policyFields[name].defaultOnOneMachine === undefined)
    expect(shown).toEqual({ ...DEFAULT_SETTINGS, policy: DEFAULT_POLICY, organization: DEFAULT_ORGANIZATION })
    expect(Object.keys(shown)).toEqual([...namesOf(settingsFields), 'policy', 'organization'])
    expect(Object.keys(shown.policy)).toEqual(namesOf(policyFields))
    expect(Object.keys(shown.organization)).toEqual(namesOf(organizationFields))
  })

  it.each(namesOf(fields))('says above %s, or above the one before it, what it is', (name) => {
    const above = text.slice(0, new RegExp(`^ *(?:# )?${name}:`, 'm').exec(text)?.index)
    const comment = /(?:^ *#.*\n)+(?:^ *\w+:.*\n)?$/m.exec(above)?.[0] ?? ''
    expect(comment).toMatch(/^ *# \w/)
    rangeHolds(name, comment)
  })
})

it.each(namesOf(policyFields))('the help of %s gives the range that its schema takes', (name) => {
  rangeHolds(name, policyFields[name].help)
})

describe.each(['README.md', ...globSync('docs/**/*.md')])('%s', (file) => {
  const page = readFileSync(file, 'utf8')

  it('gives a setting in brackets its default', () => {
    for (const [, name = '', value] of page.matchAll(/`(\w+)` \((\d+)/g))
      if (name in fields) expect([name, Number(value)]).toEqual([name, fields[name as keyof typeof fields].default])
  })

  it('names no setting that there is not', () => {
    const named = [...page.matchAll(/`((?:max(?!Attempts)|exempt)[A-Z]\w*|\w+Days)(?::[^`]*)?`/g)].map(
      ([, name = '']) => name,
    )
    expect(named.filter((name) => !(name in fields || name in organizationFields))).toEqual([])
  })
})

it('the README gives the default of each cap and of the unused term', () => {
  const readme = readFileSync('README.md', 'utf8')
  for (const name of ['unusedDays', 'maxKeys', 'maxPercent'] as const)
    expect(readme).toContain(`\`${name}\` (${policyFields[name].default}`)
})
