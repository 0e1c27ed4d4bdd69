// Which accounts an organization run works on, as a table.
import { describe, expect, it } from '@jest/globals'
import { DEFAULT_ORGANIZATION } from '../../../../core/model/policy.ts'
import {
  accountsToReadTagsOf,
  type FoundAccount,
  type FoundAccounts,
  listOf,
  MAX_ACCOUNTS,
  refuseSelection,
  selectAccounts,
} from '../../../../core/run/organization/select.ts'
import { notSelectedText } from '../../../../core/texts/organization-text.ts'
import { errorWith, expectNoGap, factsIn, messageOf } from '../../../support/error-facts.ts'
import { foundAccount, idOf, MEMBER, PROD, ROOT, TEST } from '../../../support/organization.ts'

const A = idOf(1)
const B = idOf(2)
const TEST_PATH = `o-aaaaaaaaaa/${ROOT}/${TEST}/ou-ab12-33333333/${B}/`

const found = (accounts: FoundAccount[], source: FoundAccounts['source'] = 'organizations'): FoundAccounts => ({
  source,
  organizationId: source === 'list' ? null : 'o-aaaaaaaaaa',
  managementAccount: null,
  accounts,
})

const select = (of: FoundAccounts, settings: object = {}, tags: Record<string, Record<string, string>> = {}) =>
  selectAccounts(of, { ...DEFAULT_ORGANIZATION, allowedAccounts: null, ...settings }, (account) => tags[account])

/** What becomes of account B beside an account A that is selected. */
const ofB = (fields: Partial<FoundAccount>, settings: object = {}, tags: Record<string, string> = {}) => {
  const [, b] = select(
    found([foundAccount(B, fields), foundAccount(A)]),
    { exceptAccounts: [], ...settings },
    { [A]: { team: 'a' }, [B]: tags },
  )
  return { end: b?.end, why: b?.why }
}

describe('an account', () => {
  it('is selected with its roles, in order of the ids', () => {
    const listed = select(found([foundAccount(B), foundAccount(A)]))
    expect(listed.map(({ account }) => account)).toEqual([A, B])
    expect(listed[0]).toEqual({ ...foundAccount(A), end: null, why: null, member: MEMBER })
  })
  it('has the roles that the settings name, or its own way in', () => {
    const profile = { roles: null, profile: 'team' }
    const [a, b] = select(found([foundAccount(A), foundAccount(B, { member: profile })]), { readRole: 'look' })
    expect(a?.member.roles?.read).toBe('look')
    expect(b?.member).toEqual(profile)
  })
  it.each(['ACTIVE', 'PENDING_CLOSURE'])('in state %s works, and is selected', (state) => {
    expect(ofB({ state })).toEqual({ end: null, why: null })
  })
  it.each(['SUSPENDED', 'CLOSED', 'PENDING_ACTIVATION', 'active', 'NEW_STATE'])(
    'in state %s is not active',
    (state) => {
      expect(ofB({ state })).toEqual({ end: 'not active', why: expect.stringContaining(state) })
    },
  )
  it('without a state is not active: nobody knows', () => {
    expect(ofB({ state: null })).toEqual({ end: 'not active', why: notSelectedText({ because: 'state-unknown' }) })
  })
  it('of the settings has its id, and nothing else is known of it', () => {
    expect(listOf([B, A])).toEqual({
      ...{ source: 'list', organizationId: null, managementAccount: null },
      accounts: [B, A].map((account) => ({ account, name: null, state: null, path: null, joinedAt: null })),
    })
  })
  it('of a list has no state, and is selected', () => {
    const [a] = select(found([foundAccount(A, { state: null, path: null })], 'list'))
    expect(a?.end).toBeNull()
  })
})

describe('a selection', () => {
  it.each<[string, Partial<FoundAccount>, object, Record<string, string>, 'excluded' | 'not active' | null, string]>([
    ['that excepts the account', {}, { exceptAccounts: [B] }, {}, 'excluded', 'exceptAccounts'],
    ['of another account', {}, { onlyAccounts: [A] }, {}, 'excluded', 'onlyAccounts'],
    ['of the account', {}, { onlyAccounts: [A, B] }, {}, null, ''],
    ['where only others are allowed', {}, { allowedAccounts: [A] }, {}, 'excluded', 'allowedAccounts'],
    ['where others are allowed too', {}, { allowedAccounts: [A, B] }, {}, null, ''],
    [
      'where it is not allowed, and suspended',
      { state: 'SUSPENDED' },
      { allowedAccounts: [A] },
      {},
      'excluded',
      'allowed',
    ],
    ['that excepts its unit', { path: TEST_PATH }, { exceptOus: [TEST] }, {}, 'excluded', TEST],
    ['that excepts a unit above it', { path: TEST_PATH }, { exceptOus: [TEST] }, {}, 'excluded', TEST],
    ['that excepts another unit', { path: TEST_PATH }, { exceptOus: ['ou-ab12-33333333'] }, {}, 'excluded', '33333333'],
    ['of another unit', { path: TEST_PATH }, { onlyOus: [PROD] }, {}, 'excluded', 'onlyOus'],
    ['of its unit', { path: TEST_PATH }, { onlyOus: [TEST, PROD] }, {}, null, ''],
    ['of the root', { path: TEST_PATH }, { onlyOus: [ROOT] }, {}, null, ''],
    ['by unit, of an account whose unit is unknown', { path: null }, { onlyOus: [PROD] }, {}, 'excluded', 'unknown'],
    ['that excepts units, the same', { path: null }, { exceptOus: [PROD], onlyOus: null }, {}, 'excluded', 'unknown'],
    ['that excepts its tag', {}, { exceptTags: ['env=prod'] }, { env: 'prod' }, 'excluded', 'env=prod'],
    ['that excepts another value', {}, { exceptTags: ['env=prod'] }, { env: 'Prod' }, null, ''],
    ['of its tag', {}, { onlyTags: ['team=a', 'team=b'] }, { team: 'b' }, null, ''],
    ['of another tag', {}, { onlyTags: ['team=a'] }, { team: 'b' }, 'excluded', 'onlyTags'],
    [
      'that excepts what it selects',
      {},
      { onlyTags: ['team=a'], exceptTags: ['x='] },
      { team: 'a', x: '' },
      'excluded',
      'x=',
    ],
    ['of a suspended account', { state: 'SUSPENDED' }, { exceptTags: ['env=prod'] }, {}, 'not active', 'SUSPENDED'],
  ])('%s', (_, fields, settings, tags, end, why) => {
    // An account A of the other kind stays, so that the selection is of one account at least.
    const only =
      'exceptOus' in settings && fields.path === null ? foundAccount(idOf(3), { path: `o/${ROOT}/x/` }) : null
    const accounts = [foundAccount(A), foundAccount(B, fields), ...(only ? [only] : [])]
    const listed = select(found(accounts), settings, { [A]: { team: 'a' }, [B]: tags })
    const b = listed.find(({ account }) => account === B)
    expect(b?.end).toBe(end)
    expect(b?.why ?? '').toContain(why)
  })
  it('whose tags were not read leaves the account out', () => {
    const listed = select(found([foundAccount(A), foundAccount(B)]), { onlyTags: ['team=a'] }, { [A]: { team: 'a' } })
    expect(listed.map(({ end }) => end)).toEqual([null, 'excluded'])
  })
})

describe('what is refused', () => {
  const both = found([foundAccount(A), foundAccount(B)])
  it.each<[string, FoundAccounts, object, string[]]>([
    ['an account that is listed twice', found([foundAccount(A), foundAccount(B), foundAccount(A)]), {}, [A]],
    ['an unknown account', both, { onlyAccounts: [A, idOf(7)] }, ['onlyAccounts', idOf(7)]],
    ['an unknown exception', both, { exceptAccounts: [idOf(7)] }, ['exceptAccounts', idOf(7)]],
    ['a unit with no account', both, { onlyOus: [TEST] }, ['onlyOus', TEST]],
    ['an excepted unit with no account', both, { exceptOus: [TEST] }, ['exceptOus', TEST]],
    ['a unit of a list', found([foundAccount(A, { path: null })], 'list'), { onlyOus: [PROD] }, ['onlyOus', PROD]],
    ['the id of the organization as a unit', both, { onlyOus: ['o-aaaaaaaaaa'] }, ['onlyOus', 'o-aaaaaaaaaa']],
    [
      'a part of a path that is no unit',
      found([foundAccount(A, { path: `o-aaaaaaaaaa/x-${ROOT}/${A}/` })]),
      { onlyOus: [`x-${ROOT}`] },
      ['onlyOus', `x-${ROOT}`],
    ],
    ['a selection of no account', both, { onlyTags: ['team=x'] }, ['2', 'onlyTags']],
    ['a selection that leaves every account out', both, { exceptAccounts: [A, B] }, ['2', 'exceptAccounts']],
    [
      'a selection of accounts of which none is allowed',
      both,
      { allowedAccounts: [idOf(7)] },
      ['2', 'allowedAccounts'],
    ],
    ['a list of no account', found([], 'list'), {}, ['0']],
  ])('%s, by name', (_, of, settings, facts) => {
    expect(() => select(of, settings)).toThrow(errorWith('InputRefused', ...facts))
    // Before the tags are read too, if no tag can change it.
    const early = () => refuseSelection(of, { ...DEFAULT_ORGANIZATION, allowedAccounts: null, ...settings })
    if ('onlyTags' in settings) expect(early).not.toThrow()
    else expect(early).toThrow(errorWith('InputRefused', ...facts))
  })
  it('the first five of many unknown accounts, by name', () => {
    const onlyAccounts = Array.from({ length: 7 }, (_, n) => idOf(10 + n))
    const message = messageOf(() => select(both, { onlyAccounts }))
    expect(message).toEqual(factsIn(onlyAccounts.slice(0, 5).join(', ')))
    expect(message).not.toContain(idOf(15))
  })
  it.each(['onlyAccounts', 'exceptAccounts', 'onlyOus', 'exceptOus'])(
    'an unknown name in %s, and whether a list or AWS Organizations does not have it',
    (field) => {
      const unknown = { [field]: [field.endsWith('Ous') ? TEST : idOf(7)] }
      const [inList, inAws] = (['list', 'organizations'] as const).map((source) =>
        messageOf(() => select(found([foundAccount(A)], source), unknown)),
      )
      expect(inList).toEqual(factsIn(field, 'list'))
      expect(inAws).toEqual(factsIn(field, 'AWS Organizations'))
      expect(inList).not.toContain('AWS')
      expectNoGap(inList ?? '')
    },
  )
  it('more than 10,000 accounts', () => {
    const many = Array.from({ length: MAX_ACCOUNTS + 1 }, (_, n) => foundAccount(idOf(n)))
    expect(() => select(found(many))).toThrow(errorWith('InputRefused', 10_000, 10_001))
    const early = (settings: object) => () =>
      refuseSelection(found(many), { ...DEFAULT_ORGANIZATION, allowedAccounts: null, ...settings })
    expect(early({})).toThrow(errorWith('InputRefused', 10_001))
    // Their tags may leave some of them out.
    for (const tags of [{ onlyTags: ['team=a'] }, { exceptTags: ['team=a'] }]) expect(early(tags)).not.toThrow()
    const [one = '', ...rest] = many.map(({ account }) => account)
    expect(select(found(many), { exceptAccounts: [one] }).filter(({ end }) => end === null)).toHaveLength(rest.length)
  })
})

it.each<[string, object, string[]]>([
  ['nobody asks for', {}, []],
  ['only some are selected by', { onlyTags: ['team=a'] }, [B]],
  ['some are excepted by', { exceptTags: ['team=a'] }, [B]],
])('tags that %s are read of the accounts that nothing else leaves out', (_, tags, expected) => {
  const accounts = [foundAccount(A), foundAccount(B), foundAccount(idOf(3), { state: 'SUSPENDED' })]
  const settings = { ...DEFAULT_ORGANIZATION, allowedAccounts: null, exceptAccounts: [A], ...tags }
  expect(accountsToReadTagsOf(found(accounts), settings)).toEqual(expected)
})
