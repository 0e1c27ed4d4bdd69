// Which accounts an organization plan and its decision let go ahead.
import { describe, expect, it } from '@jest/globals'
import type { OrganizationDecision } from '../../../../core/model/documents/organization-decision.ts'
import { type Answer, readAnswer } from '../../../../core/run/decision.ts'
import {
  accountsToChange,
  isSameOrganizationAnswer,
  leftOutBy,
  MAX_LEFT_OUT,
  organizationExpired,
  turnsOf,
  unknownAccounts,
} from '../../../../core/run/organization/decision.ts'
import { idOf, NOW, ORG, organizationDecision, organizationPlan, surveyed } from '../../../support/organization.ts'

const A = idOf(1)
const B = idOf(2)
const QUIET = idOf(3)
const HASH = 'a'.repeat(64)
const KEY = 'AKIAIDLEIDLEIDLEIDLE'

const planThat = (next: 'record' | 'approval' | 'change', mode: 'plan' | 'apply' = 'apply') => ({
  ...organizationPlan([surveyed(A), surveyed(B), surveyed(QUIET, null)]),
  next,
  mode,
})

const approve = (fields: Partial<OrganizationDecision> = {}) => organizationDecision({ plan: HASH, ...fields })

describe('a plan lets go ahead', () => {
  it.each<[string, ReturnType<typeof planThat>, OrganizationDecision | null, string[]]>([
    ['all accounts with keys, if it needs nobody', planThat('change'), null, [A, B]],
    ['the same, whatever decision there is', planThat('change'), approve({ leftOutAccounts: [A] }), [A, B]],
    ['none while nobody has answered', planThat('approval'), null, []],
    ['all accounts that are approved', planThat('approval'), approve(), [A, B]],
    ['the accounts that are not left out', planThat('approval'), approve({ leftOutAccounts: [A, idOf(9)] }), [B]],
    ['none of a rejected plan', planThat('approval'), approve({ answer: 'reject' }), []],
    ['none of an expired one', planThat('approval'), organizationExpired(ORG, HASH, NOW), []],
    ['none if another plan is approved', planThat('approval'), approve({ plan: 'b'.repeat(64) }), []],
    ['none of a plan that ends with the record', planThat('record'), approve(), []],
    ['none in mode plan', planThat('approval', 'plan'), approve(), []],
    ['none in mode plan, even if it said change', planThat('change', 'plan'), null, []],
  ])('%s', (_, plan, decision, expected) => {
    expect(accountsToChange(plan, HASH, decision).map(({ account }) => account)).toEqual(expected)
  })
  it('and says of each account what becomes of it', () => {
    const plan = planThat('approval')
    const turnOf = turnsOf(plan, HASH, approve({ leftOutAccounts: [A, QUIET] }))
    expect(plan.accounts.map(turnOf)).toEqual(['left out', 'goes', 'stays'])
    expect(plan.accounts.map(turnsOf(plan, HASH, null))).toEqual(['stays', 'stays', 'stays'])
  })
})

describe('an answer', () => {
  const answer = (leaveOut: string[]): Answer => ({ plan: HASH, answer: 'approve', leaveOut, reason: null })

  it('leaves out accounts and keys, each once', () => {
    expect(leftOutBy(answer([A, KEY, A, KEY, B]))).toEqual({ accounts: [A, B], keys: [KEY] })
  })
  it('is held to the accounts that the plan would change', () => {
    const asked = leftOutBy(answer([A, QUIET, idOf(9), KEY]))
    expect(unknownAccounts(asked, planThat('approval'))).toEqual([QUIET, idOf(9)])
  })
  it('is the same if it leaves out the same, in any order', () => {
    const stored = approve({ leftOut: [KEY], leftOutAccounts: [A, B] })
    expect(isSameOrganizationAnswer(stored, answer([B, KEY, A]))).toBe(true)
    for (const other of [
      answer([B, KEY]),
      answer([KEY, A, B, QUIET]),
      { ...answer([B, KEY, A]), answer: 'reject' as const },
    ])
      expect(isSameOrganizationAnswer(stored, other)).toBe(false)
    expect(isSameOrganizationAnswer({ ...stored, plan: 'b'.repeat(64) }, answer([B, KEY, A]))).toBe(false)
  })
  it('may leave out 2,000 ids, and all of them fit', () => {
    const body = (n: number) => JSON.stringify(answer(Array.from({ length: n }, (_, i) => `AKIA${idOf(i)}XXXX`)))
    expect(readAnswer(body(MAX_LEFT_OUT), MAX_LEFT_OUT)).toMatchObject({ answer: { answer: 'approve' } })
    expect(readAnswer(body(MAX_LEFT_OUT + 1), MAX_LEFT_OUT)).toMatchObject({ fault: expect.stringContaining('2000') })
    expect(readAnswer(body(501))).toMatchObject({ fault: expect.stringContaining('500') })
  })
})

it('nobody who answered in time left anything out', () => {
  expect(organizationExpired(ORG, HASH, NOW)).toEqual({
    ...{ runId: ORG, plan: HASH, answer: 'expired', by: null, userId: null, at: NOW.toISOString() },
    ...{ reason: null, leftOut: [], leftOutAccounts: [] },
  })
})
