import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { overCapText } from '../../../core/texts/approval-text.ts'
import { accessKeyId, newUser } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { accountOf, awsWith, errorLine, inProcess, keysweep, keyUsed, newDirectory, storeIn } from '../command.ts'

const runsIn = (store: string): string[] => readdirSync(join(store, 'runs'))
const recordIn = (store: string): RunRecord =>
  JSON.parse(readFileSync(join(store, 'runs', runsIn(store)[0] ?? 'none', 'record.json'), 'utf8'))

/** Accounts of tests are small, and the cap in keys is what is tested. */
const ANY_SHARE = ['--max-percent', '100']

const OVER_ONE = overCapText({ cap: 'maxKeys', stale: 2, allowed: 1 })

/** The sentence above the last lines, which say which run it was. */
const headlineIn = (stdout: string): string => /^(.*)\nRun +\S+ on account/m.exec(stdout)?.[1] ?? ''

describe('keysweep run', () => {
  it('only plans, and says what --apply would take', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, used: 2 }))
    const store = newDirectory()
    const { code, stdout, stderr } = await inProcess(['run', '--store', store], env)
    expect(code).toBe(0)
    expect(endpoint.writes).toEqual([])
    expect(stdout).toMatch(/^Would be deactivated: 1 key, unused for 90 days, longest idle first\n.*\n {2}idle /m)
    expect(headlineIn(stdout)).toEqual(factsIn('1 key would be deactivated', 'IAM'))
    expect(recordIn(store)).toMatchObject({ mode: 'plan', status: 'planned', counts: { stale: 1 } })
    expect(stderr).toMatch(/^Run \S+ on account 111122223333, as arn:aws:iam::111122223333:user\/operator\n/)
    expect(stderr).toContain(join(store, 'runs', runsIn(store)[0] ?? '', 'record.json'))
  })

  it.each<[string, string[], string]>([
    ['stop', [], 'over cap'],
    ['ask', ['--approval', 'over-cap'], 'waits'],
  ])('ends with 0 where --apply would %s, and says so and why', async (step, options, applied) => {
    const { endpoint, env } = await awsWith(accountOf({ a: 200, b: 200 }))
    const store = newDirectory()
    const { code, stdout } = await inProcess(
      ['run', ...ANY_SHARE, '--max-keys', '1', ...options, '--store', store],
      env,
    )
    expect(code).toBe(0)
    expect(headlineIn(stdout)).toEqual(factsIn(`would ${step}`, OVER_ONE, 'IAM'))
    expect(stdout).not.toMatch(/would be deactivated/i)
    expect(recordIn(store).ifApplied).toEqual({ step, why: [OVER_ONE] })
    if (applied === 'over cap') {
      const apply = await inProcess(
        ['run', ...ANY_SHARE, '--max-keys', '1', '--apply', '--yes', '--json', '--store', newDirectory()],
        env,
      )
      expect(JSON.parse(apply.stdout)).toMatchObject({ status: applied, ifApplied: recordIn(store).ifApplied })
    }
    expect(endpoint.writes).toEqual([])
  })

  it('deactivates with --apply', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, used: 2 }))
    const { code, stdout } = await inProcess(['run', '--apply', '--yes', '--store', newDirectory()], env)
    expect(code).toBe(0)
    expect(endpoint.writes).toMatchObject([{ user: 'idle', to: 'Inactive' }])
    expect(stdout).toContain('\n1 key deactivated.\n')
  })

  it('names a run with another store that took a key of the account, and keeps what was reactivated since', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, used: 2 }))
    const other = newDirectory()
    expect((await inProcess(['run', '--apply', '--yes', '--store', other], env)).code).toBe(0)
    await inProcess(['undo', ...runsIn(other), '--yes', '--store', other], env)
    const { stdout } = await inProcess(['run', '--apply', '--yes', '--json', '--store', newDirectory()], env)
    expect(endpoint.writes).toMatchObject([{ to: 'Inactive' }, { to: 'Active' }])
    const record = JSON.parse(stdout) as RunRecord
    expect(record.keyEvents?.otherSweepers).toMatchObject([
      { store: expect.stringContaining(other), accessKeyIds: [accessKeyId('idle')], runs: expect.any(Array) },
    ])
    expect(record.keyEvents?.otherSweepers[0]?.runs).toHaveLength(2)
    expect(record.keys.find(({ user }) => user === 'idle')).toMatchObject({
      row: 'in-use',
      values: { reactivated: true, by: 'arn:aws:iam::111122223333:user/operator' },
    })
  })

  it('prints the record and nothing else on stdout with --json, and keeps runs in the store of the account', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    const { code, stdout } = await keysweep(['run', '--apply', '--yes', '--json'], { env, cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(recordIn(storeIn(cwd)))
    expect(JSON.parse(stdout)).toMatchObject({ status: 'deactivated', counts: { deactivated: 1 } })
  })

  it('ends with 3 over a cap, names the cap, and writes nothing', async () => {
    const { endpoint, env } = await awsWith(accountOf({ a: 200, b: 200 }))
    const { code, stdout } = await inProcess(
      ['run', '--apply', '--yes', ...ANY_SHARE, '--max-keys', '1', '--store', newDirectory()],
      env,
    )
    expect(code).toBe(3)
    expect(headlineIn(stdout)).toEqual(factsIn(OVER_ONE, 'IAM'))
    expect(endpoint.writes).toEqual([])
  })

  it('ends with 1 where some keys fail, says why for each, and which permission would mend it', async () => {
    const { endpoint, env } = await awsWith(accountOf({ a: 200, b: 200 }))
    endpoint.fault({
      action: 'UpdateAccessKey',
      match: ({ UserName }) => UserName === 'a',
      kind: 'error',
      error: 'AccessDenied',
    })
    const { code, stdout, stderr } = await inProcess(
      ['run', '--apply', '--yes', ...ANY_SHARE, '--store', newDirectory()],
      env,
    )
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ {2}a +AKIA\w+ +failed +IamDenied: UpdateAccessKey of/m)
    expect(stdout).toContain('\n1 key deactivated, 1 failed.\n')
    expect(stderr.split('\n').filter((line) => line.startsWith('keysweep: iam:UpdateAccessKey '))).toEqual([
      factsIn('{"Effect":"Allow","Action":"iam:UpdateAccessKey","Resource":"arn:aws:iam::111122223333:user/*"}'),
    ])
  })

  it('advises no Allow where a service control policy denies the update, but does where a permission is missing', async () => {
    const { endpoint, env } = await awsWith(accountOf({ a: 200, b: 200 }))
    const explicit = 'not authorized to perform: iam:UpdateAccessKey with an explicit deny in a service control policy'
    const errors = { a: { code: 'AccessDenied', status: 403, message: explicit }, b: 'AccessDenied' } as const
    for (const [user, error] of Object.entries(errors))
      endpoint.fault({
        action: 'UpdateAccessKey',
        match: ({ UserName }) => UserName === user,
        kind: 'error',
        error,
      })
    const { stderr } = await inProcess(['run', '--apply', '--yes', ...ANY_SHARE, '--store', newDirectory()], env)
    const lines = stderr.split('\n').filter((line) => line.startsWith('keysweep: iam:UpdateAccessKey'))
    expect(lines).toEqual([factsIn('explicit Deny'), factsIn('{"Effect":"Allow"')])
    expect(lines[0]).not.toContain('{"Effect":"Allow"')
  })

  it('takes a run id of your own once', async () => {
    const { env, endpoint } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    expect(await inProcess(['run', '--run-id', 'monday', '--store', store], env)).toMatchObject({ code: 0 })
    const before = readFileSync(join(store, 'runs/monday/record.json'), 'utf8')
    const again = await inProcess(['run', '--apply', '--yes', '--run-id', 'monday', '--store', store], env)
    expect(again).toMatchObject({
      code: 2,
      stdout: '',
      stderr: lineWith('"monday"', store, '--run-id'),
    })
    expect(readFileSync(join(store, 'runs/monday/record.json'), 'utf8')).toBe(before)
    expect(endpoint.writes).toEqual([])
  })

  it('refuses a run id that cannot be one', async () => {
    expect(await inProcess(['run', '--run-id', '../up', '--store', newDirectory()])).toMatchObject({
      code: 2,
      stderr: lineWith('"../up"', 80),
    })
  })

  it('ends with 1 and one line where the run store cannot be written, and writes nothing to IAM', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const file = join(newDirectory(), 'a-file')
    writeFileSync(file, '')
    const { code, stdout, stderr } = await inProcess(['run', '--apply', '--yes', '--store', file], env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith(file, 'not a directory', '--store'))
    expect(endpoint.writes).toEqual([])
  })

  it('applies nothing where the settings file has the brake on, and still plans', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const settings = join(newDirectory(), 'keysweep.yml')
    writeFileSync(settings, 'mode: off')
    const store = newDirectory()
    const planned = await inProcess(['run', '--settings', settings, '--store', store, '--run-id', 'r'], env)
    expect(planned.code).toBe(0)
    expect(planned.stderr.split('\n').at(-2)).toEqual(factsIn('Apply', settings, 'mode: off'))
    for (const command of [
      ['run', '--apply'],
      ['apply', 'r'],
    ]) {
      const args = [...command, '--yes', '--settings', settings, '--store', store]
      const { code, stderr } = await inProcess(args, env)
      expect(code).toBe(2)
      expect(errorLine({ stderr })).toEqual(lineWith('off', settings, '--apply'))
    }
    expect(endpoint.writes).toEqual([])
    expect((await inProcess(['undo', 'r', '--store', store], env)).code).toBe(0)
  })

  it('shows no escape code from the name of a settings file or a store', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const settings = join(newDirectory(), '\x1b[31mmine.yml')
    writeFileSync(settings, 'policy: { unusedDays: 60 }')
    const store = join(newDirectory(), '\x1b[31mstore')
    const { stderr } = await inProcess(['run', '--settings', settings, '--store', store, '--run-id', 'r'], env)
    expect(stderr).toContain('mine.yml')
    expect(stderr).not.toContain('\x1b')
    expect((await inProcess(['undo', 'r', '--store', store], env)).stderr).not.toContain('\x1b')
    expect((await inProcess(['show', '--store', `${store}-2`])).stderr).not.toContain('\x1b')
  })

  it('shows no escape code from a tag or a name of the account', async () => {
    const tags = { owner: '\x1b[2J\x1b]0;owned\x07\u202eevil', 'keysweep-exempt': '\x1b[31mred\r\nsecond line\x9b5A' }
    const users = [newUser('tagged', { keys: [keyUsed('tagged', 200)], tags })]
    const { env } = await awsWith(accountOf({ idle: 200 }, users))
    const shown = await inProcess(['run', '--store', newDirectory()], env)
    expect(shown.stdout).toMatch(/exempt +red second line \(tagged\)/)
    expect(shown.stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
    const json = await inProcess(['run', '--json', '--store', newDirectory()], env)
    expect(json.stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain('\u009b5A')
  })

  it('is coloured if there is a terminal, and not with NO_COLOR', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const colours = await inProcess(['run', '--store', newDirectory()], { ...env, FORCE_COLOR: '1' })
    expect(colours.stdout).toContain('\x1b[32m')
    const none = await inProcess(['run', '--store', newDirectory()], { ...env, FORCE_COLOR: '1', NO_COLOR: '1' })
    expect(none.stdout + none.stderr).not.toContain('\x1b')
  })
})

describe('a run that finds more than one key', () => {
  it('lists the longest idle first', async () => {
    const { env } = await awsWith(accountOf({ b: 100, c: null, a: 300 }))
    const { stdout } = await inProcess(['run', '--store', newDirectory()], env)
    const order = [...stdout.matchAll(/^ {2}([abc]) +(AKIA\w+)/gm)].map(([, user, id]) => [user, id])
    expect(order).toEqual(['c', 'a', 'b'].map((name) => [name, accessKeyId(name)]))
  })

  it('lists the first 50 and counts the others, all with --all, and none with --summary', async () => {
    const names = Array.from({ length: 51 }, (_, index) => `user-${index}`)
    const { env } = await awsWith(accountOf(Object.fromEntries(names.map((name) => [name, 200]))))
    const idsWith = async (...options: string[]) => {
      const { code, stdout } = await inProcess(['run', ...options, '--store', newDirectory()], env)
      expect(code).toBe(0)
      return { ids: stdout.match(/AKIA\w+/g)?.length ?? 0, stdout }
    }
    const first = await idsWith()
    expect(first.ids).toBe(50)
    expect(first.stdout).toMatch(/^ {2}and 1 more\..*--all/m)
    expect((await idsWith('--all')).ids).toBe(51)
    const summary = await idsWith('--summary')
    expect(summary.ids).toBe(0)
    expect(summary.stdout).toMatch(/^Stale: 51 keys, /m)
  })

  it('refuses options that exclude each other before it asks AWS', async () => {
    const { env, endpoint } = await awsWith(accountOf({ idle: 200 }))
    const before = endpoint.calls.length
    const refused = await inProcess(['run', '--summary', '--json', '--store', newDirectory()], env)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(errorLine(refused)).toEqual(lineWith('--summary', '--json'))
    expect(endpoint.calls).toHaveLength(before)
  })
})
