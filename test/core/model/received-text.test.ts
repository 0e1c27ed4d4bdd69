import { describe, expect, it } from '@jest/globals'
import { receivedText } from '../../../core/model/received-text.ts'

const list = [1]
const around: Record<string, unknown> = { name: 'x' }
around.self = { below: [around] }

describe('what was received', () => {
  it.each<[string, unknown, string]>([
    ['a number', 8, '8'],
    ['no number', Number.NaN, 'NaN'],
    ['a number without end', -Infinity, '-Infinity'],
    ['a text', 'a\n"b"', '"a\\n\\"b\\""'],
    ['nothing', null, 'null'],
    ['a list with the same values', [1, 1, null, [1, null], 'x', 'x'], '[1,1,null,[1,null],"x","x"]'],
    ['one list in two places', { a: { b: list }, c: list, d: [list] }, '{"a":{"b":[1]},"c":[1],"d":[[1]]}'],
    ['a value in itself', around, '{"name":"x","self":{"below":["..."]}}'],
  ])('is shown as JSON on one line: %s', (_, value, text) => {
    expect(receivedText(value)).toBe(text)
  })

  it.each([
    ['x'.repeat(78), `"${'x'.repeat(78)}"`],
    ['x'.repeat(79), `"${'x'.repeat(79)}`],
  ])('is cut at 80 characters: %j', (value, text) => {
    expect(receivedText(value)).toBe(text)
  })

  it.each([
    ['\u007f', '\\u007f'],
    ['\u009f', '\\u009f'],
    ['\u00a0', '\\u00a0'],
    ['\u00ad', '\\u00ad'],
    ['\u200b', '\\u200b'],
    ['\u2028', '\\u2028'],
    ['\u2029', '\\u2029'],
    ['\u202e', '\\u202e'],
    ['\u3000', '\\u3000'],
    ['\u3164', '\\u3164'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['a b', 'a b'],
    ['é🔑', 'é🔑'],
  ])('shows what cannot be seen: %j', (character, shown) => {
    expect(receivedText(`<${character}>`)).toBe(`"<${shown}>"`)
  })
})
