import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { checkAge, parseReport, REPORT_COLUMNS } from '../../../core/judge/report.ts'
import { ReportRefused } from '../../../core/model/errors.ts'
import { anyText } from '../../support/any-text.ts'
import { errorWith, expectOwnSentences, messageOf } from '../../support/error-facts.ts'
import { HEADER, lineOf, RECORDED, RECORDED_ACCOUNT, reportOf } from '../../support/report-csv.ts'

const parse = (content: string) => parseReport(content, RECORDED_ACCOUNT)

describe('the recorded report', () => {
  const { rows } = parse(RECORDED)

  it('has the root user and ten users, and no column we do not know', () => {
    expect(rows.map((row) => row.user.replace('stackd-credential-fixture-', ''))).toEqual([
      '<root_account>',
      'a-keys-new-inactive',
      'b-keys-old-inactive',
      'c-reset-required',
      'd-password',
      'e-key-used',
      'f-certs-old-inactive',
      'g-certs-new-inactive',
      'h-password-deleted',
      'i-mfa',
      'z-bare',
    ])
    expect(RECORDED.split('\n')[0]?.split(',')).toEqual(REPORT_COLUMNS)
  })
  it('shows the active root key', () => {
    expect(rows[0]).toMatchObject({
      root: true,
      slots: [{ active: true, lastUsedAt: '2021-02-03T04:05:00Z', lastUsedService: 's3' }, { active: false }],
    })
  })
  it('shows an active and an inactive slot of one second, and the date of the inactive one', () => {
    expect(rows[2]?.slots).toEqual([
      {
        slot: 1,
        active: true,
        lastRotatedAt: '2026-09-11T13:14:50Z',
        lastUsedAt: null,
        lastUsedService: null,
        unknown: [],
      },
      {
        slot: 2,
        active: false,
        lastRotatedAt: '2026-09-11T13:14:50Z',
        lastUsedAt: null,
        lastUsedService: null,
        unknown: [],
      },
    ])
  })
})

describe('a report is read', () => {
  const active = { access_key_1_active: 'true', access_key_1_last_rotated: '2026-01-01T00:00:00Z' }
  const slotOf = (content: string) => parse(content).rows[0]?.slots[0]

  it.each([
    ['with dates that end in +00:00', { access_key_1_last_rotated: '2026-01-01T00:00:00+00:00' }],
    ['with upper-case truth values', { access_key_1_active: 'TRUE' }],
    ['with capital truth values', { access_key_1_active: 'True' }],
  ])('%s', (_, cells) => {
    expect(slotOf(reportOf(lineOf({ ...active, ...cells })))).toMatchObject({
      active: true,
      lastRotatedAt: '2026-01-01T00:00:00Z',
      unknown: [],
    })
  })
  it.each([
    ['with a newline at its end', (text: string) => `${text}\n`],
    ['with CRLF line ends', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (text: string) => `\uFEFF${text}`],
  ])('%s', (_, change) => {
    expect(parse(change(RECORDED)).rows).toEqual(parse(RECORDED).rows)
  })
  it('with its columns in any order, by name', () => {
    const turned = (line: string) => line.split(',').reverse().join(',')
    expect(parse(RECORDED.split('\n').map(turned).join('\n')).rows).toEqual(parse(RECORDED).rows)
  })
  it.each(['a"b/jo', '"/jo', 'a""/jo', 'a",b/jo'])('with a quote in the path %s, however it is written', (path) => {
    const arn = `arn:aws:iam::123456789012:user/${path}`
    const rowsOf = (cell: string) => parse(reportOf(lineOf({ user: 'jo', arn: cell }))).rows
    expect(rowsOf(arn)).toMatchObject([{ user: 'jo', arn }])
    expect(rowsOf(`"${arn.replaceAll('"', '""')}"`)).toMatchObject([{ user: 'jo', arn }])
  })
  it.each(['a,"b/jo', '",/jo', ',"/jo', 'a,"b",c/jo', 'a","b/jo', 'a,""b,/jo', 'a,b/c"d/jo'])(
    'with a comma and a quote in the path %s, however it is written',
    (path) => {
      const arn = `arn:aws:iam::123456789012:user/${path}`
      const others = [
        lineOf({ user: 'before' }),
        lineOf({ user: '"after"', arn: '"arn:aws:iam::123456789012:user/after"' }),
      ]
      const rowsOf = (cell: string, user = 'jo') =>
        parse(reportOf(others[0] ?? '', lineOf({ user, arn: cell, access_key_1_active: 'true' }), others[1] ?? '')).rows
      for (const rows of [rowsOf(arn), rowsOf(arn, '"jo"'), rowsOf(`"${arn.replaceAll('"', '""')}"`)]) {
        expect(rows.map(({ user }) => user)).toEqual(['before', 'jo', 'after'])
        expect(rows[1]).toMatchObject({ arn, slots: [{ active: true }, { active: false }] })
      }
    },
  )
  it('with a comma in the name and a quote in the path', () => {
    const arn = 'arn:aws:iam::123456789012:user/x,"y/smith, j'
    expect(parse(reportOf(lineOf({ user: 'smith, j', arn }))).rows).toMatchObject([{ user: 'smith, j', arn }])
  })
  it.each([
    'cert_1_active',
    'mfa_active',
    'password_last_used',
    'access_key_2_last_used_service',
    'access_key_1_last_used_region',
  ])('without the column %s, which keysweep does not need', (left) => {
    const without = (line: string) => line.split(',').toSpliced(REPORT_COLUMNS.indexOf(left), 1).join(',')
    const rows = parse(RECORDED.split('\n').map(without).join('\n')).rows
    expect(rows.map(({ user, slots }) => [user, slots.map((slot) => ({ ...slot, lastUsedService: null }))])).toEqual(
      parse(RECORDED).rows.map(({ user, slots }) => [user, slots.map((slot) => ({ ...slot, lastUsedService: null }))]),
    )
  })
  it.each([1, 2])('without the service of the last use of key %d: it is not known', (slot) => {
    const without = HEADER.replace(`access_key_${slot}_last_used_service`, 'another')
    const cells = { access_key_1_last_used_service: 's3', access_key_2_last_used_service: 'iam' }
    const [row] = parse([without, lineOf(cells)].join('\n')).rows
    expect(row?.slots.map(({ lastUsedService }) => lastUsedService)).toEqual(slot === 1 ? [null, 'iam'] : ['s3', null])
  })
  it('with the columns that it needs alone, and refused where its end is cut', () => {
    const needed = REPORT_COLUMNS.filter((name) =>
      /^(user|arn|user_creation_time|access_key_\d_(active|last_rotated|last_used_date))$/.test(name),
    )
    const at = needed.map((name) => REPORT_COLUMNS.indexOf(name))
    const alone = RECORDED.split('\n')
      .map((line) => at.map((index) => line.split(',')[index]).join(','))
      .join('\n')
    expect(needed).toHaveLength(9)
    expect(parse(alone).rows.map(({ user }) => user)).toEqual(parse(RECORDED).rows.map(({ user }) => user))
    expect(() => parse(alone.slice(0, -1))).toThrow(ReportRefused)
  })
  it('with a comma in a user name that is quoted', () => {
    const line = lineOf({ user: '"smith, j"', arn: '"arn:aws:iam::123456789012:user/smith, j"', ...active })
    expect(parse(reportOf(line)).rows[0]?.user).toBe('smith, j')
  })
  it.each([
    ['a user name', { user: 'smith, j' }],
    ['a path', { user: 'j', arn: 'arn:aws:iam::123456789012:user/a,b/c/j' }],
    ['both', { user: 'a,b,c', arn: 'arn:aws:iam::123456789012:user/x,y/a,b,c' }],
  ])('with a comma in %s that is not quoted: the arn repeats the name', (_, cells) => {
    const { rows } = parse(reportOf(lineOf({ ...cells, ...active }), lineOf({ user: 'z' })))
    expect(rows[0]).toMatchObject({
      user: cells.user,
      slots: [{ active: true, lastRotatedAt: '2026-01-01T00:00:00Z' }, {}],
    })
  })
  it('with the documented 23rd column, which tells of more keys', () => {
    const lines = [
      `${HEADER},additional_credentials_info`,
      `${lineOf({ user: 'two' })},N/A`,
      `${lineOf({ user: 'three' })},"3 keys"`,
    ]
    expect(parse(lines.join('\n')).rows.map((row) => row.moreCredentials)).toEqual([false, true])
  })
  it('with a column that we do not know', () => {
    const content = [`${HEADER},passkeys`, `${lineOf({})},0`].join('\n')
    expect(parse(content)).toEqual(parse(reportOf(lineOf({}))))
  })
  it('with a last column that we do not know, whatever is in it', () => {
    const content = [`${HEADER},password_enabled_by`, `${lineOf({})},ann`].join('\n')
    expect(parse(content)).toEqual(parse(reportOf(lineOf({}))))
  })
  it.each(['no_information', 'not_supported', 'yesterday', ''])('with %j for a last use: unknown, not old', (value) => {
    expect(
      slotOf(reportOf(lineOf({ ...active, access_key_1_last_used_date: value }), lineOf({ user: 'z' }))),
    ).toMatchObject({
      lastUsedAt: null,
      unknown: [`access_key_1_last_used_date ${JSON.stringify(value)}`],
    })
  })
  it('with a day of making that we do not know: unknown, not new', () => {
    const cells = { ...active, access_key_1_last_rotated: 'once' }
    expect(slotOf(reportOf(lineOf(cells)))).toMatchObject({
      lastRotatedAt: null,
      unknown: ['access_key_1_last_rotated "once"'],
    })
  })
  it.each(['untrue', 'trueish', 'not false', 'falsehood'])('with the truth value %s: unknown', (value) => {
    expect(slotOf(reportOf(lineOf({ access_key_1_active: value }), lineOf({ user: 'z' })))?.active).toBeNull()
  })
  it.each([
    ['N/A', null],
    ['', null],
    ['s3', 's3'],
  ])('with %j for the service of a last use: %j', (value, service) => {
    expect(slotOf(reportOf(lineOf({ ...active, access_key_1_last_used_service: value })))?.lastUsedService).toBe(
      service,
    )
  })
  it.each([
    ['2020-01-01T00:00:00+00:00', '2020-01-01T00:00:00Z'],
    ['N/A', 'N/A'],
    ['no_information', 'no_information'],
  ])('with %s as the creation of a user: %s', (user_creation_time, userCreatedAt) => {
    expect(parse(reportOf(lineOf({ user_creation_time }))).rows).toMatchObject([{ userCreatedAt }])
  })
  it('with a blank line in it', () => {
    expect(parse(RECORDED.replaceAll('\n', '\n\n')).rows).toEqual(parse(RECORDED).rows)
  })
  it.each([
    ['yes', true],
    ['', false],
    ['N/A', false],
  ])('with %j in the 23rd column: more keys: %s', (value, more) => {
    const { rows } = parse(`${HEADER},additional_credentials_info\n${lineOf({})},${value}`)
    expect(rows).toEqual([expect.objectContaining({ moreCredentials: more })])
  })
  it('with a truth value that is none: unknown, not inactive', () => {
    expect(slotOf(reportOf(lineOf({ access_key_1_active: 'maybe' })))).toMatchObject({
      active: null,
      unknown: ['access_key_1_active "maybe"'],
    })
  })
})

it.each(['aws', 'aws-cn', 'aws-us-gov'])('a report of the partition %s is read', (partition) => {
  const line = lineOf({ user: 'bot', arn: `arn:${partition}:iam::123456789012:user/bot` })
  expect(parse(reportOf(line)).rows).toMatchObject([{ user: 'bot' }])
})

describe('the age of a report', () => {
  const now = new Date('2026-09-11T12:00:00Z')
  it.each(['2026-09-10T12:00:00Z', '2026-09-11T12:00:00Z', '2026-09-11T12:05:00Z'])('%s is taken', (at) => {
    expect(checkAge(at, now)).toBeUndefined()
  })
  const refused = ['2026-09-10T11:59:59.999Z', '2026-09-11T12:05:00.001Z', '']
  it.each(refused)('%j is refused', (at) => {
    expect(() => checkAge(at, now)).toThrow(ReportRefused)
    expect(() => checkAge(at, now)).toThrow(errorWith('ReportRefused', '1 day', '2026-09-11T12:00:00Z', at || '""'))
  })
  it.each([
    ['2026-09-10T11:59:59.999Z', /\bold\b/],
    ['2026-09-11T12:05:00.001Z', /\bfuture\b/],
  ])('of %s has the fault in its message: %s', (at, why) => {
    expect(messageOf(() => checkAge(at, now))).toMatch(why)
  })
  it('that is too great, negative or not known has a sentence of its own', () => {
    expectOwnSentences(refused.map((at) => messageOf(() => checkAge(at, now))))
  })
})

describe('whatever the bytes', () => {
  const onlyOurs = (content: string) => {
    try {
      return parse(content).rows.length > 0
    } catch (error) {
      return error instanceof ReportRefused
    }
  }
  it('a text is rows or our own error', () => {
    fc.assert(fc.property(anyText(), onlyOurs), { numRuns: 2000 })
  })
  it('a report with a piece replaced is rows or our own error', () => {
    const pieces = fc.tuple(fc.nat(RECORDED.length), fc.nat(40), anyText())
    fc.assert(
      fc.property(pieces, ([at, length, piece]) =>
        onlyOurs(RECORDED.slice(0, at) + piece + RECORDED.slice(at + length)),
      ),
      { numRuns: 2000 },
    )
  })
})
