import { describe, expect, it } from '@jest/globals'
import { VERDICT_TABLE } from '../../../core/judge/verdict.ts'
import type { KeyFacts } from '../../../core/model/facts.ts'
import type { Policy } from '../../../core/model/policy.ts'
import { ROW_NAMES } from '../../../core/texts/verdict-text.ts'
import {
  ago,
  CALLER,
  type Given,
  iamTime,
  keyOf,
  NEVER_USED,
  NOW,
  policyOf,
  slotOf,
  usedAt,
  userOf,
  verdictOf,
} from '../../support/facts.ts'

const rowOf = (given: Given): string => verdictOf(given).row

describe('a key at the edge of its unused term', () => {
  const cases: [string, number, number, string][] = [
    ['one millisecond short of 90 days', 90, -1, 'kept'],
    ['exactly 90 days', 90, 0, 'stale'],
    ['one millisecond over 90 days', 90, 1, 'stale'],
  ]
  it.each(cases)('last used %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(days, milliseconds)) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('never used and created %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ createdAt: ago(days, milliseconds), lastUsed: NEVER_USED }) }).verdict).toBe(
      verdict,
    )
  })
  it.each(cases)('reactivated %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ reactivatedAt: ago(days, milliseconds) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('with a strange last_rotated in the report %s ago', (_, days, milliseconds, verdict) => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastRotatedAt: ago(days, milliseconds) })]
    expect(verdictOf({ key, facts }).verdict).toBe(verdict)
  })
})

describe('a stale key', () => {
  it('is unused since its last use', () => {
    expect(verdictOf({})).toMatchObject({
      verdict: 'stale',
      rule: 'unused',
      values: { since: iamTime(ago(200)), neverUsed: false },
      reason: expect.stringContaining('2026-02-23'),
    })
  })
  it('is unused since its creation if it was never used', () => {
    expect(verdictOf({ key: keyOf({ lastUsed: NEVER_USED }) })).toMatchObject({
      values: { since: iamTime(ago(400)), neverUsed: true },
      reason: expect.stringContaining('2025-08-07'),
    })
  })
  it('that was used before it was reactivated is not one that was never used', () => {
    expect(verdictOf({ key: keyOf({ reactivatedAt: ago(100) }) })).toMatchObject({
      values: { since: iamTime(ago(200)), neverUsed: false, reactivation: { at: iamTime(ago(100)), by: null } },
      reason: expect.stringMatching(/2026-02-23.*2026-06-03/),
    })
  })
  it('says since when the last thing happened, for "longest idle first"', () => {
    expect(verdictOf({})).toMatchObject({ idleSince: ago(200) })
  })
})

describe('a key is kept', () => {
  it.each(['Inactive', 'Expired', 'Quarantined'])('when its status is %s', (status) => {
    expect(verdictOf({ key: keyOf({ status }) })).toMatchObject({
      verdict: 'kept',
      row: 'not-active',
      values: { status },
    })
  })

  it.each([
    ['it has no creation date', { createdAt: null }, 'created-missing'],
    ['its creation date cannot be read', { createdAt: 'long ago' }, 'created-missing'],
    ['it was created in the future', { createdAt: ago(-1), lastUsed: NEVER_USED }, 'created-in-future'],
    ['its last use was not learned', { lastUsed: { known: false } }, 'last-used-missing'],
    ['its last use cannot be read', { lastUsed: usedAt('not_supported') }, 'last-used-no-date'],
    ['its last use lies in the future', { lastUsed: usedAt(ago(0, -1)) }, 'last-used-in-future'],
    [
      'it was used 15 minutes and more before it was created',
      { lastUsed: usedAt(ago(400, 900_001)) },
      'last-used-before-created',
    ],
    ['our own intent cannot be read', { reactivatedAt: '?' }, 'reactivated-no-date'],
    ['our own intent lies in the future', { reactivatedAt: ago(-1) }, 'reactivated-in-future'],
  ] as [string, Partial<KeyFacts>, string][])('when %s', (_, fields, doubt) => {
    const key = keyOf(fields)
    const facts = userOf([key])
    facts.report.slots = []
    expect(verdictOf({ key, facts })).toMatchObject({ verdict: 'kept', row: 'unknown', values: { doubt } })
  })

  it('when the report shows a later use than IAM does now', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastUsedAt: ago(150) })]
    expect(verdictOf({ key, facts })).toMatchObject({
      verdict: 'kept',
      row: 'unknown',
      values: { doubt: 'report-used-later' },
    })
  })

  it('when its user has more Active keys than the report showed', () => {
    const key = keyOf()
    const facts = userOf([
      key,
      keyOf({ accessKeyId: 'AKIANEWNEWNEWNEWNEW1', createdAt: ago(0, 60_000), lastUsed: NEVER_USED }),
    ])
    facts.report = { ...facts.report, activeKeys: 1 }
    expect(verdictOf({ key, facts })).toMatchObject({ verdict: 'kept', row: 'changed' })
  })

  it.each<[string, unknown]>([
    ['is missing', undefined],
    ['is nothing', null],
    ['is a word', 'ninety'],
    ['is not a number', Number.NaN],
    ['is zero', 0],
  ])('when it is in use and the unused term %s', (_, unusedDays) => {
    // As a policy would be that another version stored.
    const policy = { ...policyOf(), unusedDays } as Policy
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(0.01)) }), policy }).verdict).toBe('kept')
  })

  it('when this run signs with it', () => {
    expect(verdictOf({ caller: { ...CALLER, accessKeyId: keyOf().accessKeyId } })).toMatchObject({
      verdict: 'kept',
      row: 'own',
    })
  })
  it('when this run runs as its user, with another key', () => {
    expect(verdictOf({ caller: { ...CALLER, userName: 'Backup-Bot' } })).toMatchObject({ verdict: 'kept', row: 'own' })
  })

  it('while in use, with the day on which it would become stale', () => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(80)) }) })).toEqual({
      verdict: 'kept',
      row: 'in-use',
      values: { since: ago(80).replace('.000', ''), reactivated: false },
      rule: null,
      reason: ROW_NAMES['in-use'],
      idleSince: null,
      staleOn: '2026-09-21',
    })
  })
})

describe('the Active keys are compared with those that the report showed', () => {
  const away = { status: 'Inactive', lastUsed: { known: false } } as const
  const idle = keyOf()
  const other = keyOf({ accessKeyId: 'AKIAOTHEROTHEROTHER1', createdAt: ago(300), lastUsed: NEVER_USED })
  const made = keyOf({ accessKeyId: 'AKIAMADEMADEMADEMADE', createdAt: ago(0, 60_000), lastUsed: NEVER_USED })
  const off = (key: KeyFacts) => ({ ...key, ...away })
  it.each<[string, { shown: KeyFacts[]; now: KeyFacts[]; changed: boolean }]>([
    ['the same key', { shown: [idle], now: [idle], changed: false }],
    ['the same two keys', { shown: [idle, other], now: [idle, other], changed: false }],
    ['the same keys in the other order', { shown: [other, idle], now: [idle, other], changed: false }],
    ['one of them alone', { shown: [idle, other], now: [idle, off(other)], changed: false }],
    ['one of them, the other deleted', { shown: [idle, other], now: [idle], changed: false }],
    ['the key that was Inactive', { shown: [off(idle), other], now: [idle, off(other)], changed: true }],
    ['the key that was Inactive as well', { shown: [off(idle), other], now: [idle, other], changed: true }],
    ['the key that was Inactive, the other deleted', { shown: [off(idle), other], now: [idle], changed: true }],
    ['a key made since as well', { shown: [idle], now: [idle, made], changed: true }],
    ['a key in the place of one given up', { shown: [idle, other], now: [idle, off(other), made], changed: true }],
    ['a key where there was none', { shown: [], now: [idle], changed: true }],
  ])('%s', (_, { shown, now, changed }) => {
    const facts = { ...userOf(now), report: userOf(shown).report }
    expect(rowOf({ key: idle, facts }) === 'changed').toBe(changed)
  })
})

describe('a strange last_rotated in an active slot', () => {
  it("counts for all the user's keys, for it may be any key's re-activation", () => {
    const [first, second] = [keyOf(), keyOf({ accessKeyId: 'AKIASECONDSECONDSEC1', createdAt: ago(300) })]
    const facts = userOf([first, second])
    facts.report.slots = [slotOf(first, 1), slotOf(second, 2, { lastRotatedAt: ago(3) })]
    expect([verdictOf({ key: first, facts }), verdictOf({ key: second, facts })]).toMatchObject([
      { verdict: 'kept', staleOn: '2026-12-07' },
      { verdict: 'kept', staleOn: '2026-12-07' },
    ])
  })
  it('does not count in an inactive slot', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key), slotOf(keyOf({ status: 'Inactive' }), 2, { lastRotatedAt: ago(3) })]
    expect(verdictOf({ key, facts }).verdict).toBe('stale')
  })
})

it('the rows are tried in the order of the design, and the last always fits', () => {
  expect(VERDICT_TABLE.map(({ row }) => row)).toEqual([
    'exempt',
    'not-active',
    'unknown',
    'changed',
    'own',
    'unused',
    'rotation',
    'in-use',
  ])
  const key = keyOf()
  expect(
    VERDICT_TABLE.at(-1)?.fits({ facts: userOf([key]), key, policy: policyOf(), caller: CALLER, now: NOW }),
  ).not.toBeNull()
})

it('a key that sends mail through SES’s SMTP interface is in use, by the service ses-smtp that IAM names', () => {
  const key = keyOf({ lastUsed: { known: true, at: ago(1), service: 'ses-smtp', region: 'eu-west-1' } })
  const facts = userOf([key], { user: 'ses-smtp-user.20240304-101112' })
  expect(verdictOf({ key, facts, policy: policyOf({ exemptUsers: [] }) })).toMatchObject({
    verdict: 'kept',
    row: 'in-use',
  })
  const idle = keyOf({ lastUsed: { known: true, at: ago(90), service: 'ses-smtp', region: 'eu-west-1' } })
  expect(verdictOf({ key: idle, policy: policyOf({ exemptUsers: [] }) }).verdict).toBe('stale')
})
