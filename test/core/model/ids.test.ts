import { describe, expect, it } from '@jest/globals'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_IN_WORDS,
  accountRunId,
  isOrganizationRunId,
  isRunId,
  isStoredRunId,
  isUserName,
  partsOfAccountRunId,
  RUN_ID_IN_WORDS,
  SHA256,
  STORED_RUN_ID_IN_WORDS,
  USER_NAME_IN_WORDS,
} from '../../../core/model/ids.ts'
import { factsIn } from '../../support/error-facts.ts'

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

it.each([
  ['alice', true],
  ['Smith,John', true],
  ['a+b=c.d@e-f_0', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['<root_account>', false],
  ['a b', false],
  ['ops/alice', false],
  ['alice\n', false],
  ['*', false],
  ['josé', false],
])("%j is an IAM user's name: %s", (text, is) => {
  expect(isUserName(text)).toBe(is)
})

it.each([
  ['0123456789abcdef'.repeat(4), true],
  ['0'.repeat(63), false],
  ['0'.repeat(65), false],
  ['A'.repeat(64), false],
  ['g'.repeat(64), false],
  [`${'0'.repeat(64)}\n`, false],
  [` ${'0'.repeat(64)}`, false],
])('%j names a plan: %s', (text, is) => {
  expect(SHA256.test(text)).toBe(is)
})

it.each([
  ['of a new run', RUN_ID_IN_WORDS, [1, 80, '"."', '"_"', '"-"', 'begin']],
  ['of a stored run', STORED_RUN_ID_IN_WORDS, [1, 80, '"."', '"_"', '"-"', 'dots']],
  ['of an access key', ACCESS_KEY_ID_IN_WORDS, [16, 128, '"_"']],
  ['of a user', USER_NAME_IN_WORDS, [1, 64, '_', '+', '=', ',', '.', '@', '-']],
])('the rule %s in words has its lengths and signs', (_, words, facts) => {
  expect(words).toEqual(factsIn(...facts))
})

it('the example of an access key id is one', () => {
  const [example = ''] = ACCESS_KEY_ID_IN_WORDS.match(/AKIA\w+/) ?? []
  expect(ACCESS_KEY_ID.test(example)).toBe(true)
})

it("an organization run's id leaves room for a phase and an account in the name of an STS session, and has no dot", () => {
  for (const text of ['o', 'Org_1-a', 'x'.repeat(44)]) expect(isOrganizationRunId(text)).toBe(true)
  for (const text of ['', '-o', '_o', 'a.b', 'a b', 'x'.repeat(45)]) expect(isOrganizationRunId(text)).toBe(false)
  const longest = accountRunId('x'.repeat(44), 'survey', '111122223333')
  expect(longest).toBe(`${'x'.repeat(44)}-survey-111122223333`)
  expect([longest.length, isRunId(longest)]).toEqual([64, true])
})

describe('the id of a run in one account', () => {
  it.each<[string, ReturnType<typeof partsOfAccountRunId>]>([
    ['org-1-survey-111122223333', { organizationRun: 'org-1', phase: 'survey', account: '111122223333' }],
    [
      'a-change-111122223333-undo-444455556666',
      { organizationRun: 'a-change-111122223333', phase: 'undo', account: '444455556666' },
    ],
    ['a-undo-444455556666', { organizationRun: 'a', phase: 'undo', account: '444455556666' }],
    ['-survey-111122223333', null],
    ['a.b-survey-111122223333', null],
    ['a-survey-11112222333', null],
    ['a-delete-111122223333', null],
    [`${'a'.repeat(45)}-survey-111122223333`, null],
    ['org-1', null],
  ])('%s has parts of which the same id is made, or none', (id, parts) => {
    expect(partsOfAccountRunId(id)).toEqual(parts)
    if (parts !== null) expect(accountRunId(parts.organizationRun, parts.phase, parts.account)).toBe(id)
  })
})
