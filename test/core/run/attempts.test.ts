import { expect, it } from '@jest/globals'
import { attemptsFrom, intentName, refusedName } from '../../../core/run/attempts.ts'

it('the intents of a key are numbered from the second on, and the refusals from the first', () => {
  expect([1, 2, 10].map(intentName)).toEqual(['intent', 'intent-2', 'intent-10'])
  expect([1, 2, 10].map(refusedName)).toEqual(['refused-1', 'refused-2', 'refused-10'])
})

it('a tenth attempt is read back like a first', () => {
  const names = Array.from({ length: 10 }, (_, index) => [intentName(index + 1), refusedName(index + 1)]).flat()
  expect(attemptsFrom(names)).toMatchObject({ count: 10, sent: false })
})

it.each(['an-intent', 'intent-2-draft', 'intents', 'refused-1-draft', 'not-refused-1'])(
  'what somebody named %s is no attempt and no refusal',
  (name) => {
    expect(attemptsFrom(['intent', name])).toMatchObject({ count: 1, sent: true })
  },
)
