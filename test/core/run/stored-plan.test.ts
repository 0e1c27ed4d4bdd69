// Which stored plan a run may take, and what it makes of it.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../../core/model/documents/input.ts'
import type { Plan } from '../../../core/model/documents/plan.ts'
import { PlanRefused } from '../../../core/model/errors.ts'
import { MAX_KEYS_PER_RUN, makePlan } from '../../../core/run/plan.ts'
import { type PlanSource, takeStoredPlan } from '../../../core/run/stored-plan.ts'
import { factsIn, messageOf } from '../../support/error-facts.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { decisionOf } from '../../support/record-parts.ts'
import { inputOf, plannedKeyOf } from '../../support/waiting.ts'

const SHA = 'a'.repeat(64)
const KEYS = [1, 2, 3].map((index) => plannedKeyOf(index))
const DAY = 24 * 3_600_000

const run = (fields: Parameters<typeof inputOf>[0] = {}) =>
  inputOf({
    runId: 'run-2',
    approval: 'over-cap',
    startedAt: NOW.toISOString(),
    apply: { run: 'run-1', plan: SHA },
    ...fields,
  })

/** A planned run of `keys`, made an hour ago under policy and caps that let it go. */
function source({
  keys = KEYS,
  agoMilliseconds = 3_600_000,
  activeKeys = 100,
  ...fields
}: Partial<PlanSource> & { keys?: typeof KEYS; agoMilliseconds?: number } = {}): PlanSource {
  const { account, policy } = inputOf()
  const facts = {
    runId: 'run-1',
    account,
    mode: 'plan',
    approval: 'over-cap',
    policy,
    stale: keys,
    activeKeys: 100,
  } as const
  const plan = makePlan(facts, new Date(NOW.getTime() - agoMilliseconds))
  return {
    input: inputOf({ runId: 'run-1', mode: 'plan' }),
    stored: { plan, sha256: SHA },
    decision: null,
    activeKeys,
    unmatchedExemptions: { users: [], paths: [] },
    admitted: null,
    ...fields,
  }
}

describe('the plan of another run', () => {
  it('becomes the plan of this run: the same keys, with the name of the plan they come from', () => {
    expect(takeStoredPlan(run({ mode: 'apply' }), source(), NOW)).toMatchObject({
      runId: 'run-2',
      mode: 'apply',
      next: 'deactivate',
      createdAt: NOW.toISOString(),
      source: { run: 'run-1', sha256: SHA },
      keys: KEYS.toReversed(),
    })
  })

  it.each([
    ['maxKeys', policyOf({ maxKeys: 2 }), 100],
    ['maxPercent', policyOf({ maxPercent: 2 }), 100],
    ['maxPercent of the active keys of then', policyOf(), 8],
  ])('is held against the caps of today: %s', (_, policy, activeKeys) => {
    const taken = (approval: 'over-cap' | 'never') =>
      takeStoredPlan(run({ mode: 'apply', approval, policy }), source({ activeKeys }), NOW)
    expect(taken('over-cap')).toMatchObject({ next: 'approval', ifApplied: 'ask' })
    expect(taken('never')).toMatchObject({ next: 'record', ifApplied: 'stop' })
  })

  it('counts the stale keys that had no room in that plan: it asks if the run itself would have asked', () => {
    const keys = Array.from({ length: MAX_KEYS_PER_RUN + 100 }, (_, index) => plannedKeyOf(index))
    const policy = policyOf({ maxKeys: MAX_KEYS_PER_RUN, maxPercent: 100 })
    expect(takeStoredPlan(run({ mode: 'apply', policy }), source({ keys, activeKeys: 1000 }), NOW)).toMatchObject({
      next: 'approval',
      ifApplied: 'ask',
      leftForNextRun: 100,
    })
  })

  it('asks a person if approval is "always" today', () => {
    expect(takeStoredPlan(run({ mode: 'apply', approval: 'always' }), source(), NOW).next).toBe('approval')
  })

  it('asks a person about keys that are stale by the rotation rule', () => {
    const keys = [plannedKeyOf(1, { rule: 'rotation' })]
    expect(takeStoredPlan(run({ mode: 'apply' }), source({ keys }), NOW).next).toBe('approval')
  })

  it('is only planned again in mode plan', () => {
    expect(takeStoredPlan(run({ mode: 'plan' }), source(), NOW)).toMatchObject({ next: 'record', ifApplied: 'go' })
  })

  it('may be unnamed: the run alone says which plan', () => {
    expect(takeStoredPlan(run({ apply: { run: 'run-1', plan: null } }), source(), NOW).source?.sha256).toBe(SHA)
  })

  it.each([0, 7 * DAY, -5 * 60_000])('is taken %d ms after it was made', (agoMilliseconds) => {
    expect(takeStoredPlan(run(), source({ agoMilliseconds }), NOW).keys).toHaveLength(3)
  })
})

describe('a plan is refused', () => {
  const OTHER = '999988887777'
  const changed = (fields: Partial<Plan>) => {
    const { stored, ...rest } = source()
    return { ...rest, stored: stored && { ...stored, plan: { ...stored.plan, ...fields } } }
  }
  const taken = { run: 'run-0', sha256: SHA, unmatchedExemptions: { users: [], paths: [] } }
  it.each<[string, RunInput, PlanSource, string[]]>([
    ['a run that is not in the store', run(), source({ input: null }), ['run-1', 'keysweep show']],
    ['a run without a plan', run(), source({ stored: null }), ['run-1', 'keysweep run']],
    ['a run without its report', run(), source({ activeKeys: null as never }), ['run-1', 'keysweep run']],
    ['a plan for another account', run({ account: OTHER }), source(), ['run-1', OTHER, '111122223333']],
    ['a run of another account', run(), source({ input: inputOf({ account: OTHER }) }), ['run-1', '111122223333']],
    ['a plan of another account alone', run(), changed({ account: OTHER }), ['run-1', OTHER, '111122223333']],
    ['a plan that was itself taken', run(), changed({ source: taken }), ['run-1', 'keysweep apply run-0']],
    [
      'another plan than the one that was looked at',
      run({ apply: { run: 'run-1', plan: 'b'.repeat(64) } }),
      source(),
      [SHA, 'b'.repeat(64), 'keysweep show run-1'],
    ],
    [
      'a plan that is older than 7 days',
      run(),
      source({ agoMilliseconds: 7 * DAY + 1 }),
      [`made at ${ago(7, 1)}`, '7 days'],
    ],
    ['a plan from after the start of the run', run(), source({ agoMilliseconds: -5 * 60_000 - 1 }), ['run-1']],
    ['a run whose start is no instant', run({ startedAt: 'soon' }), source(), ['run-1']],
    [
      'a plan that a person rejected',
      run(),
      source({ decision: decisionOf({ answer: 'reject' }) }),
      ['"reject"', 'ann', 'keysweep run'],
    ],
    [
      'a plan that a person approved',
      run(),
      source({ decision: decisionOf({ answer: 'approve', by: null }) }),
      ['"approve"', 'unknown'],
    ],
    ['a run that was not started with a plan', run({ apply: null }), source(), ['run-2']],
  ])('of %s', (_, input, from, facts) => {
    expect(() => takeStoredPlan(input, from, NOW)).toThrow(PlanRefused)
    expect(messageOf(() => takeStoredPlan(input, from, NOW))).toEqual(factsIn(...facts))
  })

  it('is taken if nobody answered in time', () => {
    const decision = decisionOf({ answer: 'expired', by: null })
    expect(takeStoredPlan(run(), source({ decision }), NOW).keys).toHaveLength(3)
  })
})
