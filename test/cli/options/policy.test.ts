// Which policy holds for a run on this machine, and what is said where it breaks a rule.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { accountOf, awsWith, inBackgroundHere, inProcess, newDirectory } from '../command.ts'

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
    expect(policyIn(stderr).slice(0, 13)).toEqual([
      ['mode', 'plan', 'without --apply'],
      ['approval', 'never', 'a run on this machine asks nobody'],
      ['unusedDays', '45', '--unused-days'],
      ['rotationDays', '365', '--rotation-days'],
      ['warnDays', '14', 'default'],
      ['maxKeys', '7', 'keysweep.yml'],
      ['maxPercent', '25', 'default'],
      ['concurrency', '25', 'default'],
      ['exemptUsers', 'ses-smtp-user.*', 'always'],
      ['exemptUsers', 'deploy-*', 'keysweep.yml'],
      ['exemptUsers', 'x', '--exempt-user'],
      ['exemptUsers', 'y', '--exempt-user'],
      ['exemptPaths', '/s/', '--exempt-path'],
    ])
    expect(recordIn(join(cwd, '.keysweep')).policy).toEqual({
      unusedDays: 45,
      rotationDays: 365,
      warnDays: 14,
      maxKeys: 7,
      maxPercent: 25,
      concurrency: 25,
      exemptUsers: ['ses-smtp-user.*', 'deploy-*', 'x', 'y'],
      exemptPaths: ['/s/'],
    })
  })

  it('may be loosened by options: whoever types them is the deployer', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 50 }))
    const settings = join(newDirectory(), 'strict.yml')
    writeFileSync(
      settings,
      'mode: plan\napproval: over-cap\npolicy: { unusedDays: 400, rotationDays: 700, maxKeys: 0, concurrency: 1 }',
    )
    const loose = ['--unused-days', '30', '--rotation-days', 'off', '--max-keys', '10', '--concurrency', '40']
    const { code } = await inProcess(
      ['run', '--apply', '--settings', settings, '--store', newDirectory(), ...loose],
      env,
    )
    expect(code).toBe(0)
    expect(endpoint.writes).toMatchObject([{ user: 'idle', to: 'Inactive' }])
  })

  it.each<[string, string, string[], string, string]>([
    ['an option wins over the file', 'always', ['--approval', 'never'], 'never', '--approval'],
    ['a file that says always is not passed over', 'always', [], 'always', 'FILE'],
    ["a file's over-cap is no wish", 'over-cap', [], 'never', 'a run on this machine asks nobody'],
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
    const run = inBackgroundHere(['run', '--apply', '--run-id', 'asked'], env, { cwd })
    await run.says(/To see the keys and to answer/)
    expect(endpoint.writes).toEqual([])
    expect((await inProcess(['approve', 'asked', '--reject'], env, { cwd })).code).toBe(0)
    expect((await run.ended).code).toBe(3)
  })

  it.each([
    [['--unused-days', '0'], 'Option --unused-days refused: Too small: expected number to be >=1, received "0"'],
    [['--unused-days', 'ninety'], 'Option --unused-days refused: Invalid input: expected number, received "ninety"'],
    [['--unused-days', '1.5'], 'Option --unused-days refused: Invalid input: expected int, received "1.5"'],
    [['--unused-days', 'off'], 'Option --unused-days refused: Invalid input: expected number, received "off"'],
    [['--max-percent', '101'], 'Option --max-percent refused: Too big: expected number to be <=100, received "101"'],
    [['--concurrency', '41'], 'Option --concurrency refused: Too big: expected number to be <=40, received "41"'],
    [['--exempt-path', 'ci'], 'Option --exempt-path refused: a path begins and ends with "/", received ["ci"]'],
    [
      ['--exempt-path', '/a/', '--exempt-path', 'b'],
      'Option --exempt-path refused: a path begins and ends with "/", received ["/a/","b"]',
    ],
    [['--settings', 'no-such.yml'], 'Settings refused: expected a file to read at no-such.yml, received ENOENT'],
    [['--frobnicate'], "unknown option '--frobnicate' (try --help)"],
    [['--unused-days'], "option '--unused-days <days>' argument missing (try --help)"],
    [['here'], "too many arguments for 'run'. Expected 0 arguments but got 1: here. (try --help)"],
  ])('ends with 2 and one line for %j', async (options, line) => {
    expect(await inProcess(['run', ...options])).toEqual({ code: 2, stdout: '', stderr: `keysweep: ${line}\n` })
  })

  it.each([
    ['policy: { unusedDays: 0 }', 'policy.unusedDays: Too small: expected number to be >=1'],
    ['policy: { unusedays: 90 }', 'policy: Unrecognized key: "unusedays"'],
    ['policy: [', 'not YAML: '],
    ['90', 'the whole: Invalid input: expected object, received number'],
  ])('ends with 2 and one line for a settings file that says %s', async (text, rule) => {
    const settings = join(newDirectory(), 'mine.yml')
    writeFileSync(settings, text)
    const { code, stdout, stderr } = await inProcess(['run', '--settings', settings])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^keysweep: .*\n$/)
    expect(stderr).toContain(`${settings}: Settings refused: ${rule}`)
  })

  it('is refused for demo by what was typed alone', async () => {
    expect((await inProcess(['demo', '--exempt-path', 'service'])).stderr).toBe(
      'keysweep: Option --exempt-path refused: a path begins and ends with "/", received ["service"]\n',
    )
  })

  it('ends with 2 for a settings file that is a directory', async () => {
    const directory = join(newDirectory(), 'keysweep.yml')
    mkdirSync(directory)
    expect(await inProcess(['run', '--settings', directory])).toMatchObject({
      code: 2,
      stderr: `keysweep: Settings refused: expected a file to read at ${directory}, received EISDIR\n`,
    })
  })
})
