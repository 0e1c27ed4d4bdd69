import { expect, it } from '@jest/globals'
import { accountsOf, countOf, keysOf, plannedKeysOf } from '../../../core/texts/counts.ts'
import { factsIn } from '../../support/error-facts.ts'

it.each([
  [0, '0 keys'],
  [1, '1 key'],
  [2, '2 keys'],
])('%i is "%s"', (count, text) => {
  expect(keysOf(count)).toBe(text)
})

it.each([
  [1, '1 account'],
  [2, '2 accounts'],
])('%i of accounts is "%s"', (count, text) => {
  expect(accountsOf(count)).toBe(text)
})

it.each([
  [1, '1 retry'],
  [2, '2 retries'],
])('%i with a plural of its own is "%s"', (count, text) => {
  expect(countOf(count, 'retry', 'retries')).toBe(text)
})

it.each([
  ['all of them', 35, 35, [35], 'keys'],
  ['the only one', 1, 1, [1], 'key'],
  ['none of none', 0, 0, [0], 'keys'],
  ['some of them', 500, 812, [500, 812], 'keys'],
  ['all but one', 811, 812, [811, 812], 'keys'],
  ['none of one', 0, 1, [0, 1], 'key'],
])('of stale keys %s are planned: how many, and of how many if not of all', (_, planned, stale, numbers, noun) => {
  const text = plannedKeysOf(planned, stale)
  expect(text.match(/\d+/g)?.map(Number)).toEqual(numbers)
  expect(text).toEqual(factsIn(noun))
})
