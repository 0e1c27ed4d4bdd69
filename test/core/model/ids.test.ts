import { expect, it } from '@jest/globals'
import { ACCESS_KEY_ID, isRunId } from '../../../core/model/ids.ts'

it.each(['run-1', '2026.q3_a-1', '.hidden', 'a..b', 'x'.repeat(80)])("%s can be a run's id", (text) => {
  expect(isRunId(text)).toBe(true)
})

// A name that is dots alone leads out of its folder.
it.each(['', '.', '..', '...', 'x'.repeat(81), 'a/b', 'a b', 'a\n', ' a', 'ä'])("%j cannot be a run's id", (text) => {
  expect(isRunId(text)).toBe(false)
})

it.each([
  ['AKIAIDLEIDLEIDLEIDLE', true],
  ['A'.repeat(16), true],
  ['A'.repeat(15), false],
  ['A'.repeat(128), true],
  ['A'.repeat(129), false],
  ['AKIAIDLEIDLE/IDLEIDLE', false],
  ['AKIAIDLEIDLEIDLEIDLE\n', false],
])('%j is an access key id: %s', (text, is) => {
  expect(ACCESS_KEY_ID.test(text)).toBe(is)
})
