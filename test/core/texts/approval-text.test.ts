import { expect, it } from '@jest/globals'
import { ANSWERS, APPLY_STEPS } from '../../../core/model/closed-sets.ts'
import {
  ANSWERED_WORDS,
  EVERY_PLAN_ASKS,
  IF_APPLIED_WORDS,
  onlyOldText,
  overCapText,
} from '../../../core/texts/approval-text.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

it('the reasons why a person must decide hold their numbers, and each has its sentence', () => {
  const keysCap = overCapText({ cap: 'maxKeys', stale: 30, allowed: 20 })
  const percentCap = overCapText({ cap: 'maxPercent', stale: 30, activeKeys: 100, allowed: 12.5 })
  expect(keysCap).toEqual(factsIn(30, 20, 'maxKeys'))
  expect(overCapText({ cap: 'maxKeys', stale: 1, allowed: 0 })).toEqual(factsIn('1 stale key, '))
  expect(percentCap).toEqual(factsIn(30, 100, 'maxPercent', 12.5, '%'))
  expect(onlyOldText(2)).toEqual(factsIn(2, 'keys'))
  expect(onlyOldText(1)).toEqual(factsIn(1, 'key'))
  expectOwnSentences([EVERY_PLAN_ASKS, keysCap, percentCap, onlyOldText(1), onlyOldText(2)])
})

it.each([...APPLY_STEPS])('what a plan would do, if applied, names the step "%s"', (step) => {
  expect(IF_APPLIED_WORDS[step]).toEqual(factsIn(step))
  expect(IF_APPLIED_WORDS[step]).not.toBe(step)
})

it.each([...ANSWERS])('what a plan was after "%s" is the form of that verb', (answer) => {
  expect(ANSWERED_WORDS[answer].startsWith(answer)).toBe(true)
  expect(ANSWERED_WORDS[answer]).toMatch(/^\w+ed$/)
})
