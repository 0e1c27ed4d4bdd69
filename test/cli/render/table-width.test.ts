// A table on a terminal: columns are aligned and cut by what the terminal shows, not by UTF-16 units.
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import stringWidth from 'string-width'
import { recordText } from '../../../cli/render/record-text.ts'
import { type Column, table } from '../../../cli/render/table.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import { foldedName } from '../../../cli/render/text-width.ts'
import { plain } from '../../../core/texts/plain.ts'
import { recordOf, SOON } from '../../support/records.ts'

const colours = coloursFor({ write: () => {} }, {})

/** As terminals go by wcwidth(3): a second opinion on string-width, for the characters of these tests. */
const WIDE =
  /^(\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60])/u
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const graphemesOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)
const columnsOf = (text: string): number =>
  graphemesOf(text).reduce((sum, one) => sum + (/^\p{M}+$/u.test(one) ? 0 : WIDE.test(one) ? 2 : 1), 0)

interface Row {
  user: string
  id: string
  owner: string
}

const COLUMNS: Column<Row>[] = [
  { head: 'User', cell: ({ user }) => user, least: 12, fold: foldedName },
  { head: 'Access key', cell: ({ id }) => id },
  { head: 'Owner', cell: ({ owner }) => owner },
]
const ID = 'AKIA2222222222222222'
const rowOf = (user: string, owner: string): Row => ({ user, id: ID, owner })

const ROWS = [
  rowOf('backup-bot', 'ann@example.com'),
  rowOf('山田太郎', '東京インフラストラクチャー部 山田太郎'),
  rowOf('データ基盤バッチ処理', '株式会社キースイープ情報システム本部クラウド基盤グループ運用チーム夜間当番'),
  rowOf('deploy-🚀-🇯🇵🇯🇵', '🚀 launch team 🇯🇵 👍🏽'),
  rowOf('Rene\u0301e-Zoe\u0308-Andre\u0301', 'Rene\u0301e Mu\u0308ller, Nin\u0303o'),
  rowOf('김철수', '인프라 팀'),
  rowOf('한글', '한글 팀'.normalize('NFD')),
]

describe('a table of names in any script', () => {
  it('aligns its columns by what a terminal shows', () => {
    expect(table(ROWS, COLUMNS, { columns: 60, colours })).toEqual([
      '  User               Access key            Owner',
      `  backup-bot         ${ID}  ann@example.com`,
      `  山田太郎           ${ID}  東京インフラスト`,
      '                                           ラクチャー部',
      '                                           山田太郎',
      `  データ基盤バッチ   ${ID}  株式会社キースイ`,
      '  処理                                     ープ情報システム',
      '                                           本部クラウド基盤',
      '                                           グループ運用チー',
      '                                           ム夜間当番',
      `  deploy-🚀-🇯🇵🇯🇵     ${ID}  🚀 launch team 🇯🇵`,
      '                                           👍🏽',
      `  Rene\u0301e-Zoe\u0308-Andre\u0301    ${ID}  Rene\u0301e Mu\u0308ller,`,
      '                                           Nin\u0303o',
      `  김철수             ${ID}  인프라 팀`,
      `  한글               ${ID}  ${'한글 팀'.normalize('NFD')}`,
    ])
  })

  it.each([60, 80, 120])('keeps to %i columns, and shows the last column whole', (columns) => {
    const lines = table(ROWS, COLUMNS, { columns, colours })
    for (const line of lines) {
      expect(stringWidth(line)).toBe(columnsOf(line))
      expect(columnsOf(line)).toBeLessThanOrEqual(columns)
    }
    expect(joined(lines)).toBe(ROWS.map(({ owner }) => owner.replaceAll(' ', '')).join(''))
  })

  it('keeps to its width, its columns and its graphemes, whatever it is given', () => {
    const piece = fc.constantFrom(
      'a',
      'B-',
      ' ',
      '日',
      '本',
      'ｶ',
      'e\u0301',
      '👍🏽',
      '👩🏽‍💻',
      '🇯🇵',
      '한',
      '🚀',
      '１',
      '…',
    )
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => plain(pieces.join('')).trim())
    const rows = fc.array(fc.record({ user: text, id: fc.constant(ID), owner: text }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 60, max: 140 }), (rows, columns) => {
        const lines = table(rows, COLUMNS, { columns, colours })
        const at = columnsOf(lines[0]?.split('Owner')[0] ?? '')
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns)
          if (line.includes(ID)) expect(columnsOf(`${line.split(ID)[0]}${ID}  `)).toBe(at)
        }
        const shown = lines.slice(1).map((line) => after(line, at))
        const graphemes = rows.flatMap(({ owner }) => graphemesOf(owner))
        expect(shown.flatMap(graphemesOf).filter((one) => one !== ' ')).toEqual(graphemes.filter((one) => one !== ' '))
      }),
    )
  })
})

it.each([60, 80, 120])('a record at %i columns shows a Japanese owner whole', (columns) => {
  const owner = '東京インフラストラクチャー部運用チーム山田太郎'
  const record = recordOf({
    keys: [
      { ...SOON, owner },
      { ...SOON, user: 'jo', owner: 'ann@example.com' },
    ],
  })
  const lines = recordText(record, { columns, colours }).split('\n')
  for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
  expect(lines.join('')).toContain(owner)
})

/** What the lines show of the last column, without spaces. */
function joined(lines: string[]): string {
  const at = columnsOf(lines[0]?.split('Owner')[0] ?? '')
  return lines
    .slice(1)
    .map((line) => after(line, at))
    .join('')
    .replaceAll(' ', '')
}

/** A line without its first columns of the terminal. */
function after(line: string, columns: number): string {
  let width = 0
  return graphemesOf(line)
    .filter((grapheme) => {
      const before = width
      width += columnsOf(grapheme)
      return before >= columns
    })
    .join('')
}
