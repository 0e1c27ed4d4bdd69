// What an organization run says of its accounts and its plan: each reason has a sentence of its own, with its facts.
import { describe, expect, it } from '@jest/globals'
import type { AccountRunReason, NotSelected, OrganizationReason } from '../../../core/model/account-reason.ts'
import {
  accountRunText,
  accountsFailedText,
  notSelectedText,
  organizationReasonText,
  some,
} from '../../../core/texts/organization-text.ts'
import { expectNoGap, expectOwnSentences, factsIn } from '../../support/error-facts.ts'
import { idOf } from '../../support/organization.ts'

const many = (count: number) => Array.from({ length: count }, (_, n) => idOf(n))

describe('an account is not selected', () => {
  const REASONS: [NotSelected, string[]][] = [
    [{ because: 'account' }, ['organization.exceptAccounts']],
    [{ because: 'other-accounts' }, ['organization.onlyAccounts']],
    [{ because: 'not-allowed' }, ['allowedAccounts']],
    [{ because: 'unit', unit: 'ou-ab12-11111111' }, ['ou-ab12-11111111', 'organization.exceptOus']],
    [{ because: 'other-units' }, ['organization.onlyOus']],
    [{ because: 'unit-unknown' }, ['unit', 'unknown']],
    [{ because: 'tag', tag: 'env=prod' }, ['env=prod', 'organization.exceptTags']],
    [{ because: 'other-tags' }, ['organization.onlyTags']],
    [{ because: 'state', state: 'SUSPENDED' }, ['SUSPENDED', 'AWS Organizations']],
    [{ because: 'state-unknown' }, ['AWS Organizations', 'state']],
  ]
  it.each(REASONS)('for a reason that names what decided: %j', (reason, facts) => {
    expect(notSelectedText(reason)).toEqual(factsIn(...facts))
  })
  it('for a reason with a sentence of its own', () => {
    expectOwnSentences(REASONS.map(([reason]) => notSelectedText(reason)))
  })
})

describe('an account ends by its run', () => {
  const error = { name: 'ReportRefused', message: 'Report refused: it is empty.' }
  const REASONS: [AccountRunReason, string[]][] = [
    [{ because: 'no-record', run: 'run-1' }, ['run-1', 'record']],
    [{ because: 'other-run', run: 'run-1' }, ['run-1', 'organization']],
    [{ because: 'incomplete', run: 'run-1' }, ['run-1', 'incomplete']],
    [{ because: 'nobody-asked', why: ['a cap', 'a second'] }, ['approval', 'never', 'a cap; a second']],
    [{ because: 'run', run: 'run-1', status: 'some keys failed', error: null }, ['run-1', '"some keys failed"']],
    [{ because: 'run', run: 'run-1', status: 'refused', error }, ['ReportRefused: Report refused: it is empty.']],
  ]
  it.each(REASONS)('for a reason that names it: %j', (reason, facts) => {
    expect(accountRunText(reason)).toEqual(factsIn(...facts))
  })
  it('for a reason with a sentence of its own', () => {
    expectOwnSentences(REASONS.map(([reason]) => accountRunText(reason) ?? ''))
  })
})

describe('a person must decide on an organization plan', () => {
  const [A, B] = many(2) as [string, string]
  const REASONS: [OrganizationReason, (string | number)[]][] = [
    [{ because: 'every-plan' }, ['approval']],
    [{ because: 'maxAccounts', accounts: 30, allowed: 20 }, ['30 accounts', 'organization.maxAccounts', 20]],
    [{ because: 'maxKeys', stale: 31, allowed: 21 }, ['31 stale keys', 'organization.maxKeys', 21]],
    [
      { because: 'maxPercent', stale: 32, activeKeys: 100, allowed: 12.5 },
      ['32 of 100', 'organization.maxPercent', '12.5 %'],
    ],
    [{ because: 'capped-accounts', accounts: [A, B] }, ['2 accounts', 'their', 'cap', `${A}, ${B}`]],
    [{ because: 'rotation-accounts', accounts: [A, B] }, ['2 accounts', 'age', `${A}, ${B}`]],
    [{ because: 'unreachable', accounts: [A, B], of: 9 }, ['2 of 9 accounts', 'unreachable', `${A}, ${B}`]],
  ]
  it.each(REASONS)('for a reason that holds its numbers and accounts: %j', (reason, facts) => {
    expect(organizationReasonText(reason)).toEqual(factsIn(...facts))
  })
  it('for a reason with a sentence of its own', () => {
    expectOwnSentences(REASONS.map(([reason]) => organizationReasonText(reason)))
  })
  it.each<[OrganizationReason, string[]]>([
    [{ because: 'maxAccounts', accounts: 1, allowed: 0 }, ['1 account']],
    [{ because: 'maxKeys', stale: 1, allowed: 0 }, ['1 stale key']],
    [{ because: 'capped-accounts', accounts: [A] }, ['1 account', 'its']],
    [{ because: 'rotation-accounts', accounts: [A] }, ['1 account']],
    [{ because: 'unreachable', accounts: [A], of: 1 }, ['1 of 1 account']],
  ])('for a single one: %j', (reason, facts) => {
    expect(organizationReasonText(reason)).toEqual(factsIn(...facts))
  })
})

describe('of many accounts', () => {
  it('the first five are named, and the others counted', () => {
    expect(some(many(1))).toBe(idOf(0))
    expect(some(many(5))).toBe(many(5).join(', '))
    expect(some(many(7))).toEqual(factsIn(many(5).join(', '), '2 more'))
    expect(some(many(7))).not.toContain(idOf(5))
  })
  it('that failed the first five are named with their reason, and the others counted', () => {
    const failed = (count: number) => many(count).map((account) => ({ account, end: 'failed', why: 'no role' }))
    const six = accountsFailedText(failed(6), 12)
    expect(six).toEqual(factsIn('6 of 12 accounts', ...many(5).map((id) => `${id} failed: no role;`), '1 more'))
    expect(six).not.toContain(idOf(5))
    const five = accountsFailedText(failed(5), 12)
    expect(five).toEqual(factsIn('5 of 12 accounts', `${idOf(4)} failed: no role`))
    expect(five).toMatch(/: no role$/)
    const one = accountsFailedText([{ account: idOf(1), end: 'unreachable', why: null }], 1)
    expect(one).toEqual(factsIn('1 of 1 account'))
    expect(one).toMatch(RegExp(`${idOf(1)} unreachable$`))
    for (const text of [six, five, one]) expectNoGap(text)
  })
})
