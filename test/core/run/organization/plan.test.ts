// The plan of an organization run: what asks a person, what stops, and what stays out.
import { describe, expect, it } from '@jest/globals'
import type { Approval, Mode } from '../../../../core/model/closed-sets.ts'
import { DEFAULT_ORGANIZATION } from '../../../../core/model/policy.ts'
import {
  isToChange,
  makeOrganizationPlan,
  type SurveyedAccount,
  summaryOf,
} from '../../../../core/run/organization/plan.ts'
import { EVERY_PLAN_ASKS, onlyOldText } from '../../../../core/texts/approval-text.ts'
import { factsIn } from '../../../support/error-facts.ts'
import {
  accountRun,
  HUB,
  idOf,
  listedAccount,
  MANAGEMENT,
  NOW,
  ORG,
  organizationInput,
  surveyed,
  surveyedPlan,
} from '../../../support/organization.ts'
import { planOf } from '../../../support/record-parts.ts'
import { plannedKeyOf } from '../../../support/waiting.ts'

const A = idOf(1)
const B = idOf(2)

const plan = (
  accounts: SurveyedAccount[],
  {
    mode = 'apply',
    approval = 'over-cap',
    ...caps
  }: { mode?: Mode; approval?: Approval; maxAccounts?: number; maxKeys?: number; maxPercent?: number } = {},
) =>
  makeOrganizationPlan(
    {
      input: organizationInput({ mode, approval, organization: { ...DEFAULT_ORGANIZATION, ...caps } }),
      managementAccount: MANAGEMENT,
      accounts,
    },
    NOW,
  )

const denied = (account: string, fields: object = {}) =>
  surveyed(account, null, {
    listed: listedAccount(account, fields),
    survey: accountRun('survey', account, 'refused', { error: 'MemberRoleDenied' }),
  })

/** Accounts with nothing to do, so that few keys are few percent. */
const quiet = (n: number) => Array.from({ length: n }, (_, index) => surveyed(idOf(100 + index), null))

describe('a plan', () => {
  it('lists every account by its run and the hash of its plan', () => {
    const made = plan([
      surveyed(A),
      surveyed(B, null),
      surveyed(idOf(3), null, { listed: listedAccount(idOf(3), { end: 'excluded', why: 'by tag' }), survey: null }),
    ])
    expect(made).toMatchObject({
      ...{ runId: ORG, hub: HUB, mode: 'apply', approval: 'over-cap', next: 'change', ifApplied: 'go' },
      ...{ createdAt: NOW.toISOString(), answerUntil: '2026-09-18T12:00:00.000Z', overCaps: [], approvalReasons: [] },
    })
    expect(made.accounts).toEqual([
      {
        ...{ account: A, name: `name of ${A}`, run: `${ORG}-survey-${A}`, plan: `hash of ${A}` },
        ...{ keys: 2, activeKeys: 100, leftForNextRun: 0, ifApplied: 'go', why: [], end: null },
      },
      {
        ...{ account: B, name: `name of ${B}`, run: `${ORG}-survey-${B}`, plan: null },
        ...{ keys: 0, activeKeys: 0, leftForNextRun: 0, ifApplied: null, why: [], end: 'nothing to do' },
      },
      {
        ...{ account: idOf(3), name: `name of ${idOf(3)}`, run: null, plan: null },
        ...{ keys: 0, activeKeys: 0, leftForNextRun: 0, ifApplied: null, why: ['by tag'], end: 'excluded' },
      },
    ])
    expect(made.accounts.map(isToChange)).toEqual([true, false, false])
  })
  it('keeps of an account plan what it is judged by, and no key', () => {
    const stored = planOf({ keys: [plannedKeyOf(1)], leftForNextRun: 3, ifApplied: 'ask', overCaps: ['maxKeys'] })
    expect(summaryOf(stored, 'f00d', 7)).toEqual({
      ...{ sha256: 'f00d', keys: 1, activeKeys: 7, leftForNextRun: 3, ifApplied: 'ask', ownReasons: ['maxKeys'] },
      ...{ isOverCap: true, hasRotation: false },
    })
    const old = planOf({ keys: [plannedKeyOf(1), plannedKeyOf(2, { rule: 'rotation' })] })
    expect(summaryOf(old, 'f00d', 7)).toMatchObject({
      isOverCap: false,
      hasRotation: true,
      ownReasons: [onlyOldText(1)],
    })
  })
  it('has no step if no account has a key', () => {
    expect(plan(quiet(3), { approval: 'always' })).toMatchObject({ next: 'record', ifApplied: null })
  })
  it('in mode plan says what it would do, and does not', () => {
    expect(plan([surveyed(A)], { mode: 'plan' })).toMatchObject({ next: 'record', ifApplied: 'go' })
    expect(plan([surveyed(A)], { mode: 'plan', approval: 'always' })).toMatchObject({
      next: 'record',
      ifApplied: 'ask',
    })
  })
})

describe('the caps of the organization', () => {
  // 2 keys of 100 in each.
  const two = [surveyed(A), surveyed(B)]
  it.each<[string, SurveyedAccount[], object, (number | string)[] | null]>([
    ['accounts, exactly', two, { maxAccounts: 2 }, null],
    ['accounts, one more', two, { maxAccounts: 1 }, ['maxAccounts', 2, 1]],
    ['accounts, of a cap of 0', [surveyed(A)], { maxAccounts: 0 }, ['maxAccounts', 1, 0]],
    ['keys, exactly', two, { maxKeys: 4 }, null],
    ['keys, one more', two, { maxKeys: 3 }, ['maxKeys', 4, 3]],
    [
      'keys, those left for the next run too',
      [surveyed(A, { leftForNextRun: 9 })],
      { maxKeys: 10 },
      ['maxKeys', 11, 10],
    ],
    ['percent, exactly', two, { maxPercent: 2 }, null],
    ['percent, less', two, { maxPercent: 1 }, ['maxPercent', 4, 200, 1]],
    ['percent, at least one key', [surveyed(A, { keys: 1 })], { maxPercent: 0.1 }, null],
    ['percent, of a cap of 0', [surveyed(A, { keys: 1 })], { maxPercent: 0 }, ['maxPercent', 1, 100, 0]],
  ])('%s', (_, accounts, caps, facts) => {
    const made = plan(accounts, caps)
    expect(made).toMatchObject(
      facts === null ? { next: 'change', ifApplied: 'go' } : { next: 'approval', ifApplied: 'ask' },
    )
    for (const fact of facts ?? []) expect(made.overCaps.join()).toContain(String(fact))
    expect(made.approvalReasons).toEqual(made.overCaps)
    // No cap shortens a plan.
    expect(made.accounts.filter(isToChange)).toHaveLength(accounts.length)
    // Where nobody is asked, nothing goes.
    expect(plan(accounts, { ...caps, approval: 'never' })).toMatchObject(
      facts === null ? { next: 'change', ifApplied: 'go' } : { next: 'record', ifApplied: 'stop' },
    )
  })
  it('count the active keys of accounts with nothing to do as well', () => {
    const idle = surveyed(B, { keys: 0 }, { survey: accountRun('survey', B, 'nothing to do') })
    expect(plan([surveyed(A), idle], { maxPercent: 1 })).toMatchObject({ overCaps: [], next: 'change' })
  })
})

describe('an account', () => {
  it.each<[string, object, string]>([
    ['over its own cap', { ifApplied: 'ask', isOverCap: true, ownReasons: ['maxKeys'] }, A],
    ['with keys of the rotation rule', { ifApplied: 'ask', hasRotation: true, ownReasons: ['old'] }, A],
  ])('%s makes the whole run ask, and is named', (_, fields, name) => {
    const made = plan([surveyed(A, fields), surveyed(B)])
    expect(made).toMatchObject({ next: 'approval', ifApplied: 'ask', overCaps: [] })
    expect(made.approvalReasons.join()).toContain(name)
    expect(made.approvalReasons.join()).not.toContain(B)
  })
  it('that would need a person ends as failed if nobody is asked; the others continue', () => {
    const capped = surveyed(A, { ifApplied: 'stop', isOverCap: true, ownReasons: ['12 stale keys'] })
    const made = plan([capped, surveyed(B)], { approval: 'never' })
    expect(made).toMatchObject({ next: 'change', ifApplied: 'go', approvalReasons: [] })
    expect(made.accounts.map(({ end }) => end)).toEqual(['failed', null])
    expect(made.accounts[0]?.why.join()).toContain('12 stale keys')
  })
  it('that stays out so has a plan and has failed at nothing where the run only plans', () => {
    const capped = surveyed(A, { ifApplied: 'stop', isOverCap: true, ownReasons: ['12 stale keys'] })
    const made = plan([capped, surveyed(B)], { approval: 'never', mode: 'plan' })
    expect(made).toMatchObject({ next: 'record', ifApplied: 'go', approvalReasons: [] })
    expect(made.accounts.map(({ end }) => end)).toEqual(['planned', null])
    expect(made.accounts[0]?.why.join()).toContain('12 stale keys')
  })
  it('always asks where every plan is asked about, and its reason is said once', () => {
    const asked = planOf({ keys: [plannedKeyOf(1)], ifApplied: 'ask', approvalReasons: [EVERY_PLAN_ASKS] })
    const made = plan([surveyed(A, summaryOf(asked, 'f00d', 7)), surveyed(B, { ifApplied: 'ask' })], {
      approval: 'always',
    })
    expect(made.approvalReasons).toEqual([EVERY_PLAN_ASKS])
    expect(made.accounts.flatMap(({ why }) => why)).toEqual([])
    expect(made.next).toBe('approval')
  })
  it.each<[string, Partial<SurveyedAccount>]>([
    ['has no plan', { plan: null }],
    ['has a plan without a key', { plan: surveyedPlan(A, { keys: 0 }) }],
    ['has a plan without a step', { plan: surveyedPlan(A, { ifApplied: null }) }],
  ])('that is planned and %s is failed', (_, fields) => {
    const { accounts } = plan([surveyed(A, {}, fields)])
    expect(accounts[0]).toMatchObject({ end: 'failed', plan: null, keys: 0, why: [factsIn(`${ORG}-survey-${A}`)] })
  })
  it('that has no survey is failed, and has no run', () => {
    const { accounts } = plan([surveyed(A, null, { survey: null })])
    expect(accounts[0]).toMatchObject({ end: 'failed', run: null, why: [factsIn(`${ORG}-survey-${A}`)] })
  })
})

describe('unreachable accounts', () => {
  it.each<[number, number, boolean]>([
    [1, 1, false],
    [1, 19, false],
    [2, 18, true],
    [2, 38, false],
    [3, 37, true],
    [3, 57, false],
  ])('%i of them beside %i others: asks %s', (unreachable, others, asks) => {
    const blind = Array.from({ length: unreachable }, (_, n) => denied(idOf(500 + n)))
    const made = plan([surveyed(A, { activeKeys: 1000 }), ...quiet(others - 1), ...blind])
    expect(made.next).toBe(asks ? 'approval' : 'change')
    if (asks) expect(made.approvalReasons.join()).toContain(idOf(500))
    const unasked = plan([surveyed(A, { activeKeys: 1000 }), ...quiet(others - 1), ...blind], { approval: 'never' })
    expect(unasked.next).toBe(asks ? 'record' : 'change')
  })
  it.each<[string, Partial<ReturnType<typeof listedAccount>>]>([
    ['excluded', { end: 'excluded', why: 'by tag' }],
    ['not active', { end: 'not active', why: 'SUSPENDED' }],
    ['new', { joinedAt: NOW.toISOString() }],
  ])('are no smaller a share beside accounts that are %s', (end, fields) => {
    const blind = [denied(idOf(500)), denied(idOf(501))]
    const aside = Array.from({ length: 40 }, (_, n) => denied(idOf(600 + n), fields))
    const made = plan([surveyed(A, { activeKeys: 1000 }), ...quiet(17), ...blind, ...aside])
    expect(made.accounts.at(-1)?.end).toBe(end)
    expect(made.approvalReasons).toEqual([factsIn('2 of 20 accounts', idOf(500), idOf(501))])
  })
  it('that are new, or the management account, are no reason to ask', () => {
    const fresh = [1, 2, 3, 4].map((n) => denied(idOf(500 + n), { joinedAt: NOW.toISOString() }))
    const made = plan([surveyed(A), ...fresh, denied(MANAGEMENT)])
    expect(made.next).toBe('change')
    expect(made.accounts.map(({ end }) => end)).toEqual([null, 'new', 'new', 'new', 'new', 'management account'])
  })
})
