// Text from elsewhere is made safe in one place, for a terminal, a mail and a spreadsheet.
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { plain, plainAll, plainJson, plainLine, shownName } from '../../../core/texts/plain.ts'
import { anyCharacter, anyText } from '../../support/any-text.ts'

describe('text from the account', () => {
  it.each([
    ['\x1b[2J\x1b[1;1Hgone', 'gone'],
    ['\x1b]0;title\x07name', 'name'],
    ['a\r\nb\tc', 'a b c'],
    ['user\u202etxt.exe', 'usertxt.exe'],
    ['zero\u200bwidth\u0000', 'zerowidth'],
    ['\u009b31mred', 'red'],
    ['ünïcode 日本 🔑', 'ünïcode 日本 🔑'],
    ['ann\n\nTo approve:\u001b[2K\u202egnp.exe\u2028x', 'ann To approve:gnp.exe x'],
    ['a\vb\fc', 'a b c'],
    ['ann      owner\u00a0\u3000 \u2003x', 'ann owner x'],
    ['a \x1b[0m b', 'a b'],
    ['hangul\u3164\u115f\uffa0 filler', 'hangul filler'],
    ['variation\ufe0f\u034f\u180b', 'variation'],
  ])('%j is printed as %j', (text, printed) => {
    expect(plain(text)).toBe(printed)
  })

  it('never holds a control character when printed, and is one line', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(plain(text)).not.toMatch(/\s\s/)
        expect(plainLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it.each([
    ['Run:      run-1', 'Run:      run-1'],
    ["show --store 'a  b'", "show --store 'a  b'"],
    ['a \r\n  b\tc\u00a0d', 'a b c d'],
    ['\x1b[1mRun:\u202e  x', 'Run:  x'],
  ])('within a line of ours, %j, keeps the spaces that lay it out', (line, printed) => {
    expect(plainLine(line)).toBe(printed)
  })

  it('is made safe in every field of a record', () => {
    expect(plainAll({ a: ['\x1b[1mx'], b: { c: 'y\u0000', d: null, e: 1 } })).toEqual({
      a: ['x'],
      b: { c: 'y', d: null, e: 1 },
    })
  })

  it('says the same as JSON, with nothing in it that a terminal acts on', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: anyCharacter }), (value) => {
        const json = plainJson(JSON.stringify(value))
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{DI}]/u)
      }),
    )
  })
})

describe('a name that anybody may have chosen', () => {
  it.each([
    ['run-1', 'run-1'],
    ['--yes', '"--yes"'],
    ['', '""'],
    ["x'(id)'", '"x\'(id)\'"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['\u0430dmin', '"\\u0430dmin"'],
    ['a\u200b\n', '"a\\u200b\\n"'],
    ['🔑', '"\\ud83d\\udd11"'],
  ])('%j is shown as %s', (name, shown) => {
    expect(shownName(name)).toBe(shown)
  })

  it('is shown in ASCII, on one line, and can be told from any other', () => {
    fc.assert(
      fc.property(anyText(), (name) => {
        const shown = shownName(name)
        expect(shown).toMatch(/^[ -~]*$/)
        expect(shown.startsWith('"') ? JSON.parse(shown) : shown).toBe(name)
      }),
    )
  })
})
