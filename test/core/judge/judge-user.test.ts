import { describe, expect, it } from '@jest/globals'
import { exemptUser, judgeUser, ownerOf, rootKey, unseenUser } from '../../../core/judge/judge-user.ts'
import type { KeyFacts, UserFacts } from '../../../core/model/facts.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, CALLER, keyOf, NEVER_USED, NOW, policyOf, slotOf, usedAt, userOf } from '../../support/facts.ts'

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
  it('and no rule is named for a key that is kept', () => {
    expect(judgedOf([used, idle]).verdicts.map(({ rule }) => rule)).toEqual([null, 'unused'])
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
    ['none if the user has no other key', [idle], null],
  ])("and the approver is shown the user's other key: %s", (_, keys, other) => {
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
  it('is reported for each Active key, in the record and to who decides', () => {
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

describe('a key that only the report shows', () => {
  const slot = slotOf(idle)
  const neverSeen = slotOf(off, 2, { active: true })
  const shown = {
    accessKeyId: null,
    createdAt: null,
    lastUsedAt: ago(200),
    lastUsedService: 's3',
    lastUsedRegion: null,
    verdict: 'kept',
    rule: null,
    idleSince: null,
    staleOn: null,
    owner: null,
  }
  it("is the root user's", () => {
    const values = { lastUsedAt: ago(200) }
    const reason = expect.stringContaining('root')
    expect(rootKey(slot)).toEqual({ ...shown, user: '<root_account>', row: 'root', values, reason })
  })

  const suspectOf = (slots = [slot]) => ({
    user: 'robot-7',
    path: '/service/',
    activeInReport: slots.length,
    slots,
    userCreatedAt: null,
  })
  it.each([
    ['name', { exemptUsers: ['robot-*'] }, { by: 'user', pattern: 'robot-*' }, 'robot-*'],
    ['path', { exemptPaths: ['/service/'] }, { by: 'path', path: '/service/' }, '/service/'],
  ])("is that of a user who is exempt by %s, for this user's reason", (_, fields, values, fact) => {
    expect(exemptUser(suspectOf(), policyOf(fields))).toEqual([
      { ...shown, user: 'robot-7', row: 'exempt', values, reason: factsIn(fact) },
    ])
  })
  it('is none of a user who is not exempt', () => {
    expect(exemptUser(suspectOf(), policyOf({ exemptUsers: ['bot'], exemptPaths: ['/other/'] }))).toBeNull()
  })

  const exempt = policyOf({ exemptPaths: ['/'] })
  it('is reported only if it is active, or may be', () => {
    const slots = [slotOf(idle, 1, { active: false }), slotOf(used, 2, { active: null })]
    expect(exemptUser(suspectOf(slots), exempt)).toMatchObject([{ lastUsedAt: ago(1) }])
    expect(exemptUser(suspectOf([]), exempt)).toEqual([])
  })
  it('says that its last use is unknown where the report has none', () => {
    const [known, unknown] = exemptUser(suspectOf([slot, neverSeen]), exempt) ?? []
    expect(unknown).toMatchObject({ lastUsedAt: null, lastUsedService: null, reason: factsIn('last use', '/') })
    expect(known?.reason).not.toContain('last use')
    expect(rootKey(neverSeen).reason).toContain('last use')
  })
})
