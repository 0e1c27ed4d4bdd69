import { expect, it } from '@jest/globals'
import { undoRefusalText } from '../../../core/texts/undo-text.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

it('why an undo leaves a key as it is holds the run, and each reason has its sentence', () => {
  const back = undoRefusalText({ why: 'reactivated', by: 'run-2' })
  const again = undoRefusalText({ why: 'deactivated-again', by: 'run-3' })
  expect(back).toEqual(factsIn('run-2'))
  expect(again).toEqual(factsIn('run-3'))
  expectOwnSentences([
    undoRefusalText({ why: 'not-deactivated' }),
    undoRefusalText({ why: 'reactivated', by: null }),
    back,
    again,
  ])
})
