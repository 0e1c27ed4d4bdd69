import { describe, expect, it } from '@jest/globals'
import { judgeUser, ownerOf, unseenUser } from '../../../core/judge/judge-user.ts'
import type { KeyFacts, UserFacts } from '../../../core/model/facts.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, CALLER, keyOf, NEVER_USED, NOW, policyOf, usedAt, userOf } from '../../support/facts.ts'

const idle = keyOf()
const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', lastUsed: usedAt(ago(1)) })
const off = keyOf({ accessKeyId: 'AKIAOFFOFFOFFOFFOFF1', status: 'Inactive', lastUsed: { known: false } })
const judgedOf = (keys: KeyFacts[], fields: Partial<UserFacts> = {}) =>
  judgeUser(userOf(keys, fields), policyOf(), CALLER, NOW)

describe('a user is judged', () => {
  it('key by key, and only the stale ones are for the plan', () => {
    const { verdicts, stale } = judgedOf([used, idle])
    expect(verdicts.map(({ accessKeyId, verdict }) => [accessKeyId, verdict])).toEqual([
      [used.accessKeyId, 'kept'],
      [idle.accessKeyId, 'stale'],
    ])
    expect(stale.map(({ accessKeyId }) => accessKeyId)).toEqual([idle.accessKeyId])
  })
  it('with all that the record says of a key', () => {
    expect(judgedOf([idle], { tags: { Owner: 'ann' } }).verdicts).toEqual([
      {
        user: 'backup-bot',
        accessKeyId: idle.accessKeyId,
        createdAt: ago(400),
        lastUsedAt: ago(200),
        lastUsedService: 's3',
        lastUsedRegion: 'eu-west-1',
        verdict: 'stale',
        rule: 'unused',
        row: 'unused',
        values: { since: ago(200).replace('.000', ''), neverUsed: false },
        reason: expect.stringContaining('2026-02-23'),
        idleSince: ago(200),
        staleOn: null,
        owner: 'ann',
      },
    ])
  })
  it('with all that the plan needs to judge a key again', () => {
    const facts = userOf([idle], { tags: { owner: 'ann' } })
    expect(judgeUser(facts, policyOf(), CALLER, NOW).stale).toEqual([
      {
        user: 'backup-bot',
        path: '/service/',
        accessKeyId: idle.accessKeyId,
        createdAt: ago(400),
        lastUsedAt: ago(200),
        lastUsedService: 's3',
        lastUsedRegion: 'eu-west-1',
        rule: 'unused',
        row: 'unused',
        values: { since: ago(200).replace('.000', ''), neverUsed: false },
        reason: expect.stringContaining('2026-02-23'),
        idleSince: ago(200),
        owner: 'ann',
        otherActiveKey: null,
        report: facts.report,
      },
    ])
  })
  it.each([
    ['the Active one beside it', [idle, used], used.accessKeyId],
    ['none that is not Active', [idle, off], null],
    ['none where there is none', [idle], null],
  ])("and whoever approves is shown the user's other key: %s", (_, keys, other) => {
    expect(judgedOf(keys).stale[0]?.otherActiveKey).toBe(other)
  })
  it('with no use of a key that was never used, or whose use is not known', () => {
    const nothing = { lastUsedAt: null, lastUsedService: null, lastUsedRegion: null }
    expect(judgedOf([keyOf({ lastUsed: NEVER_USED }), off]).verdicts).toMatchObject([nothing, nothing])
  })
})

describe('an exemption that has ended', () => {
  const tags = { 'keysweep-exempt-until': '2026-09-10 parental leave' }
  const exemptionEnded = { until: '2026-09-10', text: 'parental leave' }
  it('is told of each Active key, in the record and to who decides', () => {
    const { verdicts, stale } = judgedOf([idle, used, off], { tags })
    expect(verdicts.map((key) => key.exemptionEnded)).toEqual([exemptionEnded, exemptionEnded, undefined])
    expect(stale).toMatchObject([{ exemptionEnded, reason: factsIn('2026-02-23', '2026-09-10', 'parental leave') }])
  })
  it.each([
    ['whose term is not over', { 'keysweep-exempt-until': '2026-09-11' }],
    ['without a date', { 'keysweep-exempt-until': 'soon' }],
    ['beside one that holds', { ...tags, 'keysweep-exempt': 'x' }],
    ['that was not read', null],
  ])('is none %s', (_, tags) => {
    expect(judgedOf([idle], { tags }).verdicts).toEqual([expect.not.objectContaining({ exemptionEnded })])
  })
})

describe("a user's owner", () => {
  it.each<[Record<string, string> | null, string | null]>([
    [{ owner: 'ann', email: 'a@example.com' }, 'ann'],
    [{ OWNER: 'ann' }, 'ann'],
    [{ team: 'x', Email: 'a@example.com' }, 'a@example.com'],
    [{ owner: '', email: 'a@example.com' }, 'a@example.com'],
    [{ owner: '', email: '' }, null],
    [{ team: 'x' }, null],
    [null, null],
  ])('by the tags %j is %j', (tags, owner) => {
    expect(ownerOf(userOf([], { tags }))).toBe(owner)
  })
})

it('a user who could not be read is kept, and the record says why', () => {
  expect(unseenUser('bot', { doubt: 'user-unreadable', error: 'IamThrottled', message: 'slow down' })).toEqual({
    user: 'bot',
    accessKeyId: null,
    createdAt: null,
    lastUsedAt: null,
    lastUsedService: null,
    lastUsedRegion: null,
    verdict: 'kept',
    rule: null,
    row: 'unknown',
    values: { doubt: 'user-unreadable', error: 'IamThrottled', message: 'slow down' },
    reason: factsIn('IamThrottled', 'slow down'),
    idleSince: null,
    staleOn: null,
    owner: null,
  })
})
