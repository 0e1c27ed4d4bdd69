import { describe, expect, it } from '@jest/globals'
import { endedExemption, exemption, exemptionDoubt, matches } from '../../../core/judge/exemption.ts'
import { ALWAYS_EXEMPT_USERS } from '../../../core/model/policy-fields.ts'
import type { ValuesOf } from '../../../core/model/verdict.ts'
import { keyOf, NOW, policyOf, userOf } from '../../support/facts.ts'

const KEY = keyOf().accessKeyId
const withTags = (tags: Record<string, string>) => exemption(userOf([keyOf()], { tags }), KEY, policyOf(), NOW)
const exempt = (values: ValuesOf<'exempt'>) => ({ row: 'exempt', values })

describe('a user name pattern', () => {
  it.each([
    ['ci-*', 'ci-deploy', true],
    ['ci-*', 'CI-Deploy', true],
    ['ci-*', 'deploy-ci-1', false],
    ['*', 'anyone', true],
    ['a.b', 'a.b', true],
    ['a.b', 'axb', false],
    ['a+b', 'a+b', true],
    ['*bot*', 'my-bot-2', true],
    ['ci-*-bot', 'ci-deploy-bot', true],
    ['ci-*-bot', 'ci-deploy-bots', false],
    ['ab*bc', 'abc', false],
    ['ab*bc', 'abbc', true],
    ['a*b', 'aa', false],
    ['a*ab*b', 'aabb', true],
    ['a*bb*b', 'abb', false],
    ['*a*a*', 'a', false],
    ['*a*a*', 'aa', true],
    ['*ab*ab*', 'abab', true],
    ['*ab*ba*', 'aba', false],
    ['x*a*y', 'xay', true],
    ['x*a*ay', 'xay', false],
    ['*a*', 'b', false],
    ['a*z', 'az', true],
    [ALWAYS_EXEMPT_USERS[0] ?? '', 'ses-smtp-user.20240102-030405', true],
    [ALWAYS_EXEMPT_USERS[0] ?? '', 'ses-smtp-user', false],
  ])('%s against %s: %s', (pattern, user, fits) => {
    expect(matches(pattern, user)).toBe(fits)
  })
  it.each([6, 8])('of %d stars is held against a long name at once, where it almost fits', (stars) => {
    // Not by the clock: other processes may hold this one up.
    const before = process.cpuUsage()
    expect(matches(`${'*a'.repeat(stars)}b`, 'a'.repeat(40))).toBe(false)
    expect(process.cpuUsage(before).user).toBeLessThan(100_000)
  })
})

describe('a policy exempts', () => {
  it('a user by name', () => {
    const facts = userOf([keyOf()], { user: 'ci-deploy' })
    expect(exemption(facts, KEY, policyOf({ exemptUsers: ['ci-*'] }), NOW)).toEqual(
      exempt({ by: 'user', pattern: 'ci-*' }),
    )
  })
  it.each([
    ['/service/', true],
    ['/SERVICE/', true],
    ['/', true],
    ['/service/backup/', false],
    ['/serv/', false],
    ['/vice/', false],
  ])('users below the path %s: %s', (path, isExempt) => {
    expect(exemption(userOf([keyOf()]), KEY, policyOf({ exemptPaths: [path] }), NOW)).toEqual(
      isExempt ? exempt({ by: 'path', path }) : null,
    )
  })
})

it('a path that only ends in an exempt one is not exempt', () => {
  const facts = userOf([keyOf()], { path: '/other/service/' })
  expect(exemption(facts, KEY, policyOf({ exemptPaths: ['/service/'] }), NOW)).toBeNull()
})

describe('a tag exempts', () => {
  it.each<[string, Record<string, string>, ValuesOf<'exempt'> | null]>([
    [
      'all keys of its user, with its reason',
      { 'keysweep-exempt': 'year-end job' },
      { by: 'tag', tag: 'keysweep-exempt', text: 'year-end job' },
    ],
    ['without a reason too', { 'keysweep-exempt': '' }, { by: 'tag', tag: 'keysweep-exempt', text: '' }],
    ['whatever its case', { 'Keysweep-Exempt': 'x' }, { by: 'tag', tag: 'keysweep-exempt', text: 'x' }],
    [
      'one key alone',
      { [`keysweep-exempt/${KEY}`]: 'the old printer' },
      { by: 'tag', tag: `keysweep-exempt/${KEY}`, text: 'the old printer' },
    ],
    [
      'one key alone, without a reason too',
      { [`keysweep-exempt/${KEY}`]: '' },
      { by: 'tag', tag: `keysweep-exempt/${KEY}`, text: '' },
    ],
    ['not another key', { 'keysweep-exempt/AKIAANOTHERANOTHER12': 'no' }, null],
    [
      'until a day that is to come',
      { 'keysweep-exempt-until': '2026-12-31 parental leave' },
      { by: 'until', until: '2026-12-31', text: 'parental leave' },
    ],
    [
      'until a day, however the reason is set off',
      { 'keysweep-exempt-until': ' 2026-12-31:  parental leave ' },
      { by: 'until', until: '2026-12-31', text: 'parental leave' },
    ],
    [
      'through the last day itself',
      { 'keysweep-exempt-until': '2026-09-11' },
      { by: 'until', until: '2026-09-11', text: null },
    ],
    [
      'until the last day that it names: somebody may have put it off',
      { 'keysweep-exempt-until': ' 2026-01-31 put off to 2026-12-31. ' },
      { by: 'until', until: '2026-12-31', text: '2026-01-31 put off to 2026-12-31.' },
    ],
    [
      'until a day, whatever earlier day and number its reason has',
      { 'keysweep-exempt-until': '2026-12-31 was 2026-01-31, ticket 9999-99-99 and 12027-01-019' },
      { by: 'until', until: '2026-12-31', text: 'was 2026-01-31 ticket 9999-99-99 and 12027-01-019' },
    ],
    ['not after that day', { 'keysweep-exempt-until': '2026-09-10 gone by' }, null],
    ['not by a name that only looks alike', { 'keysweep-exempted': 'x' }, null],
  ])('%s', (_, tags, values) => {
    expect(withTags(tags)).toEqual(values && exempt(values))
  })
  it.each(['', 'soon', '31.12.2026', '2026-02-30 no such day', '2026-13-01'])(
    'not where its date is %j, which is a doubt',
    (value) => {
      const tags = { 'Keysweep-Exempt-Until': value }
      expect(withTags(tags)).toBeNull()
      expect(exemptionDoubt({ tags, keys: [] }, KEY)).toEqual({
        row: 'unknown',
        values: { doubt: 'exempt-until-no-date', received: value },
      })
    },
  )
})

describe('a tag is a doubt', () => {
  const OTHER = keyOf({ accessKeyId: 'AKIAOTHEROTHEROTHER1' })
  const doubtOf = (tags: Record<string, string>) =>
    exemptionDoubt({ tags, keys: [keyOf(), OTHER] }, KEY)?.values ?? null
  it.each([
    'keysweep',
    'keysweep_exempt',
    'keysweep:exempt',
    'keysweep/exempt',
    'KeySweep Exempt',
    ' keysweep-exempt',
    'keysweep-exempt ',
    'keysweep-exempted',
    'keysweep-exemption',
    'keysweep-exempt/',
    'keysweep-exempt/all',
    'keysweep-exempt/AKIAWRONGWRONGWRONG1',
    `keysweep-exempt/${KEY} `,
    `keysweep-exempt:${KEY}`,
    `keysweep-exempt-until/${KEY}`,
    'keysweep-exempt-until/',
    'keysweep-exempt_until',
    'keysweep-until',
    'key-sweep-exempt',
    'Key Sweep Exempt',
    'key_sweep:exempt',
    'ｋｅｙｓｗｅｅｐ-exempt',
    '\u043aeysweep-exempt',
    'k\u0435\u0443s\u051d\u0435e\u0440-exempt',
    'key\u0455weep-exempt',
    '\u03ba\u03b5\u03c5s\u03c9\u03b5e\u03c1-exempt',
    '_keysweep-exempt',
    'kéysweep-exempt',
  ])('that begins with "keysweep" and is none that it reads: %j', (tag) => {
    expect(doubtOf({ [tag]: '2030-01-01' })).toEqual({ doubt: 'unknown-tag', received: tag })
    expect(doubtOf({ owner: 'ann', [tag]: '' })).toEqual({ doubt: 'unknown-tag', received: tag })
  })
  it.each(['false', 'FALSE', ' no ', 'No', 'off', '0', 'n', 'f', 'never', 'disabled'])(
    'that exempts with the value %j',
    (value) => {
      for (const tag of ['keysweep-exempt', `keysweep-exempt/${KEY}`]) {
        expect(withTags({ [tag]: value })).toBeNull()
        expect(doubtOf({ [tag]: value })).toEqual({ doubt: 'exempt-tag-off', received: `${tag}=${value}` })
      }
    },
  )
  it.each(['', 'true', 'yes', 'nobody else knows this job', 'no one may touch it', 'false alarms: keep', '00'])(
    'not with the value %j, which is a reason',
    (value) => {
      expect(withTags({ 'keysweep-exempt': value })).not.toBeNull()
      expect(doubtOf({ 'keysweep-exempt': value })).toBeNull()
    },
  )
  it.each<[string, Record<string, string>]>([
    ['that exempts', { 'keysweep-exempt': 'x' }],
    ["about this user's other key", { [`keysweep-exempt/${OTHER.accessKeyId}`]: 'x' }],
    ["about this user's other key, and says no", { [`keysweep-exempt/${OTHER.accessKeyId}`]: 'no' }],
    ['in another case', { [`KeySweep-Exempt/${KEY.toLowerCase()}`]: 'x' }],
    ['whose term is over', { 'keysweep-exempt-until': '2020-01-01' }],
    [
      'of somebody else',
      { owner: 'keysweep', 'my-keysweep-exempt': 'x', sweep: 'y', 'key-swap': 'z', 'ключ-exempt': '' },
    ],
  ])('not one %s', (_, tags) => {
    expect(doubtOf(tags)).toBeNull()
  })
  it('is none where the tags were not read', () => {
    expect(exemptionDoubt({ tags: null, keys: [] }, KEY)).toBeNull()
  })
})

it('the last millisecond of the named day is exempt, the next is not', () => {
  const facts = userOf([keyOf()], { tags: { 'keysweep-exempt-until': '2026-09-11' } })
  const at = (time: string) => exemption(facts, KEY, policyOf(), new Date(time))
  expect([at('2026-09-11T23:59:59.999Z'), at('2026-09-12T00:00:00.000Z')]).toEqual([
    exempt({ by: 'until', until: '2026-09-11', text: null }),
    null,
  ])
})

it('a term that has ended is reported, also if another tag of the name has no date', () => {
  const tags = { 'keysweep-exempt-until': 'soon', 'Keysweep-Exempt-Until': '2026-09-10' }
  expect(endedExemption(userOf([keyOf()], { tags }), KEY, policyOf(), NOW)).toEqual({ until: '2026-09-10', text: null })
})
