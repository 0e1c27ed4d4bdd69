import { describe, expect, it } from '@jest/globals'
import { parseReport } from '../../../core/judge/report.ts'
import { ReportRefused } from '../../../core/model/errors.ts'
import { HEADER, lineOf, RECORDED, RECORDED_ACCOUNT, reportOf } from '../../support/report-csv.ts'

const parse = (content: string) => parseReport(content, RECORDED_ACCOUNT)
const refusal = (content: string) => () => parse(content)

/** A line whose first two columns have changed places. */
const swapped = (line: string) => line.replace(/^((?:[^,]*,)*?[^,]*),(arn[^,]*)/, '$2,$1')

describe('a report is refused', () => {
  it.each([
    ['empty', '', /^Report refused: empty, expected a header line/],
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
    ['of lone carriage returns', RECORDED.replaceAll('\n', '\r'), /^Report refused: /],
    ['an open quote', reportOf(`"${lineOf({})}`), /not whole CSV.*: Quoted field unterminated in row 2$/],
    ['more after a closing quote', reportOf(lineOf({ user: '"jo"x' })), /not whole CSV.*malformed in row 2$/],
    ['a blank between a closing quote and the comma', reportOf(lineOf({ user: '"jo" ' })), /malformed in row 2$/],
    ['a quote that is not doubled', reportOf(lineOf({ user: '"j"o"' })), /not whole CSV.*malformed in row 2$/],
    ['a NUL after a closing quote', reportOf(lineOf({ user: '"jo"\0' })), /not whole CSV.*malformed in row 2$/],
    ['half a character, which no bytes can hold', reportOf(lineOf({ user: 'jo\ud800' })), /malformed in row 2$/],
    ['a field too few', reportOf(lineOf({}).replace(/,[^,]*$/, '')), /not whole CSV.*: 21 fields in /],
    ['most fields too few', reportOf('jo,arn:aws:iam::123456789012:user/jo,true'), /not whole CSV.*: 3 fields in /],
    [
      'a cut line whose arn repeats what stands before it',
      reportOf(`jo${',true'.repeat(7)},arn:aws:iam::123456789012:user/jo${',true'.repeat(7)},N/A,N/A`),
      /not whole CSV.*: 18 fields in /,
    ],
    [
      'a line break in a cell that is quoted',
      reportOf(lineOf({ user: '"jo\nkim"', arn: '"arn:aws:iam::123456789012:user/jo\nkim"' })),
      /not whole CSV.*: 4 lines that make 2 rows$/,
    ],
    ['a line that is two quotes', reportOf('""', lineOf({})), /not whole CSV.*: 1 fields in ""$/],
    [
      'another end of the header than of its lines, which makes one line of all',
      `${HEADER}\r\n${['jo', 'kim', 'jo'].map((user) => lineOf({ user })).join('\n')}`,
      /not whole CSV/,
    ],
    ['a lone carriage return at the end', reportOf(`${lineOf({})}\r`), /not whole CSV.*: a line break in "backup-bot,/],
    ['two ways to end a line', `${reportOf(lineOf({}))}\r\n${lineOf({ user: 'jo' })}\n`, /not whole CSV/],
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
