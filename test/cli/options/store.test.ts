// Which run store a command on this machine uses, and what it says of it.
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import {
  ASKS,
  accountOf,
  awsWith,
  type CommandEnd,
  errorLine,
  inBackgroundHere,
  inProcess,
  newDirectory,
  storeIn,
} from '../command.ts'

const runsIn = (store: string): string[] => (existsSync(join(store, 'runs')) ? readdirSync(join(store, 'runs')) : [])

/** One person on one machine, who types in more than one directory. */
async function machine(lastUsedDaysAgo: Record<string, number> = { idle: 200 }) {
  const aws = await awsWith(accountOf(lastUsedDaysAgo))
  const home = newDirectory()
  const env = { ...aws.env, XDG_STATE_HOME: join(home, 'state') }
  return { ...aws, home, env, store: storeIn(home), elsewhere: { cwd: newDirectory() } }
}

const APPLY = ['run', '--apply', '--yes', '--max-percent', '100']

const noted = ({ stderr }: CommandEnd): string[] => stderr.split('\n').filter((line) => /\brun store\b/i.test(line))

describe('without --store', () => {
  it('one store holds for an account, whatever the directory: a key that undo gave back is kept', async () => {
    const { endpoint, env, store, elsewhere } = await machine()
    expect((await inProcess([...APPLY, '--run-id', 'first'], env)).code).toBe(0)
    expect(runsIn(store)).toEqual(['first'])
    expect((await inProcess(['undo', 'first', '--run-id', 'back'], env, elsewhere)).code).toBe(0)
    const again = await inProcess([...APPLY, '--json'], env, elsewhere)
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'nothing to do', counts: { stale: 0 } })
    expect(endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Active'])
    expect(runsIn(store)).toHaveLength(3)
    expect(readdirSync(elsewhere.cwd)).toEqual([])
  })

  it.each([
    ['relative', { XDG_STATE_HOME: 'state' }],
    ['empty', { XDG_STATE_HOME: '' }],
  ])('a state folder that is %s does not count: the one in the home does', async (_, odd) => {
    const { env, home, elsewhere } = await machine()
    expect((await inProcess(['run'], { ...env, ...odd, HOME: home }, elsewhere)).code).toBe(0)
    expect(runsIn(join(home, '.local/state/keysweep/111122223333'))).toHaveLength(1)
    expect(readdirSync(elsewhere.cwd)).toEqual([])
  })

  it('runs of an earlier version in the working directory still hold, and are named', async () => {
    const { env, store, elsewhere } = await machine()
    const { cwd } = elsewhere
    await inProcess([...APPLY, '--run-id', 'old', '--store', '.keysweep'], env, elsewhere)
    const undone = await inProcess(['undo', 'old'], env, elsewhere)
    expect(undone.code).toBe(0)
    const again = await inProcess([...APPLY, '--json'], env, elsewhere)
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'nothing to do' })
    expect(noted(again)).toEqual([factsIn('.keysweep', store)])
    expect([runsIn(join(cwd, '.keysweep')).length, runsIn(store)]).toEqual([3, []])
    expect((await inProcess(['show'], env, elsewhere)).stdout).toContain('\nold ')
  })

  it('a state folder that cannot hold stores ends a command with one line, at once', async () => {
    const { env, elsewhere, home } = await machine()
    const file = join(home, 'file')
    writeFileSync(file, '')
    mkdirSync(join(home, 'odd'))
    writeFileSync(join(home, 'odd/keysweep'), '')
    for (const [state, ...args] of [
      ['/proc', 'run'],
      ['/proc', ...APPLY],
      [file, 'run'],
      [join(home, 'odd'), 'show'],
      [join(home, 'odd'), 'approve'],
    ] as const) {
      const { code, stdout, stderr } = await inProcess([...args], { ...env, XDG_STATE_HOME: state }, elsewhere)
      expect({ code, stdout, error: errorLine({ stderr }) }).toEqual({
        code: 1,
        stdout: '',
        error: lineWith(`${state}/keysweep`, '--store'),
      })
    }
  })

  it('runs of an earlier version behind a symbolic link are refused, also if it leads nowhere, and not passed over', async () => {
    const { env, endpoint, elsewhere } = await machine()
    mkdirSync(join(elsewhere.cwd, '.keysweep'))
    symlinkSync('/no/such/folder', join(elsewhere.cwd, '.keysweep/runs'))
    for (const args of [APPLY, ['show']]) {
      const ended = await inProcess(args, env, elsewhere)
      expect([ended.code, errorLine(ended)]).toEqual([1, lineWith('.keysweep/runs')])
    }
    expect(endpoint.writes).toEqual([])
  })

  it('what the demo left in the working directory is no store', async () => {
    const { env, store, elsewhere } = await machine()
    mkdirSync(join(elsewhere.cwd, '.keysweep/demo/runs/demo-run'), { recursive: true })
    const ended = await inProcess(['run'], env, elsewhere)
    expect(noted(ended)).toEqual([])
    expect(runsIn(store)).toHaveLength(1)
    expect(readdirSync(join(elsewhere.cwd, '.keysweep'))).toEqual(['demo'])
  })

  it('a store that is named holds alone', async () => {
    const { env, store, elsewhere } = await machine()
    mkdirSync(join(elsewhere.cwd, '.keysweep/runs/old'), { recursive: true })
    const named = newDirectory()
    await inProcess(['run', '--store', named], env, elsewhere)
    await inProcess(['run'], { ...env, KEYSWEEP_STORE: named }, elsewhere)
    expect([runsIn(named).length, runsIn(store)]).toEqual([2, []])
  })
})

describe('what another store of this machine knows of a key counts', () => {
  const KEPT = { status: 'nothing to do', counts: { stale: 0 } }
  const json = async (...[args, ...more]: Parameters<typeof inProcess>) =>
    JSON.parse((await inProcess([...args, '--json'], ...more)).stdout)

  it('for a run and explain with a store of their own, such as a throw-away one', async () => {
    const { env, endpoint } = await machine()
    await inProcess([...APPLY, '--run-id', 'first'], env)
    await inProcess(['undo', 'first', '--run-id', 'back'], env)
    const thrownAway = newDirectory()
    expect(await json([...APPLY, '--store', thrownAway], env)).toMatchObject(KEPT)
    const explained = await inProcess(['explain', accessKeyId('idle'), '--store', newDirectory()], env)
    expect(explained.stdout).toMatch(/reactivated .* \d{4}-\d\d-/)
    expect(endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Active'])
  })

  it.each([
    ['from the store of the account for a directory with runs of an earlier version', [], []],
    ['from runs of an earlier version for a named store', ['--store', '.keysweep'], ['--store', newDirectory()]],
  ])('%s', async (_, first, again) => {
    const { env, elsewhere } = await machine()
    await inProcess([...APPLY, '--run-id', 'first', ...first], env, elsewhere)
    await inProcess(['undo', 'first', '--run-id', 'back', ...first], env, elsewhere)
    mkdirSync(join(elsewhere.cwd, '.keysweep/runs/old'), { recursive: true })
    expect(await json([...APPLY, ...again], env, elsewhere)).toMatchObject(KEPT)
  })

  it('but not that of another account', async () => {
    const { env, endpoint } = await machine()
    await inProcess([...APPLY, '--run-id', 'first'], env)
    await inProcess(['undo', 'first', '--run-id', 'back'], env)
    const other = await awsWith({ ...accountOf({ idle: 200 }), id: '444455556666' })
    const there = { ...other.env, XDG_STATE_HOME: env.XDG_STATE_HOME }
    expect(await json([...APPLY, '--run-id', 'first'], there)).toMatchObject({ status: 'deactivated' })
    expect(endpoint.writes).toHaveLength(2)
  })
})

describe('a store that does not know the account', () => {
  it('is named before the first --apply, and only then', async () => {
    const { env, store, endpoint } = await machine()
    const first = await inProcess(APPLY, env)
    expect(noted(first)).toEqual([expect.stringContaining('111122223333')])
    expect(noted(first)[0]).toContain(store)
    expect(noted(await inProcess(APPLY, env))).toEqual([])
    expect(endpoint.writes).toHaveLength(1)
  })

  it('is not named for a plan, which takes nothing', async () => {
    const { env } = await machine()
    expect(noted(await inProcess(['run'], env))).toEqual([])
  })

  it('is named where it has runs of another account only', async () => {
    const { env } = await machine()
    const store = newDirectory()
    const other = await awsWith({ ...accountOf({ idle: 200 }), id: '444455556666' })
    await inProcess([...APPLY, '--store', store], other.env)
    expect(noted(await inProcess([...APPLY, '--store', store], env))).toHaveLength(1)
    expect(noted(await inProcess([...APPLY, '--store', store], env))).toEqual([])
  })
})

describe('the reading commands look through all stores of this machine', () => {
  async function twoAccounts() {
    const { env, elsewhere, home, store } = await machine()
    const other = await awsWith({ ...accountOf({ idle: 200 }), id: '444455556666' })
    const there = { ...other.env, XDG_STATE_HOME: env.XDG_STATE_HOME }
    await inProcess(['run', '--run-id', 'here'], env)
    await inProcess(['run', '--run-id', 'there'], there)
    return { env, there, elsewhere, home, store }
  }

  it('show lists runs with their account, and finds one by its id', async () => {
    const { env, elsewhere } = await twoAccounts()
    const { stdout } = await inProcess(['show', '--json'], env, elsewhere)
    const listed = (JSON.parse(stdout) as { runId: string; account: string }[]).map((run) => [run.runId, run.account])
    expect(listed.sort()).toEqual([
      ['here', '111122223333'],
      ['there', '444455556666'],
    ])
    expect((await inProcess(['show', 'there'], env, elsewhere)).stdout).toContain('there on account 444455556666')
  })

  it('show refuses a run that is nowhere, and one that is in two stores', async () => {
    const { env, there, elsewhere, home, store } = await twoAccounts()
    const nowhere = await inProcess(['show', 'nope'], env, elsewhere)
    expect(nowhere).toMatchObject({ code: 2, stderr: lineWith('"nope"', store, storeIn(home, '444455556666')) })
    await inProcess(['run', '--run-id', 'here'], there)
    const twice = await inProcess(['show', 'here'], env, elsewhere)
    expect(twice).toMatchObject({
      code: 2,
      stderr: lineWith('"here"', store, storeIn(home, '444455556666'), '--store'),
    })
  })

  it('explain reads the store of the account', async () => {
    const { env, elsewhere } = await machine()
    const key = accessKeyId('idle')
    await inProcess([...APPLY, '--run-id', 'first'], env)
    await inProcess(['undo', 'first'], env)
    const known = await inProcess(['explain', key], env, elsewhere)
    expect(known.stdout).toMatch(/reactivated +\d{4}-\S+ +run store/)
  })

  it('approve finds a waiting run from another directory, by the line that the run prints', async () => {
    const { env, elsewhere, endpoint } = await machine()
    const running = inBackgroundHere([...APPLY, '--approval', 'always', '--run-id', 'asked'], env, {
      cwd: elsewhere.cwd,
    })
    const line = ASKS.exec(await running.says(ASKS))?.[1]
    expect(line).toBe('approve asked')
    expect((await inProcess(['approve'], env)).stdout).toMatch(/asked +111122223333/)
    expect((await inProcess(['approve', 'asked', '--yes'], env)).code).toBe(0)
    expect((await running.ended).code).toBe(0)
    expect(endpoint.writes).toHaveLength(1)
    expect(await inProcess(['approve', 'asked', '--yes'], env)).toMatchObject({ code: 3, stderr: lineWith('asked') })
  })
})
