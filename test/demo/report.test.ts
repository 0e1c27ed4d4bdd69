import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { type AccountKey, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { reportCsv } from '../../demo/report.ts'

const RECORDED = readFileSync(new URL('../fixtures/credential-report.csv', import.meta.url), 'utf8')

describe('the report', () => {
  it('of the account behind the recorded report is the recorded report, to the letter', () => {
    expect(reportCsv(recordedAccount())).toBe(RECORDED)
  })

  it('quotes a user name with a comma, and the ARN with it', () => {
    const account = newAccount('111122223333', { users: [newUser('garcia,lucia')] })
    expect(lastLine(reportCsv(account))).toMatch(/^"garcia,lucia","arn:aws:iam::111122223333:user\/garcia,lucia",2020/)
  })

  it('sorts its slots by something that is not age', () => {
    const older = newKey('AKIABBBBBBBBBBBBBBBB', at('2026-01-01T00:00:00Z'))
    const newer = newKey('AKIAAAAAAAAAAAAAAAAA', at('2026-02-02T00:00:00Z'))
    const account = newAccount('111122223333', { users: [newUser('bob', { keys: [older, newer] })] })
    expect(lastLine(reportCsv(account))).toMatch(/true,2026-02-02T00:00:00Z,.*true,2026-01-01T00:00:00Z,/)
  })

  it('shows a use with its date in whole seconds, its region and its service', () => {
    const lastUsed = usedAt(at('2026-03-03T03:03:03.999Z'), 'sts', 'eu-west-1')
    const key = newKey('AKIAAAAAAAAAAAAAAAAA', at('2026-01-01T00:00:00Z'), { lastUsed })
    const account = newAccount('111122223333', { users: [newUser('bob', { keys: [key] })] })
    expect(lastLine(reportCsv(account))).toContain(',true,2026-01-01T00:00:00Z,2026-03-03T03:03:03Z,eu-west-1,sts,')
  })

  it('says what a test tells it to, where the account has no word for it', () => {
    const reportSays = { access_key_1_last_used_date: 'not_supported' }
    const account = newAccount('111122223333', { users: [newUser('bob', { reportSays })] })
    expect(lastLine(reportCsv(account))).toContain(',not_supported,')
  })
})

const at = (instant: string) => new Date(instant)

const lastLine = (csv: string) => csv.split('\n').at(-1)

/** What lay behind the recording; the key ids are made up so that they stand in the slots that were recorded. */
function recordedAccount() {
  const user = (name: string, time: string, keys: AccountKey[] = [], reportSays = {}) =>
    newUser(`stackd-credential-fixture-${name}`, {
      path: '/credential-report/',
      createdAt: at(`2026-09-11T13:${time}Z`),
      keys,
      reportSays,
    })
  const key = (id: 'A' | 'B', time: string, status = 'Active') =>
    newKey(`AKIA${id.repeat(16)}`, at(`2026-09-11T13:${time}Z`), { status })
  const password = { password_enabled: 'true', password_last_used: 'no_information' }
  const certificates = (first: string, second: string) => ({
    cert_1_last_rotated: `2026-09-11T13:${first}Z`,
    cert_2_active: 'true',
    cert_2_last_rotated: `2026-09-11T13:${second}Z`,
  })
  const users = [
    user('z-bare', '14:43'),
    user('a-keys-new-inactive', '14:52', [key('A', '14:52'), key('B', '14:53', 'Inactive')]),
    user('b-keys-old-inactive', '14:49', [key('B', '14:50', 'Inactive'), key('A', '14:50')]),
    user('c-reset-required', '14:46', [], { ...password, password_last_changed: '2026-09-11T13:14:47Z' }),
    user('d-password', '14:44', [], { ...password, password_last_changed: '2026-09-11T13:14:45Z' }),
    user('e-key-used', '14:55', [key('A', '14:55')]),
    user('f-certs-old-inactive', '15:05', [], certificates('15:06', '15:07')),
    user('g-certs-new-inactive', '15:08', [], certificates('15:10', '15:09')),
    user('h-password-deleted', '15:12'),
    user('i-mfa', '15:15', [], { mfa_active: 'true' }),
  ]
  const rootKey = newKey('AKIAROOTROOTROOTROOT', at('2019-05-05T10:00:00Z'), {
    lastUsed: usedAt(at('2021-02-03T04:05:00Z')),
  })
  const root = {
    createdAt: at('2015-01-01T00:00:00Z'),
    keys: [rootKey],
    reportSays: {
      password_last_used: '2026-09-01T08:00:00Z',
      password_last_changed: '2020-01-01T00:00:00Z',
      password_next_rotation: 'not_supported',
      mfa_active: 'true',
    },
  }
  return newAccount('123456789012', { users, root })
}
