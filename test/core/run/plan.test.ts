import { describe, expect, it } from '@jest/globals'
import { MODES } from '../../../core/model/closed-sets.ts'
import type { Plan } from '../../../core/model/documents/plan.ts'
import { PlanRefused } from '../../../core/model/errors.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import type { PlannedKey } from '../../../core/model/verdict.ts'
import { MAX_KEYS_PER_RUN, makePlan, type PlanFacts, planHash, readPlan } from '../../../core/run/plan.ts'
import { EVERY_PLAN_ASKS, onlyOldText, overCapText } from '../../../core/texts/approval-text.ts'
import { errorWith } from '../../support/error-facts.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { OLD, UNUSED } from '../../support/rows.ts'
import { textOfPlan } from '../../support/stored.ts'

const planned = (index: number, fields: Partial<PlannedKey> = {}) =>
  ({
    user: `user-${index}`,
    path: '/',
    accessKeyId: `AKIA${String(index).padStart(16, '0')}`,
    createdAt: ago(900),
    lastUsedAt: ago(100 + index),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    rule: 'unused',
    reason: 'unused',
    idleSince: ago(100 + index),
    owner: null,
    otherActiveKey: null,
    report: { generatedAt: ago(0), activeKeys: 1, slots: [], userCreatedAt: null },
    ...(fields.rule === 'rotation' ? OLD : UNUSED),
    ...fields,
  }) as PlannedKey
const keys = (count: number, fields: Partial<PlannedKey> = {}) =>
  Array.from({ length: count }, (_, index) => planned(index, fields))
const factsOf = (fields: Partial<PlanFacts> = {}): PlanFacts => ({
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'over-cap',
  policy: policyOf(),
  stale: keys(3),
  activeKeys: 100,
  ...fields,
})
const plan = (fields: Partial<PlanFacts> = {}) => makePlan(factsOf(fields), NOW)

describe('the next step', () => {
  it.each([
    ['apply, under the caps', {}, 'deactivate'],
    ['mode plan', { mode: 'plan' }, 'record'],
    ['nothing stale', { stale: [] }, 'record'],
    ['approval asked for always', { approval: 'always' }, 'approval'],
    ['over a cap', { policy: policyOf({ maxKeys: 2 }) }, 'approval'],
    ['over a cap, and nobody to ask', { policy: policyOf({ maxKeys: 2 }), approval: 'never' }, 'record'],
    ['a key that is in use and only old', { stale: keys(1, { rule: 'rotation' }) }, 'approval'],
    ['such a key, and nobody to ask', { stale: keys(1, { rule: 'rotation' }), approval: 'never' }, 'record'],
    ['never, but under the caps', { approval: 'never' }, 'deactivate'],
  ] as [string, Partial<PlanFacts>, string][])('%s: %s', (_, fields, next) => {
    expect(plan(fields).next).toBe(next)
  })
})

describe('what applying a plan would do', () => {
  it.each<[string, Partial<PlanFacts>, Plan['ifApplied']]>([
    ['under the caps', {}, 'go'],
    ['nothing stale', { stale: [] }, null],
    ['nothing stale, and approval asked for always', { stale: [], approval: 'always' }, null],
    ['never, but under the caps', { approval: 'never' }, 'go'],
    ['approval asked for always', { approval: 'always' }, 'ask'],
    ['over maxKeys', { policy: policyOf({ maxKeys: 2 }) }, 'ask'],
    ['over maxKeys, and nobody to ask', { policy: policyOf({ maxKeys: 2 }), approval: 'never' }, 'stop'],
    ['over maxPercent, and nobody to ask', { stale: keys(35), activeKeys: 61, approval: 'never' }, 'stop'],
    ['a key that is in use and only old', { stale: keys(1, { rule: 'rotation' }) }, 'ask'],
    ['such a key, and nobody to ask', { stale: keys(1, { rule: 'rotation' }), approval: 'never' }, 'stop'],
  ])('%s: %s', (_, fields, step) => {
    expect(MODES.map((mode) => plan({ ...fields, mode }).ifApplied)).toEqual([step, step])
  })
})

describe('the caps', () => {
  it.each([
    ['as many keys as maxKeys', 3, 100, { maxKeys: 3 }, 0],
    ['one more than maxKeys', 4, 100, { maxKeys: 3 }, 1],
    ['one key where maxKeys is 0', 1, 100, { maxKeys: 0 }, 1],
    ['exactly maxPercent', 25, 100, {}, 0],
    ['one key over maxPercent', 26, 100, {}, 1],
    ['a fraction over maxPercent', 6, 23, {}, 1],
    ['half of 19 active keys', 10, 19, {}, 1],
    ['half of 20 active keys', 10, 20, {}, 1],
    ['18 of 19 active keys', 18, 19, {}, 1],
    ['a quarter of 4 active keys', 1, 4, {}, 0],
    ['two of 4 active keys', 2, 4, {}, 1],
    ['one key, which is more than maxPercent', 1, 4, { maxPercent: 1 }, 0],
    ['two keys where maxPercent is less than one', 2, 4, { maxPercent: 1 }, 1],
    ['one key of an account where none counts', 1, 0, {}, 0],
    ['two keys of an account where none counts', 2, 0, {}, 1],
    ['all keys of a small account where maxPercent is 100', 3, 3, { maxPercent: 100 }, 0],
    ['one key where maxPercent is 0, however few there are', 1, 2, { maxPercent: 0 }, 1],
    ['all keys where maxPercent is 100', 100, 100, { maxPercent: 100 }, 0],
    ['both caps', 101, 110, {}, 2],
  ])('%s', (_, stale, activeKeys, policy, over) => {
    expect(plan({ stale: keys(stale), activeKeys, policy: policyOf(policy) }).overCaps).toHaveLength(over)
  })
  it('are shown as numbers', () => {
    expect(plan({ stale: keys(30), policy: policyOf({ maxKeys: 20 }) }).overCaps).toEqual([
      overCapText({ cap: 'maxKeys', stale: 30, allowed: 20 }),
      overCapText({ cap: 'maxPercent', stale: 30, activeKeys: 100, allowed: 25 }),
    ])
  })
})

describe('the reasons for a decision are shown', () => {
  const rotation = (count: number) => keys(count, { rule: 'rotation' })
  it.each<[string, Partial<PlanFacts>, string[]]>([
    ['every plan is asked for', { approval: 'always' }, [EVERY_PLAN_ASKS]],
    ['a cap', { policy: policyOf({ maxKeys: 2 }) }, [overCapText({ cap: 'maxKeys', stale: 3, allowed: 2 })]],
    ['one key in use', { stale: rotation(1) }, [onlyOldText(1)]],
    ['two keys in use', { stale: rotation(2) }, [onlyOldText(2)]],
    ['nothing', {}, []],
  ])('%s', (_, fields, reasons) => {
    expect(plan(fields).approvalReasons).toEqual(reasons)
  })
})

describe('one run', () => {
  const many = plan({ stale: keys(501), activeKeys: 10_000, policy: policyOf({ maxKeys: 1000 }) })
  it('takes at most 500 keys, the longest idle first', () => {
    expect(many.keys).toHaveLength(MAX_KEYS_PER_RUN)
    expect(many.keys[0]?.user).toBe('user-500')
    expect(many.keys.some((key) => key.user === 'user-0')).toBe(false)
  })
  it('counts the rest as left for the next run', () => {
    expect(many.leftForNextRun).toBe(1)
  })
})

describe('a stored plan', () => {
  const text = textOfPlan(plan())
  it('is named by the sha256 of its bytes, and reads back as it was written', () => {
    expect(readPlan(text, 'run-1', planHash(text))).toEqual({ keysweep: VERSION, ...plan() })
  })
  it('is refused for another hash', () => {
    const other = planHash(`${text} `)
    expect(() => readPlan(text, 'run-1', other)).toThrow(PlanRefused)
    expect(() => readPlan(text, 'run-1', other)).toThrow(errorWith('PlanRefused', other, planHash(text)))
  })
  it('is refused under the hash it had before any one byte of it was changed', () => {
    const hash = planHash(text)
    for (let at = 0; at < text.length; at++) {
      const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
      expect(() => readPlan(changed, 'run-1', hash)).toThrow(PlanRefused)
    }
  })
  it.each<[string, Partial<PlanFacts>]>([
    ['that only plans', { mode: 'plan' }],
    ['that asks always', { approval: 'always' }],
    ['that asks never', { approval: 'never' }],
    ['of a key that is only old', { stale: keys(1, { rule: 'rotation' }) }],
  ])('reads back as it was written %s', (_, fields) => {
    expect(readPlan(textOfPlan(plan(fields)), 'run-1')).toEqual({ keysweep: VERSION, ...plan(fields) })
  })
  it.each<[string, Partial<PlanFacts>]>([
    ['would go', {}],
    ['would ask', { approval: 'always' }],
    ['would stop', { approval: 'never', policy: policyOf({ maxKeys: 2 }) }],
    ['has no key', { stale: [] }],
  ])('of version 0.1.0, which did not write it, is read as one that %s', (_, fields) => {
    const { ifApplied, ...written } = plan({ ...fields, mode: 'plan' })
    expect(readPlan(JSON.stringify(written), 'run-1')).toEqual({ ...written, ifApplied })
  })
  it.each<[string, string, string[]]>([
    ['no JSON', '{', ['JSON']],
    ['a list', '[]', ['object', '[]']],
    ['without its fields', '{}', ['runId: ', 'mode: ', 'approval: ', 'next: ', 'leftForNextRun: ', 'keys: ']],
    ['a key without its user', text.replace('"user":"user-2",', ''), ['keys.0.user: ']],
    ['a key without a rule', text.replace('"rule":"unused"', '"rule":"age"'), ['keys.0.rule: ', '"age"']],
  ])('that is %s is refused', (_, stored, facts) => {
    expect(() => readPlan(stored, 'run-1')).toThrow(PlanRefused)
    expect(() => readPlan(stored, 'run-1')).toThrow(errorWith('PlanRefused', ...facts))
  })
  it('is refused in another run', () => {
    expect(() => readPlan(text, 'run-2')).toThrow(errorWith('PlanRefused', 'run-2', 'run-1'))
  })
})
