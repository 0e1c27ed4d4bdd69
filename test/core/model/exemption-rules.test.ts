// An exemption that cannot match is refused where it is said, and the message names the right spelling.
import { describe, expect, it } from '@jest/globals'
import { InputRefused, SettingsRefused } from '../../../core/model/errors.ts'
import { joinInput } from '../../../core/model/execution-input.ts'
import { pathFault, patternFault } from '../../../core/model/exemption-rules.ts'
import { DEFAULT_POLICY, policyInForce, storedPolicy } from '../../../core/model/policy.ts'
import { parseSettings } from '../../../core/model/settings.ts'
import { factsIn } from '../../support/error-facts.ts'

const ARN = 'arn:aws:iam::111122223333:user'

/** Each with the spelling to use; null: there is none to name. */
const WRONG_USERS: [string, string | null][] = [
  ['alice ', 'alice'],
  [' alice', 'alice'],
  ['alice\n', 'alice'],
  ['alice bob', null],
  [`${ARN}/alice`, 'alice'],
  [`${ARN}/ops/alice`, 'alice'],
  [`${ARN}/svc-*`, 'svc-*'],
  ['arn:aws:iam::111122223333:root', null],
  ['ops/alice', 'alice'],
  ['/ops/alice', 'alice'],
  ['/ops/', null],
  ['^pay.*$', 'pay*'],
  ['^pay', 'pay*'],
  ['pay$', '*pay'],
  ['vi?', 'vi*'],
  ['vi??', 'vi*'],
  ['(pay|vi)', null],
  ['pay[0-9]', null],
  ['pay\\.roll', 'pay.roll'],
  ['josé', null],
  ['"alice"', 'alice'],
  ["'alice'", 'alice'],
  ['alice;bob', null],
  ['%', null],
  // A pattern with blanks around it, and one that says "any characters" twice.
  [' pay.*', 'pay*'],
  ['^pay.*.*$', 'pay*'],
  ['x"alice"', null],
  ['"alice"x', null],
]

/** A name may hold "." and "+": what the last two mean cannot be known, and the run says if they match nobody. */
const RIGHT_USERS = [
  'alice',
  'ALICE',
  '*',
  'svc-*',
  '*@example.com',
  'smith,john',
  'a+b=c,d.e@f_g-h',
  '*,*',
  'pay.*',
  'pay.+',
]

const WRONG_PATHS: [string, string | null][] = [
  ['ops', '/ops/'],
  ['/ops', '/ops/'],
  ['ops/', '/ops/'],
  ['/ops/*', '/ops/'],
  ['/ops/ ', '/ops/'],
  [' /ops/', '/ops/'],
  ['/a b/', null],
  ['//', null],
  ['/é/', null],
  ['/a\t/', null],
  [`${ARN}/ops/alice`, '/ops/'],
  [`${ARN}/ops/*`, '/ops/'],
  [`${ARN}/alice`, null],
  ['\\ops\\', '/ops/'],
  ['', null],
  ['"/ops/"', '/ops/'],
  ['^/ops/$', '/ops/'],
  ['^/ops/.*', '/ops/'],
  ['./ops/', '/ops/'],
  ['/ops/**', '/ops/'],
  ['/ops*', null],
  ['*', null],
  ['/ops/?', null],
  ['a/*/b', null],
  ['a^b', null],
  ['a$b', null],
  ['a./b', '/a./b/'],
  ['///', null],
  ['a/b', '/a/b/'],
  ['a\\b', '/a/b/'],
  ['//ops', '/ops/'],
  ['ops//', '/ops/'],
  ['arn:aws:iam::111122223333:root', null],
  ['arn:aws:iam::111122223333:role/arn:x:user/ops/alice', null],
]

const RIGHT_PATHS = ['/', '/ops/', '/a/b/', '/a,b/', "/!#$%&'()*+-./", '/a//b/', '/a//', '//a/', `/${'x'.repeat(510)}/`]

const settingsWith = (policy: object) => parseSettings(JSON.stringify({ policy }))

describe.each([
  ['exemptUsers', patternFault, WRONG_USERS, RIGHT_USERS],
  ['exemptPaths', pathFault, WRONG_PATHS, RIGHT_PATHS],
] as const)('policy.%s', (field, fault, wrong, right) => {
  it.each(wrong)('takes no %j, and names %j', (text, spelling) => {
    const expected = expect.stringMatching(spelling === null ? /^must (?!.*: use )/ : /^must .*: use "/)
    expect(fault(text)).toEqual(expected)
    if (spelling !== null) expect(fault(text)).toEqual(factsIn(JSON.stringify(spelling)))
    if (spelling !== null) expect(fault(spelling)).toBeNull()
  })
  it.each(wrong)('that says %j is refused in keysweep.yml and in an input, with what was received', (text) => {
    const policy = { [field]: [text] }
    const received = factsIn(`policy.${field}.0`, JSON.stringify(text).slice(0, 80))
    expect(() => settingsWith(policy)).toThrow(SettingsRefused)
    expect(() => settingsWith(policy)).toThrow(expect.objectContaining({ message: received }))
    expect(() => joinInput(parseSettings(''), { policy })).toThrow(InputRefused)
    expect(() => joinInput(parseSettings(''), { policy })).toThrow(expect.objectContaining({ message: received }))
  })
  it.each(right)('takes %j', (text) => {
    expect(fault(text)).toBeNull()
    expect(settingsWith({ [field]: [text] }).policy[field]).toContain(text)
  })
})

/** What each rule says and no other does. */
const OF_USERS = ['ARN', 'exemptPaths', 'its path', 'blank', 'other pattern', '+ = , . @ _ -']
const OF_PATHS = ['ARN', 'begin and end', 'ASCII']

const rulesIn = (rules: string[], text: string | null) => rules.filter((rule) => text?.includes(rule))

describe('the rule that an exemption breaks', () => {
  it.each([
    [`${ARN}/alice`, 'ARN'],
    ['x/arn:', 'its path'],
    ['/ops/', 'exemptPaths'],
    ['ops/', 'exemptPaths'],
    ['/ops/alice', 'its path'],
    ['ops/alice ', 'its path'],
    ['alice ', 'blank'],
    ['\talice', 'blank'],
    ['alice (ops) ', 'blank'],
    ['alice bob', '+ = , . @ _ -'],
    ['josé', '+ = , . @ _ -'],
    ['', '+ = , . @ _ -'],
    ...[...'$^()[]{}|\\?'].flatMap((sign) => [sign, `a${sign}b`].map((text) => [text, 'other pattern'] as const)),
  ])('is said of the user %j: %s', (text, rule) => {
    expect(rulesIn(OF_USERS, patternFault(text))).toEqual([rule])
  })
  it.each([
    [`${ARN}/ops/alice`, 'ARN'],
    ['ops/arn:', 'begin and end'],
    ['ops/', 'begin and end'],
    ['/ops', 'begin and end'],
    ['a/ops/', 'begin and end'],
    ['/ops/a', 'begin and end'],
    ['', 'begin and end'],
    ['/a b/', 'ASCII'],
    ['/a\nb/', 'ASCII'],
    ['//', 'ASCII'],
  ])('is said of the path %j: %s', (text, rule) => {
    expect(rulesIn(OF_PATHS, pathFault(text))).toEqual([rule])
  })
})

it.each([
  ...WRONG_USERS.map(([text]) => ({ exemptUsers: [text] })),
  ...['//', '/é/', '/a b/'].map((path) => ({ exemptPaths: [path] })),
])('an earlier version may have stored %j: a run that waits continues', (stored) => {
  for (const schema of [policyInForce, storedPolicy])
    expect(schema.safeParse({ ...DEFAULT_POLICY, ...stored }).success).toBe(true)
})
