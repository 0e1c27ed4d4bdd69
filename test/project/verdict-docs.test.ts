import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { RULES, VERDICT_ROWS } from '../../core/model/closed-sets.ts'
import { ROW_NAMES } from '../../core/texts/verdict-text.ts'

it('docs/verdicts.md has every row of the verdict table, in order, with its verdict', () => {
  const page = readFileSync('docs/verdicts.md', 'utf8')
  const rows = page.slice(page.indexOf('| row |')).split('\n\n')[0]?.split('\n').slice(2) ?? []
  const shown = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  expect(shown.map(([, name]) => name)).toEqual(VERDICT_ROWS.map((row) => ROW_NAMES[row]))
  const stale = shown.filter(([, , , verdict]) => verdict?.startsWith('**stale**')).map(([, name]) => name)
  expect(stale).toEqual(RULES.map((row) => ROW_NAMES[row]))
})
