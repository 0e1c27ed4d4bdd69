import { describe, expect, it } from '@jest/globals'
import type { StoredDecision } from '../../../core/model/documents/decision.ts'
import type { Plan } from '../../../core/model/documents/plan.ts'
import {
  expired,
  isSameAnswer,
  keysToTake,
  leftOutOf,
  MAX_ANSWER_BYTES,
  readAnswer,
  unknownKeyIds,
} from '../../../core/run/decision.ts'
import { makePlan, type PlanFacts } from '../../../core/run/plan.ts'
import { factsIn } from '../../support/error-facts.ts'
import { NOW, policyOf } from '../../support/facts.ts'
import { idOf, plannedKeyOf } from '../../support/waiting.ts'

const SHA256 = '0123456789abcdef'.repeat(4)
const facts: PlanFacts = {
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'always',
  policy: policyOf(),
  stale: [1, 2, 3].map((index) => plannedKeyOf(index)),
  activeKeys: 100,
}
const planOf = (fields: Partial<Plan> = {}): Plan => ({ ...makePlan(facts, NOW), ...fields })
const decisionOf = (fields: Partial<StoredDecision> = {}): StoredDecision => ({
  ...expired('run-1', SHA256, NOW),
  answer: 'approve',
  by: 'ann',
  ...fields,
})
const read = (fields: object) => readAnswer(JSON.stringify({ plan: SHA256, answer: 'approve', ...fields }))

describe('an answer', () => {
  it('that only says yes leaves nothing out and gives no reason', () => {
    expect(read({})).toEqual({ answer: { plan: SHA256, answer: 'approve', leaveOut: [], reason: null } })
  })
  it.each([
    ['no', { answer: 'reject' }],
    ['what to leave out', { leaveOut: Array.from({ length: 500 }, (_, index) => idOf(index)) }],
    ['a long reason', { reason: 'x'.repeat(1000) }],
  ])('may say %s', (_, fields) => {
    expect(read(fields)).toMatchObject({ answer: fields })
  })
  it.each<[string, object, (string | number)[]]>([
    ['a hash that is too long', { plan: `${SHA256}0` }, ['plan', 'sha256']],
    ['a hash with something before it', { plan: `x${SHA256}` }, ['plan', 'sha256']],
    ['a hash in capitals', { plan: SHA256.toUpperCase() }, ['plan', 'sha256']],
    ['a hash that is cut', { plan: 'a' }, ['plan', 'sha256']],
    ['another word', { answer: 'yes' }, ['answer', 'approve or reject']],
    ['an empty word', { answer: '' }, ['answer', 'approve or reject']],
    ['more keys than a plan has', { leaveOut: Array.from({ length: 501 }, String) }, ['leaveOut', 500]],
    ['a reason without end', { reason: 'x'.repeat(1001) }, ['reason', 1000]],
    ['a field that we do not know', { by: 'eve' }, ['"by"']],
  ])('with %s is refused', (_, fields, facts) => {
    expect(read(fields)).toEqual({ fault: factsIn(...facts) })
  })
  it('that is no JSON is refused, with its beginning', () => {
    expect(readAnswer(`plan=${'x'.repeat(100)}`)).toEqual({
      fault: factsIn('JSON', `"plan=${'x'.repeat(35)}"`),
    })
  })
  it('is refused by its bytes before anything is read of it', () => {
    expect(MAX_ANSWER_BYTES).toBe(65_536)
    expect(readAnswer('x'.repeat(65_536))).toEqual({ fault: factsIn('JSON') })
    expect(readAnswer(`${'x'.repeat(65_535)}é`)).toEqual({
      fault: factsIn(65_536, 65_537),
    })
  })
  it('names the ids to leave out that the plan does not hold', () => {
    const asked = { plan: SHA256, answer: 'approve', leaveOut: [idOf(1), idOf(9), idOf(3)], reason: null } as const
    expect(unknownKeyIds({ ...asked, leaveOut: [...asked.leaveOut] }, planOf())).toEqual([idOf(9)])
  })
})

describe('a second answer', () => {
  const asked = { plan: SHA256, answer: 'approve' as const, leaveOut: [idOf(2), idOf(1), idOf(1)], reason: null }
  it.each<[string, Partial<StoredDecision>, boolean]>([
    ['the same keys left out, in whatever order', { leftOut: [idOf(1), idOf(2)] }, true],
    ['the same keys left out, noted in another order', { leftOut: [idOf(2), idOf(1)] }, true],
    ['a key more left out', { leftOut: [idOf(1), idOf(2), idOf(3)] }, false],
    ['a key less left out', { leftOut: [idOf(1)] }, false],
    ['no for yes', { leftOut: [idOf(1), idOf(2)], answer: 'reject' }, false],
    ['another plan', { leftOut: [idOf(1), idOf(2)], plan: 'f'.repeat(64) }, false],
  ])('with %s is the same: %#', (_, stored, same) => {
    expect(isSameAnswer(decisionOf(stored), asked)).toBe(same)
  })
})

it('no answer is noted as expired, by nobody', () => {
  expect(expired('run-1', SHA256, NOW)).toEqual({
    runId: 'run-1',
    plan: SHA256,
    answer: 'expired',
    by: null,
    userId: null,
    at: NOW.toISOString(),
    reason: null,
    leftOut: [],
  })
})

describe('of a plan', () => {
  const taken = (plan: Partial<Plan>, decision: StoredDecision | null = null) =>
    keysToTake(planOf(plan), SHA256, decision).map((key) => key.accessKeyId)
  const all = [3, 2, 1].map(idOf)
  it.each<[string, Partial<Plan>, StoredDecision | null, string[]]>([
    ['that needs nobody all keys go ahead', { next: 'deactivate' }, null, all],
    ['that is not to apply none do', { next: 'deactivate', mode: 'plan' }, null, []],
    ['that only goes to the record none do', { next: 'record' }, decisionOf(), []],
    ['that nobody answered none do', { next: 'approval' }, null, []],
    ['that was approved all do', { next: 'approval' }, decisionOf(), all],
    [
      'that was approved all do but what was left out',
      { next: 'approval' },
      decisionOf({ leftOut: [idOf(2)] }),
      [idOf(3), idOf(1)],
    ],
    ['that was rejected none do', { next: 'approval' }, decisionOf({ answer: 'reject' }), []],
    ['that was not answered in time none do', { next: 'approval' }, decisionOf({ answer: 'expired' }), []],
    ['none do where the answer was to another plan', { next: 'approval' }, decisionOf({ plan: 'f'.repeat(64) }), []],
  ])('%s', (_, plan, decision, expected) => {
    expect(taken(plan, decision)).toStrictEqual(expected)
  })
  it.each<[string, Partial<Plan>, StoredDecision | null, string[] | null]>([
    ['that needs nobody nothing is left out', { next: 'deactivate' }, null, []],
    ['that was approved only what was named', { next: 'approval' }, decisionOf({ leftOut: [idOf(2)] }), [idOf(2)]],
    ['that was rejected nothing goes ahead', { next: 'approval' }, decisionOf({ answer: 'reject' }), null],
  ])('%s', (_, plan, decision, leftOut) => {
    expect(leftOutOf(planOf(plan), SHA256, decision)).toEqual(leftOut)
  })
})
