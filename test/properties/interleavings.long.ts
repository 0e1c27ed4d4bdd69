import { it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { oneDecisionIsMade } from './interleavings.ts'
import { many } from './seeds.ts'

it.each(many(shareOfCases(10_000)))(
  'one decision is made of any interleaving of answers and time-out, and it is obeyed: %s',
  (_, cases) => oneDecisionIsMade(cases),
)
