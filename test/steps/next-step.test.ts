// What of a plan is handed to the state machine.
import { expect, it } from '@jest/globals'
import { nextStep } from '../../steps/next-step.ts'
import { planOf } from '../support/record-parts.ts'
import { idOf, plannedKeyOf } from '../support/waiting.ts'

const keys = [plannedKeyOf(1), plannedKeyOf(2)]

it('a plan that goes ahead hands on who its keys are, and nothing else of them', () => {
  expect(nextStep({ plan: planOf({ keys, next: 'deactivate' }), sha256: 'cafe' })).toEqual({
    next: 'deactivate',
    sha256: 'cafe',
    keys: [
      { user: 'user-1', accessKeyId: idOf(1) },
      { user: 'user-2', accessKeyId: idOf(2) },
    ],
  })
})
it.each(['approval', 'record'] as const)('a plan whose next step is "%s" hands on no key', (next) => {
  expect(nextStep({ plan: planOf({ keys, next }), sha256: 'cafe' })).toEqual({ next, sha256: 'cafe', keys: [] })
})
