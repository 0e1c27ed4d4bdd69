import { expect, it } from '@jest/globals'
import { ACCESS_KEY_ID, isRunId, isStoredRunId } from '../../../core/model/ids.ts'

it.each(['run-1', '2026.q3_a-1', '0', 'Z', 'a..b', 'a-', 'x'.repeat(80)])("%s can be a run's id", (text) => {
  expect([isRunId(text), isStoredRunId(text)]).toEqual([true, true])
})

// A new run takes none of these, as a command would take the first two for options; a store of 0.1.0 may have them.
it.each(['--yes', '-', '.hidden', '_x', '-a'])("%s can only be a stored run's id", (text) => {
  expect([isRunId(text), isStoredRunId(text)]).toEqual([false, true])
})

// A name that is dots alone leads out of its folder.
it.each([
  ...[
    '',
    '.',
    '..',
    '...',
    'x'.repeat(81),
    'a/b',
    'a b',
    'a\n',
    ' a',
    'a ',
    '\ta',
    'ä',
    "x'(id)'",
    'x;id',
    '$(id)',
    '`id`',
  ],
  // Read from right to left, without width, and a Cyrillic letter that looks like an "a".
  ...['a\u202eb', '\u200ba', 'a\u2060', 'a\u3164', '\u0430', 'a\u0000', '\ud800'],
])("%j cannot be a run's id", (text) => {
  expect([isRunId(text), isStoredRunId(text)]).toEqual([false, false])
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
