import { describe, expect, it } from '@jest/globals'
import {
  add,
  type Direction,
  free,
  joinFields,
  larger,
  largerOrOff,
  loosenedFields,
  namesOf,
  smaller,
  stricter,
  union,
  within,
} from '../../../core/model/directions.ts'

const level = stricter<'low' | 'middle' | 'high'>({ low: ['middle', 'high'], middle: ['high'], high: [] })
const anything = free('it is shown to people alone')

/** [direction, deployed, asked, whether that loosens, what holds where it does not]. */
const row = <T>(direction: Direction<T>, deployed: T, asked: T, loosens: boolean, joined: T = asked) =>
  [direction as Direction<unknown>, deployed, asked, loosens, joined] as const

it.each([
  row(smaller, 5, 4, false),
  row(smaller, 5, 5, false),
  row(smaller, 5, 6, true),
  row(larger, 5, 6, false),
  row(larger, 5, 5, false),
  row(larger, 5, 4, true),
  row(largerOrOff, 5, 6, false),
  row(largerOrOff, 5, 5, false),
  row(largerOrOff, 5, 4, true),
  row(largerOrOff, 5, null, false),
  row(largerOrOff, null, 5, true),
  row(largerOrOff, null, null, false),
  row(add, ['a'], ['b', 'a'], false, ['a', 'b']),
  row(add, ['a'], [], false, ['a']),
  row(within, ['a', 'b'], ['b'], false),
  row(within, ['a', 'b'], [], false),
  row(within, ['a', 'b'], ['b', 'c'], true),
  row(within, ['a'], null, true),
  row(within, null, ['a'], false),
  row(within, null, null, false),
  row(level, 'middle', 'high', false),
  row(level, 'middle', 'middle', false),
  row(level, 'middle', 'low', true),
  row(level, 'high', 'middle', true),
  row(anything as Direction<unknown>, 1, 2, false),
])('%j: from %j to %j loosens: %j, and else %j holds', (direction, deployed, asked, loosens, joined) => {
  expect(direction.loosens(deployed, asked)).toBe(loosens)
  expect(direction.join(deployed, asked)).toEqual(joined)
})

it('each direction has words of its own', () => {
  const words = [smaller, larger, largerOrOff, add, within, level, anything].map(({ says }) => says)
  expect(new Set(words).size).toBe(words.length)
  for (const text of words) expect(text).toMatch(/^[a-z]+/)
  expect(anything.says).toContain('it is shown to people alone')
})

describe('a table of fields', () => {
  const table = { most: { tightens: smaller }, term: { tightens: largerOrOff }, names: { tightens: add } }
  const deployed = { most: 5, term: null, names: ['a'] }
  it('joins what was said, and leaves the rest and what was deployed', () => {
    const before = structuredClone(deployed)
    const joined = joinFields<{ most: number; term: number | null; names: string[] }>(table, deployed, {
      most: 3,
      term: undefined,
      names: ['b'],
    })
    expect(joined).toEqual({ most: 3, term: null, names: ['a', 'b'] })
    expect(deployed).toEqual(before)
  })
  it('names the fields that loosen, in its own order', () => {
    const loosened = (said: { most?: number; term?: number | null; names?: string[] }) =>
      loosenedFields<{ most: number; term: number | null; names: string[] }>(table, deployed, said)
    expect(loosened({ names: ['b'], term: 90, most: 6 })).toEqual(['most', 'term'])
    expect(loosened({ most: 5, term: null })).toEqual([])
    expect(loosened({})).toEqual([])
    expect(namesOf(table)).toEqual(['most', 'term', 'names'])
  })
})

it('two lists are one, each entry once', () => {
  expect(union(['b', 'a', 'b'], ['c', 'a'])).toEqual(['b', 'a', 'c'])
})
