import { expect, it } from '@jest/globals'
import { EVERY_PLAN_ASKS, onlyOldText, overCapText } from '../../../core/texts/approval-text.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

it('the reasons why a person must decide hold their numbers, and each has its sentence', () => {
  const keysCap = overCapText({ cap: 'maxKeys', stale: 30, allowed: 20 })
  const percentCap = overCapText({ cap: 'maxPercent', stale: 30, activeKeys: 100, allowed: 12.5 })
  expect(keysCap).toEqual(factsIn(30, 20, 'maxKeys'))
  expect(percentCap).toEqual(factsIn(30, 100, 'maxPercent', 12.5, '%'))
  expect(onlyOldText(2)).toEqual(factsIn(2, 'keys'))
  expect(onlyOldText(1)).toEqual(factsIn(1, 'key'))
  expectOwnSentences([EVERY_PLAN_ASKS, keysCap, percentCap, onlyOldText(1), onlyOldText(2)])
})
