// How lists of keys are laid out: as a table from 100 columns on, else as cards, and on no terminal is anything cut.
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import type { Lists } from '../../../cli/options/lists.ts'
import { recordText } from '../../../cli/render/record-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import type { RecordedKey } from '../../../core/model/documents/record.ts'
import { ago } from '../../support/facts.ts'
import { recordedKey, recordOf } from '../../support/records.ts'

const WIDTHS = [60, 80, 99, 100, 120, 200]

const textOf = (keys: RecordedKey[], columns: number, lists: Lists = 'first'): string =>
  recordText(recordOf({ keys, status: 'planned', ifApplied: { step: 'go', why: [] } }), {
    columns,
    colours: coloursFor({ write: () => {} }, {}),
    lists,
  })

const idOf = (index: number): string => `AKIA${String(index).padStart(16, '0')}`

/** A stale key that nothing happened to for so many days. */
const keyOf = (index: number, days: number, fields: Partial<RecordedKey> = {}): RecordedKey =>
  recordedKey({
    accessKeyId: idOf(index),
    lastUsedAt: ago(days),
    ...{ row: 'unused', values: { since: ago(days), neverUsed: false } },
    ...fields,
  } as Partial<RecordedKey>)

/** The lines of the first list: from below its title to the next empty line. */
function listOf(text: string): string[] {
  const lines = text.split('\n')
  return lines.slice(
    lines.findIndex((line) => line.startsWith('  ') && !/first$/.test(line)),
    lines.indexOf(''),
  )
}

const isTable = (lines: string[]): boolean => lines[0]?.trimStart().startsWith('User ') === true

/** The users as they can be read off a list, in its order: in a table off the first column, in cards off their titles. */
function usersIn(lines: string[]): string[] {
  if (!isTable(lines)) return lines.flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? [])
  const [head = '', ...rows] = lines
  const width = /^ {2}User +/.exec(head)?.[0].length
  const users: string[] = []
  for (const line of rows) {
    if (/AKIA\d{16}/.test(line)) users.push('')
    // A name that folds goes on below.
    users[users.length - 1] += line.slice(0, width).trim()
  }
  return users
}

const user = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019_+=,.@-'), minLength: 1, maxLength: 58 })
  .map((name) => `u${name}`)
const key = fc.record({
  user,
  owner: fc.option(
    fc.string({ unit: fc.constantFrom(...'ab .@東-'), minLength: 1, maxLength: 80 }).map((text) => `o${text}`),
  ),
  lastUsedService: fc.option(fc.constantFrom('s3', 'secretsmanager', 'monitoring')),
  lastUsedRegion: fc.option(fc.constantFrom('us-east-1', 'ap-southeast-2')),
  days: fc.integer({ min: 90, max: 3000 }),
})
const keys = fc.array(key, { minLength: 1, maxLength: 6 })

describe('a list of keys', () => {
  it('has no line that is wider than the terminal, and each id whole on one line, in one column', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 60, max: 200 }), (list, columns) => {
        const text = textOf(
          list.map(({ days, ...fields }, index) => keyOf(index, days, fields)),
          columns,
        )
        for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns)
        const places = list.map((_, index) => text.split('\n').filter((line) => line.includes(idOf(index))))
        for (const lines of places) expect(lines).toHaveLength(1)
        expect(
          new Set(places.map(([line = ''], index) => widthOf(line.slice(0, line.indexOf(idOf(index)))))).size,
        ).toBe(1)
      }),
    )
  })

  it('names every user whole, and has the longest idle first', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 62, max: 200 }), (list, columns) => {
        const lines = listOf(
          textOf(
            list.map(({ days, user }, index) => keyOf(index, days, { user, owner: null })),
            columns,
          ),
        )
        const order = list
          .map(({ user, days }, index) => ({ user, days, index }))
          .toSorted((a, b) => b.days - a.days || a.index - b.index)
        expect(usersIn(lines)).toEqual(order.map(({ user }) => user))
      }),
    )
  })

  it.each(WIDTHS)('tells two long users apart that begin alike, at %i columns', (columns) => {
    const users = ['one', 'two'].map((end) => `terraform-deploy-user-production-eu-central-1-account-${end}`)
    const text = textOf(
      users.map((user, index) => keyOf(index, 200 - index, { user, owner: null })),
      columns,
    )
    expect(usersIn(listOf(text))).toEqual(users)
  })

  it.each([60, 80])(
    'shows an owner that has no room beside its user below it, further in, at %i columns',
    (columns) => {
      const long = {
        user: 'terraform-deploy-user-for-the-shared-services',
        owner: 'platform-team-of-europe@example.com',
      }
      const lines = listOf(textOf([keyOf(1, 200, long), keyOf(2, 199, { user: 'jo', owner: 'ann' })], columns))
      expect(usersIn(lines)).toEqual([long.user, 'jo'])
      expect(lines.filter((line) => line.includes('owner')).map((line) => line.search(/\S/))).toEqual([4, 4])
    },
  )

  it.each(WIDTHS)('is a table from 100 columns on, else cards, at %i columns', (columns) => {
    expect(isTable(listOf(textOf([keyOf(1, 200)], columns)))).toBe(columns >= 100)
  })

  it.each(WIDTHS)('says of each key what there is to know, at %i columns', (columns) => {
    const rotation = { row: 'rotation', values: { createdAt: ago(400) }, lastUsedAt: ago(3) } as const
    const never = { row: 'unused', values: { since: ago(150), neverUsed: true }, lastUsedAt: null } as const
    const shown = listOf(
      textOf([keyOf(1, 200, { user: 'jo', owner: 'ann' }), keyOf(2, 3, rotation), keyOf(3, 150, never)], columns),
    )
      .join(' ')
      .replaceAll(/\s+/g, ' ')
    for (const fact of [
      /\bjo\b/,
      /\bann\b/,
      /\b200\b.*s3, eu-west-1/,
      /\b150\b.*never used/,
      /\b3\b.*rotation[,:] 400 days old/,
    ])
      expect(shown).toMatch(fact)
  })
})

describe('a long list', () => {
  const many = Array.from({ length: 60 }, (_, index) => keyOf(index, 200 + index))
  const idsIn = (text: string) => new Set(text.match(/AKIA\d{16}/g)).size

  it('shows the first 50 keys, how many more there are, and how to see them', () => {
    const text = textOf(many, 120)
    expect(idsIn(text)).toBe(50)
    expect(text).toContain(idOf(59))
    expect(text).toMatch(/^ {2}and 10 more\..*--all/m)
  })

  it('shows every key where all are asked for, and none in a summary', () => {
    expect(idsIn(textOf(many, 120, 'all'))).toBe(60)
    expect(textOf(many, 120, 'all')).not.toContain('more')
    const summary = textOf(many, 120, 'none')
    expect(idsIn(summary)).toBe(0)
    expect(summary).toMatch(/^Would be deactivated: /)
    // What is said of the order belongs to a list.
    expect(summary).not.toContain('first')
  })
})

/** Of the characters in these tests. */
const widthOf = (text: string): number => [...text].reduce((sum, one) => sum + (one === '東' ? 2 : 1), 0)
