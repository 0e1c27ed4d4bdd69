import { it } from '@jest/globals'
import { oneDecisionIsMade } from './interleavings.ts'
import { some } from './seeds.ts'

it('one decision is made of any interleaving of answers and time-out, and it is obeyed', () =>
  oneDecisionIsMade(some(200)))
