// Which policy holds for a run on this machine, and what is said where it breaks a rule.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { EXEMPT_PATHS } from '../../../demo/made-up-user.ts'
import { lineWith } from '../../support/error-facts.ts'
import { ASKS, accountOf, awsWith, inBackgroundHere, inProcess, newDirectory, storeIn } from '../command.ts'

const recordIn = (store: string): RunRecord =>
  JSON.parse(readFileSync(join(store, 'runs', readdirSync(join(store, 'runs'))[0] ?? 'none', 'record.json'), 'utf8'))

describe('the policy of a run', () => {
  const policyIn = (stderr: string): string[][] =>
    [...stderr.matchAll(/^ {2}(\w+) +(\S+) +(\S.*)$/gm)]
      .map(([, ...cells]) => cells as string[])
      .filter(([name]) => name !== 'Policy')

  it('is printed with where each value came from: option, file, default', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    const file = 'policy:\n  unusedDays: 60\n  maxKeys: 7\n  exemptUsers: [deploy-*]\n'
    writeFileSync(join(cwd, 'keysweep.yml'), file)
    const options = [
      '--unused-days',
      '45',
      '--rotation-days',
      '365',
      '--exempt-user',
      'x',
      '--exempt-user',
      'y',
      '--exempt-path',
      '/s/',
    ]
    const { code, stderr } = await inProcess(['run', ...options], env, { cwd })
    expect(code).toBe(0)
    expect(policyIn(stderr).slice(0, 14)).toEqual([
      ['mode', 'plan', 'without --apply'],
      ['approval', 'never', expect.stringContaining('--approval always')],
      ['unusedDays', '45', '--unused-days'],
      ['rotationDays', '365', '--rotation-days'],
      ['warnDays', '14', 'default'],
      ['maxKeys', '7', 'keysweep.yml'],
      ['maxPercent', '25', 'default'],
      ['concurrency', '25', 'default'],
      ['exemptUsers', 'ses-smtp-user.*', 'exemptSesUsers'],
      ['exemptUsers', 'deploy-*', 'keysweep.yml'],
      ['exemptUsers', 'x', '--exempt-user'],
      ['exemptUsers', 'y', '--exempt-user'],
      ['exemptSesUsers', 'yes', 'default'],
      ['exemptPaths', '/s/', '--exempt-path'],
    ])
    expect(recordIn(storeIn(cwd)).policy).toEqual({
      unusedDays: 45,
      rotationDays: 365,
      warnDays: 14,
      maxKeys: 7,
      maxPercent: 25,
      concurrency: 25,
      exemptUsers: ['ses-smtp-user.*', 'deploy-*', 'x', 'y'],
      exemptSesUsers: 'yes',
      exemptPaths: ['/s/'],
    })
  })

  it('may be loosened by options: the person who types them is the deployer', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 50 }))
    const settings = join(newDirectory(), 'strict.yml')
    writeFileSync(
      settings,
      'mode: plan\napproval: over-cap\npolicy: { unusedDays: 400, rotationDays: 700, maxKeys: 0, concurrency: 1 }',
    )
    const loose = ['--unused-days', '30', '--rotation-days', 'off', '--max-keys', '10', '--concurrency', '40']
    const { code } = await inProcess(
      ['run', '--apply', '--yes', '--settings', settings, '--store', newDirectory(), ...loose],
      env,
    )
    expect(code).toBe(0)
    expect(endpoint.writes).toMatchObject([{ user: 'idle', to: 'Inactive' }])
  })

  it.each<[string, string, string[], string, string]>([
    ['an option wins over the file', 'always', ['--approval', 'never'], 'never', '--approval'],
    ['a file that says always is not passed over', 'always', [], 'always', 'FILE'],
    ["a file's over-cap is no wish", 'over-cap', [], 'never', 'add --approval'],
    ['an option asks where the file does not', 'never', ['--approval', 'over-cap'], 'over-cap', '--approval'],
  ])('asks a person by this rule: %s', async (_, says, options, approval, from) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const settings = join(newDirectory(), 'mine.yml')
    writeFileSync(settings, `approval: ${says}\n`)
    const { code, stderr } = await inProcess(
      ['run', '--settings', settings, '--store', newDirectory(), ...options],
      env,
    )
    expect(code).toBe(0)
    expect(stderr.replaceAll(/\n {12,}/g, '')).toContain('approval')
    const [, value, origin] = policyIn(stderr).find(([name]) => name === 'approval') ?? []
    expect([value, origin?.slice(0, 12)]).toEqual([approval, from.replace('FILE', settings).slice(0, 12)])
  })

  it('that is to ask by the file waits for an answer before it writes', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    writeFileSync(join(cwd, 'keysweep.yml'), 'approval: always\n')
    const run = inBackgroundHere(['run', '--apply', '--yes', '--run-id', 'asked'], env, { cwd })
    await run.says(ASKS)
    expect(endpoint.writes).toEqual([])
    expect((await inProcess(['approve', 'asked', '--reject'], env, { cwd })).code).toBe(0)
    expect((await run.ended).code).toBe(3)
  })

  it.each([
    [
      ['--unused-days', '0'],
      ['--unused-days', '"0"', 1],
    ],
    [
      ['--unused-days', 'ninety'],
      ['--unused-days', '"ninety"', 'number'],
    ],
    [
      ['--unused-days', '1.5'],
      ['--unused-days', '"1.5"', 'whole number'],
    ],
    [
      ['--unused-days', 'off'],
      ['--unused-days', '"off"', 'number'],
    ],
    [
      ['--max-percent', '101'],
      ['--max-percent', '"101"', 100],
    ],
    [
      ['--concurrency', '41'],
      ['--concurrency', '"41"', 40],
    ],
    [
      ['--exempt-path', 'ci'],
      ['--exempt-path', '"ci"', '"/"'],
    ],
    [
      ['--exempt-path', '/a/', '--exempt-path', 'b'],
      ['--exempt-path', '"b"', '"/"'],
    ],
    [
      ['--exempt-user', 'alice,bob'],
      ['"alice,bob"', '--exempt-user alice --exempt-user bob', 'exemptUsers', 'keysweep.yml'],
    ],
    [
      ['--exempt-user', 'x', '--exempt-user', 'alice, bob,'],
      ['"alice, bob,"', '--exempt-user alice --exempt-user bob', 'exemptUsers'],
    ],
    [
      ['--exempt-user', '["alice", "bob"]'],
      ['--exempt-user alice --exempt-user bob.', 'exemptUsers'],
    ],
    [
      ['--exempt-user', 'alice\u200b'],
      ['--exempt-user', '"alice\\u200b"'],
    ],
    [
      ['--exempt-path', '/a/,/b/'],
      ['"/a/,/b/"', '--exempt-path /a/ --exempt-path /b/', 'exemptPaths'],
    ],
    [
      ['--exempt-user', 'alice '],
      ['--exempt-user', '"alice "', 'use "alice"'],
    ],
    [
      ['--exempt-path', '//'],
      ['--exempt-path', '"//"'],
    ],
    [
      ['--settings', 'no-such.yml'],
      ['no-such.yml', 'no such file'],
    ],
    [['--frobnicate'], ["'--frobnicate'", '--help']],
    [['--unused-days'], ["'--unused-days <days>'", '--help']],
    [['here'], ["'run'", 'here', '--help']],
  ])('ends with 2 and one line for %j', async (options, facts) => {
    expect(await inProcess(['run', ...options])).toEqual({ code: 2, stdout: '', stderr: lineWith(...facts) })
  })

  it.each([
    ['policy: { unusedDays: 0 }', ['policy.unusedDays', 1, 0]],
    ['policy: { unusedays: 90 }', [':1:', 'policy.unusedays', 'unusedDays?']],
    ['policy:\n  maxKeys: 1\n  unusedDay: 45\n', [':3:', 'policy.unusedDay', 'unusedDays?']],
    ['policy: [', ['YAML', '"policy: ["']],
    ['90', ['object', 90]],
  ])('ends with 2 and one line for a settings file that says %s', async (text, facts) => {
    const settings = join(newDirectory(), 'mine.yml')
    writeFileSync(settings, text)
    const { code, stdout, stderr } = await inProcess(['run', '--settings', settings])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toEqual(lineWith(settings, ...facts))
  })

  it('is refused for demo by what was typed alone', async () => {
    const { stderr } = await inProcess(['demo', '--exempt-path', 'service'])
    expect(stderr).toEqual(lineWith('--exempt-path', '"service"'))
    expect(stderr).not.toContain(EXEMPT_PATHS[0])
  })

  it('ends with 2 for a settings file that is a directory', async () => {
    const directory = join(newDirectory(), 'keysweep.yml')
    mkdirSync(directory)
    expect(await inProcess(['run', '--settings', directory])).toMatchObject({
      code: 2,
      stderr: lineWith(directory, 'directory'),
    })
  })
})
