// The file of `keysweep run --accounts`: what it may say, and what is said of everything else.
import { describe, expect, it } from '@jest/globals'
import { readAccountsFile } from '../../../core/model/accounts-file.ts'
import { SettingsRefused } from '../../../core/model/errors.ts'
import { errorWith, factsIn, messageOf } from '../../support/error-facts.ts'

const A = '111122223333'
const B = '444455556666'
const C = '777788889999'

const FILE = 'accounts.yml'
const read = (...lines: string[]) => readAccountsFile(['accounts:', ...lines].join('\n'), FILE)

describe('a file of accounts', () => {
  it('has accounts, their names, and how to get into each: one role, three roles, a profile, or as the settings say', () => {
    expect(
      read(
        `  - account: ${A}`,
        '    name: payments',
        '    role: Sweeper',
        `  - { account: "${B}", roles: { read: r, deactivate: d, reactivate: a } }`,
        `  - { account: ${C}, profile: prod admin }`,
        '  - account: "012345678901"',
      ),
    ).toEqual([
      {
        account: A,
        name: 'payments',
        member: { roles: { read: 'Sweeper', deactivate: 'Sweeper', reactivate: 'Sweeper' }, profile: null },
      },
      { account: B, name: null, member: { roles: { read: 'r', deactivate: 'd', reactivate: 'a' }, profile: null } },
      { account: C, name: null, member: { roles: null, profile: 'prod admin' } },
      { account: '012345678901', name: null, member: null },
    ])
  })

  it('may have 10,000 accounts', () => {
    const lines = (count: number) => Array.from({ length: count }, (_, at) => `  - account: "${100000000000 + at}"`)
    expect(read(...lines(10_000))).toHaveLength(10_000)
    expect(() => read(...lines(10_001))).toThrow(
      errorWith('SettingsRefused', `${FILE}:2`, 'accounts', 10_000, 'received 10001 items'),
    )
  })

  it.each<[string, string[], (string | number)[]]>([
    ['no accounts', [], [`${FILE}:1`, 'accounts']],
    ['an account of 11 digits', ['  - account: "11112222333"'], [`${FILE}:2`, 12, '"11112222333"']],
    ...[
      '012345678901',
      '1e11',
      '0x174876E800',
      '0o1351035564000',
      '111122223333.0',
      '+111122223333',
      '0111122223333',
    ].map((number): [string, string[], (string | number)[]] => [
      `${number}, which YAML takes for a number`,
      [`  - account: ${number}`],
      [`${FILE}:2`, 'accounts.0.account', 12, `received ${number}.`, 'quotes'],
    ]),
    ['a name that is a number', [`  - { account: ${A}, name: 007 }`], ['accounts.0.name', 'received 007.', 'quotes']],
    ['an account that is a word', ['  - account: prod'], [`${FILE}:2`, 12, '"prod"']],
    ['no account', ['  - name: prod'], [`${FILE}:2`, 'accounts.0.account is missing']],
    ['an id alone', [`  - ${A}`], [`${FILE}:2`, 'accounts.0', 'object', A]],
    [
      'an account twice',
      [`  - account: ${A}`, `  - account: "${A}"`],
      [`${FILE}:3`, 'accounts.1.account', 'once', `"${A}"`],
    ],
    ['a field of another name', [`  - account: ${A}`, '    rol: x'], [`${FILE}:3`, 'accounts.0.rol', 'mean role?']],
    [
      'a role of another name',
      [`  - { account: ${A}, roles: { reed: r, deactivate: d, reactivate: a } }`],
      ['accounts.0.roles.reed', 'mean read?'],
    ],
    ['one role of three', [`  - { account: ${A}, roles: { read: r } }`], ['deactivate', 'reactivate']],
    [
      'a role and a profile',
      [`  - { account: ${A}, role: r, profile: p }`],
      [`${FILE}:2`, 'accounts.0 must', 'one of role, roles, profile', '["role","profile"]'],
    ],
    [
      'a role and roles',
      [`  - { account: ${A}, role: r, roles: { read: r, deactivate: d, reactivate: a } }`],
      ['roles'],
    ],
    ['the ARN of a role', [`  - { account: ${A}, role: "arn:aws:iam::${A}:role/r" }`], ['accounts.0.role', 64]],
    ['an empty profile', [`  - { account: ${A}, profile: "" }`], ['accounts.0.profile', 1]],
    ['an empty name', [`  - { account: ${A}, name: "" }`], ['accounts.0.name', 1]],
    ['no YAML', ['  - {'], [`${FILE}:2`, 'YAML']],
  ])('is refused with file and line: %s', (_, lines, facts) => {
    expect(() => read(...lines)).toThrow(errorWith('SettingsRefused', ...facts))
  })

  it.each(['', '[]', 'accounts: x', `acounts: [{account: ${A}}]`, `accounts: []\nmore: 1`])(
    'is refused where it has no list of accounts, or anything beside it: %j',
    (text) => expect(() => readAccountsFile(text, FILE)).toThrow(SettingsRefused),
  )

  it('proposes no name for one that is like none', () => {
    const said = messageOf(() => read(`  - { account: ${A}, zzzzzzzz: x }`))
    expect(said).toEqual(factsIn(`${FILE}:2: unknown`, 'accounts.0.zzzzzzzz. The file'))
  })

  it('names every fault in one line, and how the file is written', () => {
    const said = messageOf(() =>
      read('  - account: 1', `  - { account: ${A}, role: r, profile: p }`, '    #', '  - x: 1'),
    )
    expect(said).not.toContain('\n')
    expect([...said.matchAll(/accounts\.yml:(\d)/g)].map(([, line]) => line)).toEqual(['2', '3', '5', '5'])
  })
})
