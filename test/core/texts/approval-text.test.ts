import { expect, it } from '@jest/globals'
import { EVERY_PLAN_ASKS, onlyOldText, overCapText } from '../../../core/texts/approval-text.ts'

it('the reasons why a person must decide, in words', () => {
  expect([
    EVERY_PLAN_ASKS,
    overCapText({ cap: 'maxKeys', stale: 30, allowed: 20 }),
    overCapText({ cap: 'maxPercent', stale: 30, activeKeys: 100, allowed: 12.5 }),
    onlyOldText(1),
    onlyOldText(2),
  ]).toEqual([
    'approval is asked for every plan',
    '30 stale keys, maxKeys allows 20',
    '30 stale keys of 100 active, maxPercent allows 12.5 %',
    '1 key is in use and only old',
    '2 keys are in use and only old',
  ])
})
