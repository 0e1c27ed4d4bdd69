import { describe, expect, it } from '@jest/globals'
import { parseReport } from '../../../core/judge/report.ts'
import { findSuspects } from '../../../core/judge/suspects.ts'
import { ALWAYS_EXEMPT_USERS } from '../../../core/model/policy-fields.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { lineOf, RECORDED, RECORDED_ACCOUNT, reportOf } from '../../support/report-csv.ts'

const find = (cells: Record<string, string>, policy = policyOf()) =>
  findSuspects(parseReport(reportOf(lineOf(cells), lineOf({ user: 'zz-last' })), RECORDED_ACCOUNT).rows, policy, NOW)
const key = (slot: 1 | 2, rotated: string, used = 'N/A', active = 'true') => ({
  [`access_key_${slot}_active`]: active,
  [`access_key_${slot}_last_rotated`]: rotated,
  [`access_key_${slot}_last_used_date`]: used,
})

describe('a user is a suspect', () => {
  it.each([
    ['with a key that is stale by the report', key(1, ago(200), ago(100))],
    ['with a key that was never used', key(2, ago(91))],
    ['with one idle key of two', { ...key(1, ago(200), ago(1)), ...key(2, ago(200)) }],
    ['exactly warnDays before the term', key(1, ago(76))],
    ['with a value that we do not know', key(1, ago(1), 'not_supported')],
    ['with values that we do not know in one slot of two', { ...key(1, 'soon', 'never'), ...key(2, ago(1)) }],
    ['with a state that we do not know', key(1, ago(1), 'N/A', 'perhaps')],
    ['with an active key without a date', key(1, 'N/A')],
    ['with a date in the future', key(1, ago(-1))],
  ])('%s', (_, cells) => {
    expect(find(cells).suspects).toMatchObject([{ user: 'backup-bot', path: '/' }])
  })
  it.each([
    ['with a key that was used lately', key(1, ago(400), ago(3))],
    ['with a new key', key(1, ago(3))],
    ['one millisecond before the warning begins', key(1, ago(76, -1))],
    ['with inactive keys alone, however strange', key(1, ago(400), 'not_supported', 'false')],
    ['without keys', {}],
  ])('not %s', (_, cells) => {
    expect(find(cells).suspects).toEqual([])
  })
  it('with more keys than the report can show', () => {
    const { rows } = parseReport(reportOf(lineOf(key(1, ago(3)))), RECORDED_ACCOUNT)
    const more = rows.map((row) => ({ ...row, moreCredentials: true }))
    expect(findSuspects(rows, policyOf(), NOW).suspects).toEqual([])
    expect(findSuspects(more, policyOf(), NOW).suspects).toMatchObject([{ user: 'backup-bot' }])
  })
  it.each([
    ['used after it was made', key(1, ago(200), ago(3))],
    ['with a use that is older than its creation in the report', key(1, ago(3), ago(200))],
    ['created this very millisecond', key(1, ago(0))],
  ])('not by the older of its dates: a key %s', (_, cells) => {
    expect(find(cells).suspects).toEqual([])
  })
  it('with a key in use that is past the rotation term', () => {
    const cells = key(1, ago(200), ago(1))
    expect(find(cells).suspects).toEqual([])
    expect(find(cells, policyOf({ rotationDays: 180 })).suspects).toMatchObject([{ user: 'backup-bot' }])
  })
})

it('the counts are of active slots, the root user apart', () => {
  const { suspects, rootKeys, unmatchedExemptions, ...counts } = findSuspects(
    parseReport(RECORDED, RECORDED_ACCOUNT).rows,
    policyOf({ exemptUsers: ['<root_account>'] }),
    new Date('2026-09-11T14:00:00Z'),
  )
  expect(suspects).toEqual([])
  expect(counts).toMatchObject({ activeKeys: 3, activeKeysInUse: 3, activeKeysNotExempt: 3 })
  expect(unmatchedExemptions.users).toEqual(['<root_account>'])
  expect(rootKeys).toMatchObject([{ slot: 1, lastUsedService: 's3' }])
})

it('the keys in use are those of the users who are no suspects', () => {
  const lines = [lineOf({ user: 'idle', ...key(1, ago(200)) }), lineOf({ user: 'busy', ...key(1, ago(3)) }), lineOf({})]
  const { rows } = parseReport(reportOf(...lines), RECORDED_ACCOUNT)
  expect(findSuspects(rows, policyOf(), NOW)).toMatchObject({ activeKeys: 2, activeKeysInUse: 1 })
})

it('the base of maxPercent leaves out users who are exempt by name or path', () => {
  const arn = (path: string, user: string) => `arn:aws:iam::${RECORDED_ACCOUNT}:user${path}${user}`
  const lines = [
    lineOf({ user: 'idle', arn: arn('/', 'idle'), ...key(1, ago(200)) }),
    lineOf({ user: 'busy', arn: arn('/', 'busy'), ...key(1, ago(3)) }),
    lineOf({ user: 'CI-1', arn: arn('/', 'CI-1'), ...key(1, ago(3)), ...key(2, ago(200)) }),
    lineOf({ user: 'worker', arn: arn('/Service/a/', 'worker'), ...key(1, ago(3)) }),
    lineOf({ user: 'ses-smtp-user.1', arn: arn('/', 'ses-smtp-user.1'), ...key(1, ago(3)) }),
    lineOf({}),
  ]
  const { rows } = parseReport(reportOf(...lines), RECORDED_ACCOUNT)
  const policy = policyOf({ exemptUsers: ['ci-*', 'ses-smtp-user.*'], exemptPaths: ['/service/'] })
  expect(findSuspects(rows, policy, NOW)).toMatchObject({ activeKeys: 6, activeKeysNotExempt: 2 })
})

it.each(['N/A', '', 'not_supported', ' true'])(
  'a slot whose state is %j does not make the base of maxPercent larger',
  (state) => {
    const lines = [
      lineOf({ user: 'idle', ...key(1, ago(200)), access_key_2_active: state }),
      lineOf({ user: 'busy', ...key(1, ago(3)), access_key_2_active: state }),
      lineOf({}),
    ]
    const { rows } = parseReport(reportOf(...lines), RECORDED_ACCOUNT)
    expect(findSuspects(rows, policyOf(), NOW)).toMatchObject({ activeKeys: 4, activeKeysNotExempt: 2 })
  },
)

it("a suspect has the date of the user's creation", () => {
  const created = '2019-01-02T03:04:05Z'
  expect(find({ user_creation_time: created, ...key(1, ago(200)) }).suspects).toMatchObject([
    { userCreatedAt: created },
  ])
})

it('an exemption that matches no user is named, those that always hold aside', () => {
  const arn = `arn:aws:iam::${RECORDED_ACCOUNT}:user/Ops/night/ann`
  const { rows } = parseReport(reportOf(lineOf({ user: 'ann', arn }), lineOf({ user: 'bob' })), RECORDED_ACCOUNT)
  const policy = policyOf({
    exemptUsers: [...ALWAYS_EXEMPT_USERS, 'ANN', 'b*', 'bo', 'ann,bob', '<root_account>'],
    exemptPaths: ['/ops/', '/ops/night/', '/', '/night/', '/ops/day/', '/break_glass/'],
  })
  expect(findSuspects(rows, policy, NOW).unmatchedExemptions).toEqual({
    users: ['bo', 'ann,bob', '<root_account>'],
    paths: ['/night/', '/ops/day/', '/break_glass/'],
  })
})

it('a path is read from the arn', () => {
  const user = 'stackd-credential-fixture-e-key-used'
  const { suspects } = findSuspects(
    parseReport(RECORDED, RECORDED_ACCOUNT).rows,
    policyOf(),
    new Date('2027-09-11T14:00:00Z'),
  )
  expect(suspects.find((suspect) => suspect.user === user)).toMatchObject({
    path: '/credential-report/',
    activeInReport: 1,
  })
})
