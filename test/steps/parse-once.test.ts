// A document is parsed again only if its text is another one.
import { expect, it } from '@jest/globals'
import { parseOnce } from '../../steps/parse-once.ts'

/** A parser, and the texts that it was given so far. */
function counted(mostLong?: number) {
  const texts: string[] = []
  const parsed = parseOnce((text: string, key: string): { key: string; keys: { id: string }[] } => {
    texts.push(text)
    return { key, ...JSON.parse(text) }
  }, mostLong)
  return { parsed, texts }
}

const text = JSON.stringify({ keys: [{ id: 'a' }] })
const other = JSON.stringify({ keys: [{ id: 'b' }] })

it('the same text under the same key is parsed once', () => {
  const { parsed, texts } = counted()
  expect(parsed(text, 'plan')).toEqual({ key: 'plan', keys: [{ id: 'a' }] })
  expect(parsed(text, 'plan')).toBe(parsed(text, 'plan'))
  expect(texts).toEqual([text])
})

it('another text under the same key is parsed, and so is the first one after it', () => {
  const { parsed, texts } = counted()
  parsed(text, 'plan')
  expect(parsed(other, 'plan').keys).toEqual([{ id: 'b' }])
  expect(parsed(text, 'plan').keys).toEqual([{ id: 'a' }])
  expect(texts).toEqual([text, other, text])
})

it('the same text under another key is parsed: the key is in the messages', () => {
  const { parsed, texts } = counted()
  parsed(text, 'plan')
  expect(parsed(text, 'undo').key).toBe('undo')
  expect(texts).toEqual([text, text])
})

it('no part of what others may get too can be changed', () => {
  const { parsed } = counted()
  const document = parsed(text, 'plan')
  const [key] = document.keys
  expect(() => Object.assign(document, { keys: [] })).toThrow(TypeError)
  expect(() => document.keys.push({ id: 'c' })).toThrow(TypeError)
  expect(() => Object.assign(key ?? {}, { id: 'c' })).toThrow(TypeError)
  expect(parsed(text, 'plan')).toEqual({ key: 'plan', keys: [{ id: 'a' }] })
})

it('a text that is no document is refused each time', () => {
  const { parsed, texts } = counted()
  expect(() => parsed('{', 'plan')).toThrow(SyntaxError)
  expect(() => parsed('{', 'plan')).toThrow(SyntaxError)
  expect(texts).toHaveLength(2)
})

it('the document used longest ago makes room, and 64 are kept', () => {
  const { parsed, texts } = counted()
  for (let n = 1; n <= 64; n += 1) parsed(text, `plan-${n}`)
  parsed(text, 'plan-1')
  expect(texts).toHaveLength(64)
  parsed(text, 'plan-65')
  parsed(text, 'plan-1')
  expect(texts).toHaveLength(65)
  parsed(text, 'plan-2')
  expect(texts).toHaveLength(66)
})

it.each([
  [32 * 1024, 2],
  [32 * 1024 + 1, 4],
])('two texts of %d characters that are read in turn, twice each, are parsed %d times', (length, times) => {
  const { parsed, texts } = counted()
  const long = text.padEnd(length)
  for (const key of ['plan-1', 'plan-2', 'plan-1', 'plan-2']) expect(parsed(long, key).key).toBe(key)
  expect(texts).toHaveLength(times)
})

it('one long text is parsed once where one is kept, whatever short ones are read in between', () => {
  const { parsed, texts } = counted(1)
  const long = text.padEnd(1024 * 1024)
  const first = parsed(long, 'accounts')
  for (let n = 1; n <= 100; n += 1) parsed(text, `plan-${n}`)
  expect(parsed(long, 'accounts')).toBe(first)
  expect(parsed(text, 'accounts')).toEqual(first)
  expect(parsed(long, 'accounts')).toBe(first)
  expect(texts).toHaveLength(102)
})
