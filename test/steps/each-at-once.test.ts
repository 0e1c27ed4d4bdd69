// How many calls to the run store a step makes at once.
import { expect, it } from '@jest/globals'
import { eachAtOnce } from '../../steps/each-at-once.ts'
import { countAtOnce } from '../support/at-once.ts'

it('20 calls are made at once, and what was found is in the order of the items', async () => {
  const { counted, most } = countAtOnce()
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  expect(
    await eachAtOnce(
      numbers,
      counted(async (n) => n * 2),
    ),
  ).toEqual(numbers.map((n) => n * 2))
  expect(most()).toBe(20)
})
