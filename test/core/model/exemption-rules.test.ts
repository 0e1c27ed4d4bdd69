// An exemption that cannot match is refused where it is said, and the message names the right spelling.
import { describe, expect, it } from '@jest/globals'
import { InputRefused, SettingsRefused } from '../../../core/model/errors.ts'
import { pathFault, patternFault } from '../../../core/model/exemption-rules.ts'
import { DEFAULT_POLICY, policyInForce, storedPolicy } from '../../../core/model/policy.ts'
import { joinInput, parseSettings } from '../../../core/model/settings.ts'
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
]

const RIGHT_PATHS = ['/', '/ops/', '/a/b/', '/a,b/', "/!#$%&'()*+-./", '/a//b/', `/${'x'.repeat(510)}/`]

const settingsWith = (policy: object) => parseSettings(JSON.stringify({ policy }))

describe.each([
  ['exemptUsers', patternFault, WRONG_USERS, RIGHT_USERS],
  ['exemptPaths', pathFault, WRONG_PATHS, RIGHT_PATHS],
] as const)('policy.%s', (field, fault, wrong, right) => {
  it.each(wrong)('takes no %j, and names %j', (text, spelling) => {
    const expected = expect.stringMatching(spelling === null ? /^must (?!.*: use ")/ : /^must .*: use "/)
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

it.each([
  ...WRONG_USERS.map(([text]) => ({ exemptUsers: [text] })),
  ...['//', '/é/', '/a b/'].map((path) => ({ exemptPaths: [path] })),
])('an earlier version may have stored %j: a run that waits goes on', (stored) => {
  for (const schema of [policyInForce, storedPolicy])
    expect(schema.safeParse({ ...DEFAULT_POLICY, ...stored }).success).toBe(true)
})
