import { expect, it } from '@jest/globals'
import { countOf, keysOf } from '../../../core/texts/counts.ts'

it.each([
  [0, '0 keys'],
  [1, '1 key'],
  [2, '2 keys'],
])('%i is "%s"', (count, text) => {
  expect(keysOf(count)).toBe(text)
})

it.each([
  [1, '1 retry'],
  [2, '2 retries'],
])('%i with a plural of its own is "%s"', (count, text) => {
  expect(countOf(count, 'retry', 'retries')).toBe(text)
})
