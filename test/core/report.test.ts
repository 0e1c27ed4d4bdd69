import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ReportRefused } from '../../core/errors.ts'
import { checkAge, parseReport } from '../../core/report.ts'
import { HEADER, lineOf, RECORDED, RECORDED_ACCOUNT, reportOf } from '../support/report-csv.ts'

const parse = (content: string) => parseReport(content, RECORDED_ACCOUNT)
const refusal = (content: string) => () => parse(content)

describe('the recorded report', () => {
  const { rows, unknownColumns } = parse(RECORDED)

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
    expect(unknownColumns).toEqual([])
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
  it('with a column that we do not know, and says so', () => {
    const content = [`${HEADER},passkeys`, `${lineOf({})},0`].join('\n')
    expect(parse(content).unknownColumns).toEqual(['passkeys'])
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
  it('with a blank line in it', () => {
    expect(parse(RECORDED.replaceAll('\n', '\n\n')).rows).toEqual(parse(RECORDED).rows)
  })
  it.each([
    ['yes', true],
    ['', false],
    ['N/A', false],
  ])('with %j in the 23rd column: more keys: %s', (value, more) => {
    const { rows, unknownColumns } = parse(`${HEADER},additional_credentials_info\n${lineOf({})},${value}`)
    expect([rows[0]?.moreCredentials, unknownColumns]).toEqual([more, []])
  })
  it('with a truth value that is none: unknown, not inactive', () => {
    expect(slotOf(reportOf(lineOf({ access_key_1_active: 'maybe' })))).toMatchObject({
      active: null,
      unknown: ['access_key_1_active "maybe"'],
    })
  })
})

/** A line whose first two columns have changed places. */
const swapped = (line: string) => line.replace(/^((?:[^,]*,)*?[^,]*),(arn[^,]*)/, '$2,$1')

describe('a report is refused', () => {
  it.each([
    ['empty', '', /empty, expected a header line/],
    ['a header alone', HEADER, /no rows, expected at least the root user/],
    ['HTML', '<html><body>Please log in</body></html>', /1 columns, expected the 22 of an IAM credential report/],
    ['a header we do not know', RECORDED.replace('access_key_2_active', 'second_key'), /missing access_key_2_active/],
    [
      'of another account',
      RECORDED.replaceAll('123456789012', '999999999999'),
      /of another account, expected 123456789012/,
    ],
    ['naming a user twice', reportOf(lineOf({ user: 'bob' }), lineOf({ user: 'Bob' })), /received two of "Bob"/],
    [
      'a comma left unquoted where the arn does not tell which',
      reportOf(lineOf({ user: 'smith, j', arn: 'arn:aws:iam::123456789012:user/smith' })),
      /not whole CSV/,
    ],
    ['a line with a field too many', reportOf(`${lineOf({})},false`), /not whole CSV/],
    [
      'an arn that names another user',
      reportOf(lineOf({ user: 'a', arn: 'arn:aws:iam::123456789012:user/b' })),
      /must name its user/,
    ],
    ['a column twice', reportOf(lineOf({})).replace('mfa_active', 'user'), /missing mfa_active/],
    ['a line too long', `${RECORDED},false`, /not whole CSV/],
    [
      'a bare comma, told with the beginning of the line',
      reportOf(lineOf({ user: 'smith, j', arn: `arn:aws:iam::123456789012:user/${'x'.repeat(200)}` })),
      /in every line as in the header: 23 fields in "smith, j,arn:aws:iam::123456789012:user\/x{80}"$/,
    ],
    [
      'a bare comma where the arn does not stand beside the name',
      reportOf(lineOf({ user: 'smith, j' }))
        .split('\n')
        .map(swapped)
        .join('\n'),
      /not whole CSV/,
    ],
    [
      'a column that stands twice',
      [`${HEADER},${'x'.repeat(300)},user`, `${lineOf({})},1,2`].join('\n'),
      /^Report refused: a column stands twice in the header "user,arn,.{191}"$/,
    ],
    [
      'two columns less',
      'user,arn,mfa_active,password_enabled',
      /^Report refused: 4 columns, expected the 22 of an IAM credential report, missing user_creation_time, password_last_used, .*; header "user,arn,mfa_active,password_enabled"$/,
    ],
    ['a header without end', `user,${'x'.repeat(300)}`, /; header "user,x{195}"$/],
    [
      'cut short in its last field',
      reportOf(lineOf({ cert_2_last_rotated: '2026-01-0' })),
      /^Report refused: cut short, expected a date, a truth value or N\/A at its very end, received "2026-01-0"$/,
    ],
    ['cut short in a word for none', reportOf(lineOf({ cert_2_last_rotated: 'N/' })), /cut short/],
    ['ending in more than a word for none', reportOf(lineOf({ cert_2_last_rotated: 'xN/A' })), /cut short/],
    ['ending in a word and more', reportOf(lineOf({ cert_2_last_rotated: 'N/Ax' })), /cut short/],
    [
      'an arn with something after it',
      reportOf(lineOf({ user: '<root_account>', arn: 'arn:aws:iam::123456789012:rootx' })),
      /must name its user/,
    ],
    ['an open quote', reportOf(`"${lineOf({})}`), /not whole CSV/],
  ])('when it is %s', (_, content, message) => {
    expect(refusal(content)).toThrow(ReportRefused)
    expect(refusal(content)).toThrow(message)
  })

  it('wherever it is cut short, but at the very end of a line: then it only knows fewer users', () => {
    const whole = parse(RECORDED).rows
    const ends = new Set([...RECORDED.matchAll(/\n/g)].flatMap(({ index }) => [index, index + 1]))
    for (let length = 0; length < RECORDED.length; length++) {
      const cut = RECORDED.slice(0, length)
      if (ends.has(length) && length > HEADER.length + 1)
        expect(parse(cut).rows).toEqual(whole.slice(0, parse(cut).rows.length))
      else expect(refusal(cut)).toThrow(ReportRefused)
    }
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
  it.each([
    ['2026-09-10T11:59:59.999Z', /too old, expected one made within 1 day/],
    ['2026-09-11T12:05:00.001Z', /made in the future/],
    ['', /no time of making/],
  ])('%s is refused', (at, message) => {
    expect(() => checkAge(at, now)).toThrow(ReportRefused)
    expect(() => checkAge(at, now)).toThrow(message)
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
    fc.assert(fc.property(fc.string({ unit: 'binary' }), onlyOurs), { numRuns: 2000 })
  })
  it('a report with a piece replaced is rows or our own error', () => {
    const pieces = fc.tuple(fc.nat(RECORDED.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 40 }))
    fc.assert(
      fc.property(pieces, ([at, length, piece]) =>
        onlyOurs(RECORDED.slice(0, at) + piece + RECORDED.slice(at + length)),
      ),
      { numRuns: 2000 },
    )
  })
})
