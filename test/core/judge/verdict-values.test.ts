// The values that a row decided by, as data: what stands beside the sentence in every stored document.
import { describe, expect, it } from '@jest/globals'
import { exemption } from '../../../core/judge/exemption.ts'
import type { KeyFacts, ReportSlot, UserFacts } from '../../../core/model/facts.ts'
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

const shown = (fields: Partial<KeyFacts>, slot: Partial<ReportSlot> = {}): Given => {
  const key = keyOf(fields)
  const facts = userOf([key])
  facts.report.slots = [slotOf(key, 1, slot)]
  return { key, facts }
}

/** The user was created then, by the report. */
function userCreated(userCreatedAt: string, slot: Partial<ReportSlot> = {}): Given {
  const given = shown({}, slot)
  if (given.facts !== undefined) given.facts.report.userCreatedAt = userCreatedAt
  return given
}

const tagged = (tags: Record<string, string>): Given => ({ facts: userOf([keyOf()], { tags }) })

describe('a doubt holds the value that was received', () => {
  it.each<[string, Given, string | null]>([
    ['created-missing', shown({ createdAt: null }), null],
    ['created-missing', shown({ createdAt: 'long ago' }), 'long ago'],
    ['created-in-future', shown({ createdAt: ago(-1), lastUsed: NEVER_USED }), ago(-1)],
    ['created-before-iam', shown({ createdAt: '2010-08-31T23:59:59Z' }), '2010-08-31T23:59:59Z'],
    ['created-before-user', userCreated(ago(400, -1000)), ago(400)],
    ['created-before-user', { facts: userOf([keyOf()], { createdAt: ago(400, -1000) }) }, ago(400)],
    ['user-created-no-date', userCreated('no_information'), 'no_information'],
    ['user-created-before-iam', userCreated('2010-08-31T23:59:59Z'), '2010-08-31T23:59:59Z'],
    ['last-used-missing', shown({ lastUsed: { known: false } }), null],
    ['last-used-no-date', shown({ lastUsed: usedAt('not_supported') }), 'not_supported'],
    ['last-used-in-future', shown({ lastUsed: usedAt(ago(-1)) }), ago(-1)],
    ['last-used-before-created', shown({ lastUsed: usedAt(ago(401)) }), ago(401)],
    ['reactivated-no-date', shown({ reactivatedAt: '?' }), '?'],
    ['reactivated-before-created', shown({ reactivatedAt: ago(401) }), ago(401)],
    ['reactivated-in-future', shown({ reactivatedAt: ago(-1) }), ago(-1)],
    ['report-date-in-future', shown({}, { lastRotatedAt: ago(-1) }), ago(-1)],
    ['unknown-tag', tagged({ keysweep_exempt: 'x' }), 'keysweep_exempt'],
    ['exempt-tag-off', tagged({ 'keysweep-exempt': 'false' }), 'keysweep-exempt=false'],
    ['exempt-until-no-date', tagged({ 'keysweep-exempt-until': ' soon' }), ' soon'],
    ['report-date-before-iam', shown({}, { lastRotatedAt: '1970-01-01T00:00:00Z' }), '1970-01-01T00:00:00Z'],
    ['report-date-before-user', userCreated(ago(400), { lastRotatedAt: ago(401) }), ago(401)],
    ['report-used-later', shown({}, { lastUsedAt: ago(150) }), iamTime(ago(150))],
  ])('%s', (doubt, given, received) => {
    expect(verdictOf(given)).toMatchObject({ verdict: 'kept', row: 'unknown', values: { doubt, received } })
  })
})

describe('each change since the report has its own text', () => {
  const idle = keyOf()
  const made = keyOf({ accessKeyId: 'AKIAMADEMADEMADEMADE', createdAt: ago(0, 60_000), lastUsed: NEVER_USED })
  const off = { ...idle, status: 'Inactive', lastUsed: { known: false } } as const
  it.each<[string, KeyFacts[], KeyFacts[], object]>([
    ['more-active', [idle], [idle, made], { reported: 1, active: 2 }],
    ['was-inactive', [off, made], [idle], { accessKeyId: idle.accessKeyId }],
    ['not-shown', [made], [idle], { accessKeyId: idle.accessKeyId }],
    ['not-shown', [idle, idle], [idle, made], { accessKeyId: made.accessKeyId }],
  ])('%s', (change, before, now, values) => {
    const facts: UserFacts = { ...userOf(now), report: userOf(before).report }
    // What the report shows of a key that is not there any more is no contradiction.
    facts.report.slots = facts.report.slots.map((slot) => ({ ...slot, lastUsedAt: null }))
    facts.report.activeKeys = change === 'more-active' ? 1 : 2
    if (before.length === 1 && change === 'not-shown') facts.report.slots = []
    expect(verdictOf({ key: idle, facts })).toMatchObject({ row: 'changed', values: { change, ...values } })
  })
})

describe('a report that cannot be held against the keys is a doubt, and no change', () => {
  const idle = keyOf()
  const unreadable = 'access_key_1_last_rotated "not_supported"'
  it.each<[string, Partial<ReportSlot>, string]>([
    ['is not readable', { lastRotatedAt: null, unknown: [unreadable] }, unreadable],
    ['is not there', { lastRotatedAt: null }, 'access_key_1_last_rotated "N/A"'],
    [
      'is not readable, and neither are others',
      { active: null, lastRotatedAt: null, unknown: ['access_key_1_active "maybe"', unreadable] },
      unreadable,
    ],
  ])('where the date of an active slot %s', (_, slot, received) => {
    const facts = userOf([idle])
    facts.report.slots = [slotOf(idle, 1, slot)]
    expect(verdictOf({ key: idle, facts })).toMatchObject({
      row: 'unknown',
      values: { doubt: 'report-unreadable', received },
    })
  })
  it('unless every Active key has a slot of its own', () => {
    const facts = userOf([idle])
    facts.report.slots = [slotOf(idle, 1), slotOf(idle, 2, { lastRotatedAt: null, unknown: [unreadable] })]
    expect(verdictOf({ key: idle, facts }).verdict).toBe('stale')
  })
  it.each<[string, Partial<ReportSlot>]>([
    ['inactive', { active: false, lastRotatedAt: null }],
    ['of another date', { active: true, lastRotatedAt: ago(400) }],
  ])('where another Active key has no date, and the other slot is %s', (_, slot) => {
    const undated = keyOf({ accessKeyId: 'AKIAUNDATEDUNDATED12', createdAt: null })
    const facts = userOf([idle, undated])
    facts.report.slots = [slotOf(idle, 1), slotOf(undated, 2, slot)]
    expect(verdictOf({ key: idle, facts })).toMatchObject({
      row: 'unknown',
      values: { doubt: 'other-key-undated', received: undated.accessKeyId },
    })
  })
})

it.each([
  ['key', { accessKeyId: keyOf().accessKeyId, userName: 'backup-bot' }],
  ['user', { userName: 'BACKUP-bot' }],
  ['source-key', { sourceKeyIds: ['AKIAOTHEROTHEROTHERO', keyOf().accessKeyId] }],
  ['key', { accessKeyId: keyOf().accessKeyId, sourceKeyIds: [keyOf().accessKeyId] }],
])('a key that is our own says that it is by the %s', (by, caller) => {
  expect(verdictOf({ caller: { ...CALLER, ...caller } })).toMatchObject({ row: 'own', values: { by } })
})

it('another key of the user whose key assumed the role is our own, also if that key is inactive or expired', () => {
  const source = keyOf({ accessKeyId: 'AKIASOURCESOURCESOUR', createdAt: ago(300), lastUsed: usedAt(ago(0.1)) })
  const caller = { ...CALLER, sourceKeyIds: [source.accessKeyId] }
  const idle = keyOf()
  for (const status of ['Active', 'Inactive']) {
    const facts = userOf([idle, { ...source, status }])
    expect(verdictOf({ key: idle, facts, caller })).toMatchObject({ row: 'own', values: { by: 'source-user' } })
  }
  const others = { ...CALLER, sourceKeyIds: ['AKIAOTHEROTHEROTHERO'] }
  expect(verdictOf({ key: idle, facts: userOf([idle, source]), caller: others })).toMatchObject({ row: 'unused' })
})

it('a key that is not active holds its status', () => {
  expect(verdictOf({ key: keyOf({ status: 'Expired' }) })).toMatchObject({
    row: 'not-active',
    values: { status: 'Expired' },
  })
})

describe('a key is stale, or in use, since the last thing that happened to it', () => {
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })
  const old = keyOf({ createdAt: ago(400), lastUsed: usedAt(ago(2)) })
  it.each<[string, Given, object]>([
    ['unused', { key: keyOf() }, { since: iamTime(ago(200)), neverUsed: false }],
    ['unused', { key: keyOf({ lastUsed: NEVER_USED }) }, { since: iamTime(ago(400)), neverUsed: true }],
    [
      'unused',
      { key: keyOf({ lastUsed: NEVER_USED, reactivatedAt: ago(100) }) },
      { since: iamTime(ago(400)), neverUsed: true, reactivation: { at: iamTime(ago(100)), by: null } },
    ],
    ['unused', { key: keyOf({ lastUsed: usedAt(ago(400)) }) }, { since: iamTime(ago(400)), neverUsed: false }],
    [
      'rotation',
      { key: old, facts: userOf([old, newer]), policy: policyOf({ rotationDays: 90 }) },
      { createdAt: iamTime(ago(400)) },
    ],
    ['in-use', { key: old }, { since: iamTime(ago(2)), reactivated: false }],
    ['in-use', { key: keyOf({ reactivatedAt: ago(3) }) }, { since: iamTime(ago(3)), reactivated: true }],
  ])('%s', (row, given, values) => {
    expect(verdictOf(given)).toMatchObject({ row, values })
  })
})

describe('an exemption names what exempts', () => {
  const key = keyOf().accessKeyId
  it.each<[Record<string, string>, object]>([
    [{ 'Keysweep-Exempt': 'x' }, { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'x' } }],
    [
      { [`KEYSWEEP-exempt/${key}`]: '' },
      { row: 'exempt', values: { by: 'tag', tag: `keysweep-exempt/${key}`, text: '' } },
    ],
    [
      { 'keysweep-exempt-until': '2026-12-31' },
      { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: null } },
    ],
    [
      { 'keysweep-exempt-until': '2026-12-31: on leave' },
      { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: 'on leave' } },
    ],
  ])('by the tags %j', (tags, expected) => {
    expect(exemption(userOf([keyOf()], { tags }), key, policyOf(), NOW)).toEqual(expected)
  })
  it('by name and by path', () => {
    const facts = userOf([keyOf()])
    const by = (policy: Parameters<typeof policyOf>[0]) => exemption(facts, key, policyOf(policy), NOW)?.values
    expect([by({ exemptUsers: ['backup*'] }), by({ exemptPaths: ['/service/'] })]).toEqual([
      { by: 'user', pattern: 'backup*' },
      { by: 'path', path: '/service/' },
    ])
  })
})
