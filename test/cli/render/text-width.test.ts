import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import stringWidth from 'string-width'
import { folded, padded, widthOf } from '../../../cli/render/text-width.ts'
import { anyText } from '../../support/any-text.ts'

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['backup-bot', 10],
    ['Müller – “é”…', 13],
    ['Mu\u0308ller', 6],
    ['\u0301', 0],
    ['山田', 4],
    ['ﾔﾏﾀﾞ', 4],
    ['ＡＢ', 4],
    ['한글', 4],
    ['한글'.normalize('NFD'), 4],
    ['🚀', 2],
    ['👍🏽', 2],
    ['👩‍💻', 2],
    ['🇯🇵', 2],
    ['1️⃣', 2],
    ['a\u200bb', 2],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns)
  })

  it('is what string-width says, also where it is not asked', () => {
    const points = Array.from({ length: 0x3000 - 0x20 }, (_, index) => String.fromCodePoint(index + 0x20))
    expect(points.filter((point) => widthOf(point) !== stringWidth(point))).toEqual([])
    fc.assert(fc.property(anyText(), (text) => widthOf(text) === stringWidth(text)))
  })
})

it.each([
  ['山田', '山田  '],
  ['ab', 'ab    '],
  ['e\u0301', 'e\u0301     '],
  ['山田太郎', '山田太郎'],
])('%j is padded to six columns', (text, wanted) => {
  expect(padded(text, 6)).toBe(wanted)
})

describe('a text is folded', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['arn:aws:iam::1', 6, ['arn:', 'aws:', 'iam::1']],
    ['abcdefgh', 6, ['abcdef', 'gh']],
    ['a  b', 4, ['a  b']],
    ['', 4, ['']],
    ['東京 大阪', 9, ['東京 大阪']],
    ['東京 大阪', 8, ['東京', '大阪']],
    ['東京都大阪府', 5, ['東京', '都大', '阪府']],
    ['x👍🏽👍🏽y', 4, ['x👍🏽', '👍🏽y']],
    ['山', 1, ['山']],
    ['a山b', 1, ['a', '山', 'b']],
  ])('%j into %i columns', (text, width, lines) => {
    expect(folded(text, width)).toEqual(lines)
  })

  it('loses nothing, and no line is too wide', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = folded(text, width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        const graphemes = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
        const widest = Math.max(width, ...graphemes.map(widthOf))
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(widest)
      }),
    )
  })
})
