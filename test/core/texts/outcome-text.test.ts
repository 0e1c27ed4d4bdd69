import { expect, it } from '@jest/globals'
import { INTERRUPTED_BEFORE, LEFT_FOR_NEXT_RUN, leftOutText, NO_OUTCOME } from '../../../core/texts/outcome-text.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

it('the reason of a key without an outcome of its own holds who left it out, and each has its sentence', () => {
  expect(leftOutText('ann')).toEqual(factsIn('ann'))
  expectOwnSentences([LEFT_FOR_NEXT_RUN, INTERRUPTED_BEFORE, NO_OUTCOME, leftOutText('ann')])
})
