// The keysweep.yml that `keysweep init` writes.
import { describe, expect, it } from '@jest/globals'
import { namesOf } from '../../../core/model/directions.ts'
import { organizationFields } from '../../../core/model/organization-fields.ts'
import { policyFields } from '../../../core/model/policy-fields.ts'
import { parseSettings, readSettings } from '../../../core/model/settings.ts'
import { settingsFields } from '../../../core/model/settings-fields.ts'
import { settingsFileText } from '../../../core/texts/settings-file-text.ts'
import { factsIn } from '../../support/error-facts.ts'

const text = settingsFileText()
const lines = text.split('\n')

/** The words of the comment above the line of a setting. */
function commentAbove(name: string): string {
  const at = lines.findIndex((line) => new RegExp(`^ *(# )?${name}: `).test(line))
  const above = lines.slice(0, at)
  const from = above.findLastIndex((line) => !/^ *# /.test(line) || /^ *# \w+: \d+$/.test(line)) + 1
  return above
    .slice(from)
    .map((line) => line.replace(/^ *# /, ''))
    .join(' ')
}

describe('a new settings file', () => {
  it('is read, and holds what holds without it', () => {
    expect(parseSettings(text)).toEqual(parseSettings(''))
  })

  it('says every setting but those whose default differs on one machine', () => {
    const { said } = readSettings(text, 'keysweep.yml')
    expect(Object.keys(said)).toEqual([...namesOf(settingsFields), 'policy', 'organization'])
    expect(Object.keys(said.organization)).toEqual(namesOf(organizationFields))
    const ofPolicy = namesOf(policyFields).filter((name) => policyFields[name].defaultOnOneMachine === undefined)
    expect(Object.keys(said.policy)).toEqual(ofPolicy)
    expect(text).toMatch(/^ {2}# concurrency: 10$/m)
    expect(commentAbove('concurrency')).toMatch(/\b10\b.*\b25\b/)
  })

  it.each([...namesOf(settingsFields)])('has the whole comment of %s above it', (name) => {
    expect(commentAbove(name)).toBe(settingsFields[name].comment)
  })

  it.each([...namesOf(policyFields)])('has the whole comment of %s above it', (name) => {
    expect(commentAbove(name)).toContain(policyFields[name].comment)
  })

  it('begins with a comment that names both programs that read it', () => {
    const head = lines.slice(0, lines.indexOf(''))
    for (const line of head) expect(line).toMatch(/^# \S/)
    expect(head.map((line) => line.slice(2)).join(' ')).toEqual(
      factsIn('keysweep', '`keysweep run`', '`serverless deploy`'),
    )
  })

  it.each([...namesOf(organizationFields)])('has the whole comment of %s in the block of organizations', (name) => {
    const { comment, default: value } = organizationFields[name]
    const block = text.slice(text.indexOf('\norganization:\n'))
    expect(block.replaceAll('\n  # ', ' ')).toContain(`${comment}\n  ${name}: `)
    expect(block).toContain(`\n  ${name}: ${JSON.stringify(value).replaceAll('"', '')}\n`)
  })

  it('has the policy and the block of organizations indented by two spaces, comments and all, and nothing else', () => {
    const at = lines.indexOf('policy:')
    const organizationAt = lines.indexOf('organization:')
    for (const line of lines.slice(0, at)) expect(line).toMatch(/^(\S|$)/)
    const [blank, comment, ...more] = lines.slice(at + 1, organizationAt).filter((line) => !/^ {2}\S/.test(line))
    expect([blank, more]).toEqual(['', []])
    expect(comment).toContain('keysweep run --organization')
    for (const line of lines.slice(organizationAt + 1, -1)) expect(line).toMatch(/^ {2}\S/)
    expect(lines.at(-1)).toBe('')
  })

  it('has words of a closed set without quotes', () => {
    const { policy, ...beside } = parseSettings('')
    const words = Object.entries({ ...beside, ...policy }).filter(([, value]) => typeof value === 'string')
    expect(words).not.toEqual([])
    for (const [name, word] of words) expect(lines.map((line) => line.trimStart())).toContain(`${name}: ${word}`)
  })

  it('has no line over 100 columns, and no line that is cut short before them', () => {
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
    const isWords = (line = '') => /^ *# /.test(line) && !/^ *# \w+: \d+$/.test(line)
    const [cut] = lines.filter((line, at) => {
      const [, next = ''] = /^ *# (\S+)/.exec(lines[at + 1] ?? '') ?? []
      return isWords(line) && isWords(lines[at + 1]) && line.length + 1 + next.length < 100
    })
    expect(cut).toBeUndefined()
  })
})
