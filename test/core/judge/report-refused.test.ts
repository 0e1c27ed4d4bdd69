import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { parseReport } from '../../../core/judge/report.ts'
import { ReportRefused } from '../../../core/model/errors.ts'
import { errorWith, expectOwnSentences, messageOf } from '../../support/error-facts.ts'
import { HEADER, lineOf, RECORDED, RECORDED_ACCOUNT, reportOf } from '../../support/report-csv.ts'

const parse = (content: string) => parseReport(content, RECORDED_ACCOUNT)
const refusal = (content: string) => () => parse(content)

/** null: refused */
function rowsOrNull(content: string) {
  try {
    return parse(content).rows
  } catch (error) {
    if (error instanceof ReportRefused) return null
    throw error
  }
}

/** A line whose first two columns have changed places. */
const swapped = (line: string) => line.replace(/^((?:[^,]*,)*?[^,]*),(arn[^,]*)/, '$2,$1')

const NEEDED = [
  'user_creation_time',
  ...[1, 2].flatMap((slot) =>
    ['active', 'last_rotated', 'last_used_date'].map((column) => `access_key_${slot}_${column}`),
  ),
]

const HEADER_TWICE = `${HEADER},${'x'.repeat(300)},user`

describe('a report is refused', () => {
  it.each<[string, string, (string | number)[]]>([
    ['empty', '', []],
    ['a header alone', HEADER, []],
    ['HTML', '<html><body>Please log in</body></html>', [1, 'user', 'arn']],
    ['a header we do not know', RECORDED.replace('access_key_2_active', 'second_key'), [22, 'access_key_2_active']],
    [
      'of another account',
      RECORDED.replaceAll('123456789012', '999999999999'),
      ['123456789012', '"arn:aws:iam::999999999999:root"'],
    ],
    ['naming a user twice', reportOf(lineOf({ user: 'bob' }), lineOf({ user: 'Bob' })), ['"Bob"']],
    [
      'a comma left unquoted where the arn does not tell which',
      reportOf(lineOf({ user: 'smith, j', arn: 'arn:aws:iam::123456789012:user/smith' })),
      [23],
    ],
    ['a line with a field too many', reportOf(`${lineOf({})},false`), [23]],
    [
      'an arn that names another user',
      reportOf(lineOf({ user: 'a', arn: 'arn:aws:iam::123456789012:user/b' })),
      ['"a"', '"arn:aws:iam::123456789012:user/b"'],
    ],
    [
      'a column twice',
      reportOf(lineOf({})).replace('mfa_active', 'user'),
      [`"${HEADER.replace('mfa_active', 'user').slice(0, 200)}"`],
    ],
    ['a line too long', `${RECORDED},false`, [23]],
    [
      'a bare comma, told with the beginning of the line',
      reportOf(lineOf({ user: 'smith, j', arn: `arn:aws:iam::123456789012:user/${'x'.repeat(200)}` })),
      [23, `"smith, j,arn:aws:iam::123456789012:user/${'x'.repeat(80)}"`],
    ],
    [
      'a bare comma where the arn does not stand beside the name',
      reportOf(lineOf({ user: 'smith, j' }))
        .split('\n')
        .map(swapped)
        .join('\n'),
      [24],
    ],
    ['a column that stands twice', [HEADER_TWICE, `${lineOf({})},1,2`].join('\n'), [`"${HEADER_TWICE.slice(0, 200)}"`]],
    [
      'without columns that are needed',
      'user,arn,mfa_active,password_enabled',
      ['4 columns', 'user_creation_time', 'access_key_2_last_used_date', '"user,arn,mfa_active,password_enabled"'],
    ],
    ...NEEDED.map((column): [string, string, string[]] => [
      `without the column ${column}`,
      RECORDED.replace(column, 'another'),
      [column],
    ]),
    ['a header without end', `user,${'x'.repeat(300)}`, [2, `"user,${'x'.repeat(195)}"`]],
    ['cut short in its last field', reportOf(lineOf({ cert_2_last_rotated: '2026-01-0' })), ['"2026-01-0"']],
    ['cut short in a word for none', reportOf(lineOf({ cert_2_last_rotated: 'N/' })), ['"N/"']],
    ['ending in more than a word for none', reportOf(lineOf({ cert_2_last_rotated: 'xN/A' })), ['"xN/A"']],
    ['ending in a word and more', reportOf(lineOf({ cert_2_last_rotated: 'N/Ax' })), ['"N/Ax"']],
    [
      'an arn with something after it',
      reportOf(lineOf({ user: '<root_account>', arn: 'arn:aws:iam::123456789012:rootx' })),
      ['"<root_account>"', '"arn:aws:iam::123456789012:rootx"'],
    ],
    ['of lone carriage returns', RECORDED.replaceAll('\n', '\r'), [`"${HEADER.slice(0, 120)}"`]],
    ['an open quote', reportOf(`"${lineOf({})}`), ['line 2']],
    ['an open quote in the header', `"${HEADER}\n${lineOf({})}`, ['line 1']],
    ['an open quote far below', reportOf(lineOf({}), '', lineOf({ user: '"jo"x' })), ['line 4', 'jo']],
    ['a field too many far below', reportOf(lineOf({}), `${lineOf({ user: 'jo' })},false`), ['line 3', 23, 'jo']],
    [
      'a path with a comma and a quote of which the name is none of the arn',
      reportOf(lineOf({ user: 'jo', arn: 'arn:aws:iam::123456789012:user/a,"b/kim' })),
      ['line 2', 'jo'],
    ],
    [
      'a path with a comma and a quote, cut before its end',
      reportOf(lineOf({ user: 'jo', arn: 'arn:aws:iam::123456789012:user/a,"b/jo' }).replace(/,N\/A$/, '')),
      ['line 2', 'jo'],
    ],
    ['more after a closing quote', reportOf(lineOf({ user: '"jo"x' })), [2]],
    ['a blank between a closing quote and the comma', reportOf(lineOf({ user: '"jo" ' })), [2]],
    ['a quote that is not doubled', reportOf(lineOf({ user: '"j"o"' })), [2]],
    ['a NUL after a closing quote', reportOf(lineOf({ user: '"jo"\0' })), [2]],
    ['half a character, which no bytes can hold', reportOf(lineOf({ user: 'jo\ud800' })), [2]],
    ['a field too few', reportOf(lineOf({}).replace(/,[^,]*$/, '')), [21]],
    ['most fields too few', reportOf('jo,arn:aws:iam::123456789012:user/jo,true'), [3]],
    [
      'a cut line whose arn repeats what stands before it',
      reportOf(`jo${',true'.repeat(7)},arn:aws:iam::123456789012:user/jo${',true'.repeat(7)},N/A,N/A`),
      [18],
    ],
    [
      'a line break in a cell that is quoted',
      reportOf(lineOf({ user: '"jo\nkim"', arn: '"arn:aws:iam::123456789012:user/jo\nkim"' })),
      ['line 2', '"\\"jo"'],
    ],
    ['a line that is two quotes', reportOf('""', lineOf({})), [1, '""']],
    [
      'another end of the header than of its lines, which makes one line of all',
      `${HEADER}\r\n${['jo', 'kim', 'jo'].map((user) => lineOf({ user })).join('\n')}`,
      [lineOf({ user: 'jo' }).slice(0, 100)],
    ],
    ['a lone carriage return at the end', reportOf(`${lineOf({})}\r`), [`"${lineOf({}).slice(0, 120)}"`]],
    ['two ways to end a line', `${reportOf(lineOf({}))}\r\n${lineOf({ user: 'jo' })}\n`, [`"${HEADER.slice(0, 120)}"`]],
  ])('when it is %s', (_, content, facts) => {
    expect(refusal(content)).toThrow(ReportRefused)
    expect(refusal(content)).toThrow(errorWith('ReportRefused', ...facts))
  })

  it('with a sentence for each thing that can be wrong', () => {
    const refused = [
      '',
      HEADER,
      RECORDED.replace('access_key_1_active', 'x'),
      [HEADER_TWICE, `${lineOf({})},1,2`].join('\n'),
      reportOf(lineOf({ cert_2_last_rotated: '2026-01-0' })),
      reportOf(lineOf({ user: 'a', arn: 'arn:aws:iam::123456789012:user/b' })),
      RECORDED.replaceAll('123456789012', '999999999999'),
      reportOf(lineOf({}), lineOf({})),
      reportOf(`${lineOf({})},false`),
      reportOf(`"${lineOf({})}`),
      reportOf(lineOf({ user: '"jo"x' })),
      reportOf(`${lineOf({})}\r`),
    ]
    expectOwnSentences(refused.map((content) => messageOf(refusal(content))))
  })

  it('wherever it is cut short, but at the very end of a line: then it only knows fewer users', () => {
    const whole = parse(RECORDED).rows
    const ends = new Set([...RECORDED.matchAll(/\n/g)].flatMap(({ index }) => [index, index + 1]))
    const wrong = Array.from(RECORDED, (_, length) => length).filter((length) => {
      const rows = rowsOrNull(RECORDED.slice(0, length))
      return ends.has(length) && length > HEADER.length + 1
        ? !isDeepStrictEqual(rows, whole.slice(0, rows?.length))
        : rows !== null
    })
    expect(wrong).toEqual([])
  })
})
