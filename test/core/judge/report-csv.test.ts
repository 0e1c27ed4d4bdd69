// The report's text as lines of fields.
import { describe, expect, it } from '@jest/globals'
import { RUN_AGAIN, readCsv, USER_ARN } from '../../../core/judge/report-csv.ts'
import { errorWith, expectOwnSentences, messageOf } from '../../support/error-facts.ts'

const arnOf = (name: string) => `arn:aws:iam::123456789012:user/${name}`
const linesOf = (header: string, ...lines: string[]) => readCsv([header, ...lines].join('\n')).slice(1)

describe('a text is read', () => {
  it.each<[string, string, string[][]]>([
    ['a header alone', 'user,arn', [['user', 'arn']]],
    [
      'empty fields',
      'a,b,c\n,,\n1,,3',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
        ['1', '', '3'],
      ],
    ],
    [
      'blank lines',
      '\na,b\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['one column', 'a\n1', [['a'], ['1']]],
    [
      'quoted fields',
      '"a","b"\n"1,2","say ""x"""',
      [
        ['a', 'b'],
        ['1,2', 'say "x"'],
      ],
    ],
    [
      'an empty field in quotes',
      'a,b\n"",2',
      [
        ['a', 'b'],
        ['', '2'],
      ],
    ],
    [
      'a quote inside a field',
      'a,b\n1"2,3',
      [
        ['a', 'b'],
        ['1"2', '3'],
      ],
    ],
    [
      'blanks, which belong to the field',
      'a,b\n 1 , 2',
      [
        ['a', 'b'],
        [' 1 ', ' 2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark at its beginning',
      '\uFEFFa,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a byte order mark elsewhere, which belongs to the field',
      'a,b\n1\uFEFF,2',
      [
        ['a', 'b'],
        ['1\uFEFF', '2'],
      ],
    ],
  ])('with %s', (_, content, rows) => {
    expect(readCsv(content)).toEqual(rows)
  })
})

describe('a line with a comma or a quote that is not quoted is read by its arn', () => {
  it.each<[string, string, [string, string]]>([
    ['a comma in the name', `smith, j,${arnOf('smith, j')}`, ['smith, j', arnOf('smith, j')]],
    [
      'a comma in the name, and a quoted arn with quotes',
      `smith, j,"${arnOf('x""y/smith, j')}"`,
      ['smith, j', arnOf('x"y/smith, j')],
    ],
    ['a comma in the path, and a quoted name', `"jo",${arnOf('x,y/jo')}`, ['jo', arnOf('x,y/jo')]],
  ])('%s', (_, line, [user, arn]) => {
    expect(linesOf('user,arn,a,b', `${line},1,"2""3"`)).toEqual([[user, arn, '1', '2"3']])
  })
  it('also where name and arn are all there is', () => {
    expect(linesOf('user,arn', `a,b,${arnOf('a,b')}`)).toEqual([['a,b', arnOf('a,b')]])
  })
  it.each<[string, string, string, (string | number)[]]>([
    ['the first column is not the name', 'name,arn,a', `a,b,${arnOf('a,b')},1`, ['line 2', 3, 5]],
    ['the second column is not the arn', 'user,arns,a', `a,b,${arnOf('a,b')},1`, ['line 2', 3, 5]],
    ['another field has an open quote', 'user,arn,a,b', `a,b,${arnOf('a,b')},"1,2`, ['line 2']],
    ['two fields have half a quoted text each', 'user,arn,a,b', `a,b,${arnOf('a,b')},1,"2`, ['line 2']],
    ['more follows the closing quote of the name', 'user,arn,a', `"jo"x,${arnOf('jo')},1`, ['line 2']],
    ['a quote in the quoted name is not doubled', 'user,arn,a', `"j"o",${arnOf('o')},1`, ['line 2']],
    ['more follows the closing quote of the arn', 'user,arn,a', `a,b,"${arnOf('a,b')}"x,1`, ['line 2']],
    ['the arn names another', 'user,arn,a', `a,b,${arnOf('b')},1`, ['line 2', 3, 4]],
    ['the arn is of no user', 'user,arn,a', 'a,b,arn:aws:iam::123456789012:root,1', ['line 2', 3, 4]],
    ['fields are missing', 'user,arn,a,b', `jo,${arnOf('jo')}`, ['line 2', 4, 2]],
  ])('unless %s', (_, header, line, facts) => {
    expect(() => linesOf(header, line)).toThrow(errorWith('ReportRefused', ...facts))
  })
})

it('a quote is read in a column of any place', () => {
  expect(linesOf('a,arn,user', `1,"${arnOf('x""y/jo')}",jo`, `2,${arnOf('x"y/jo')},jo`)).toEqual([
    ['1', arnOf('x"y/jo'), 'jo'],
    ['2', arnOf('x"y/jo'), 'jo'],
  ])
})

describe('a text that cannot be read is refused', () => {
  const refused: [string, string, RegExp, (string | number)[]][] = [
    ['nothing', '', /empty/, []],
    ['a byte order mark alone', '\uFEFF', /empty/, []],
    ['an open quote', 'a,b\n1,2\n"3,4', /no end/, ['line 3', '"\\"3,4"']],
    ['three quotes', 'a,b\n"1""2,3', /no end/, ['line 2']],
    ['more after a closing quote', 'a,b\n"1"2,3', /quoted.*malformed/, ['line 2', '"\\"1\\"2,3"']],
    ['half a character', 'a,b\n1\ud800,2', /character/, ['line 2']],
    ['an open quote in the header, below a blank line', '\n"a,b\n1,2', /header/, ['line 2', '"\\"a,b"']],
    ['a field too many', 'a,b\n\n1,2,3', /fields/, ['line 3', 2, 3, '"1,2,3"']],
    ['a lone carriage return', 'a,b\n1\r2,3', /break/, ['line 2', '"1\\r2,3"']],
  ]
  it.each(refused)('%s', (_, content, why, facts) => {
    expect(() => readCsv(content)).toThrow(errorWith('ReportRefused', ...facts))
    expect(messageOf(() => readCsv(content))).toMatch(why)
  })
  it('and each message ends with what to do', () => {
    expectOwnSentences([RUN_AGAIN])
    for (const [, content] of refused) expect(messageOf(() => readCsv(content)).endsWith(` ${RUN_AGAIN}`)).toBe(true)
  })
})

describe('an arn', () => {
  it.each([
    [arnOf('jo'), 'jo'],
    [arnOf('a/b/jo'), 'jo'],
    ['arn:aws-us-gov:iam::123456789012:user/jo', 'jo'],
    ['arn:aws:iam::123456789012:root', undefined],
  ])('%s is of the account and of %s', (arn, user) => {
    const parts = USER_ARN.exec(arn)
    expect([parts?.[2], parts?.[4]]).toEqual(['123456789012', user])
  })
  it.each([
    'arn:aws:iam::12345678901:user/jo',
    'arn:aws:iam::1234567890123:user/jo',
    'arn:aws:iam:eu-west-1:123456789012:user/jo',
    'arn:aws:iam::123456789012:role/jo',
    'arn:aws:iam::123456789012:user/',
    'arn:aws:iam::123456789012:user/a/',
    'arn:aws:iam::123456789012:rooted',
    ` ${arnOf('jo')}`,
    'arn:AWS:iam::123456789012:user/jo',
  ])('%j is none of a user', (arn) => {
    expect(USER_ARN.test(arn)).toBe(false)
  })
})
