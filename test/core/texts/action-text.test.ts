import { expect, it } from '@jest/globals'
import { ACTION_EFFECTS, ACTIONS } from '../../../core/model/closed-sets.ts'
import { ACTION_WORDS } from '../../../core/texts/action-text.ts'
import { factsIn } from '../../support/error-facts.ts'

it.each([...ACTIONS])('the words of %s say what would be done, and what was not done', (action) => {
  const words = ACTION_WORDS[action]
  expect(words.wouldBe).toEqual(factsIn(ACTION_EFFECTS[action].outcome))
  expect(words.wouldBe).not.toBe(ACTION_EFFECTS[action].outcome)
  expect(words.notDone).toMatch(/^\p{Lu}\S* (.* )?\p{L}/u)
})

it('the two actions share no words', () => {
  const all = ACTIONS.flatMap((action) => Object.values(ACTION_WORDS[action]))
  expect(new Set(all).size).toBe(all.length)
})
