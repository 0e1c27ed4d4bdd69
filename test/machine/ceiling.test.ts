// One run takes at most 500 keys, because an execution's history holds 25,000 events. They are counted here by the worst that
// the definition allows; a run of 500 keys is counted by ceiling.long.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { SLICE_SUSPECTS } from '../../functions/check-suspects.ts'
import type { Machine, State } from '../statemachine/dataflow.ts'
import { MAX_KEYS, MOST_EVENTS } from './ceiling.ts'

/** IAM's quota of one account. */
const MOST_USERS = 5000

describe('the worst that the definition allows', () => {
  const { States } = JSON.parse(
    readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8'),
  ) as Machine

  /** A state that is entered, tried until every retrier is used up, and left. */
  const worstOf = (state: State | undefined): number => {
    const retries = (state?.Retry ?? []).reduce((sum, retrier) => sum + retrier.MaxAttempts, 0)
    return 2 + (state?.Type === 'Task' ? 3 * (1 + retries) : 0)
  }
  const item = States['Deactivate keys']?.ItemProcessor?.States ?? {}
  const worstIteration = 2 + Object.values(item).reduce((sum, state) => sum + worstOf(state), 0)
  const { maxAttempts = Number.NaN } = (States['Generate report']?.Parameters?.Payload ?? {}) as {
    maxAttempts?: number
  }
  const worstLoop =
    maxAttempts *
    ['Generate report', 'Report ready?', 'Parse report', 'Wait for report'].reduce(
      (sum, name) => sum + worstOf(States[name]),
      0,
    )
  const worstChecks =
    Math.ceil(MOST_USERS / SLICE_SUSPECTS) *
    ['Check suspects', 'All checked?'].reduce((sum, name) => sum + worstOf(States[name]), 0)
  const once = Object.values(States).reduce((sum, state) => sum + worstOf(state), 0)

  it('is 500 keys that use up every retry and then fail, after the longest wait for a report and the most suspects', () => {
    expect(MAX_KEYS * worstIteration + worstLoop + worstChecks + once).toBeLessThan(MOST_EVENTS)
  })
})
