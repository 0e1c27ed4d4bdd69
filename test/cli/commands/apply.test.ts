// keysweep apply: carries out the plan that a run on this machine stored.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { planHash } from '../../../core/run/plan.ts'
import { newUser } from '../../../demo/account.ts'
import { factsIn } from '../../support/error-facts.ts'
import { keyUsed } from '../../support/world.ts'
import { accountOf, awsWith, errorLine, inBackgroundHere, inProcess, newDirectory } from '../command.ts'

/** A store in which a run has planned the keys of two users. */
async function planned() {
  const aws = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
  const store = newDirectory()
  await inProcess(['run', '--max-percent', '100', '--run-id', 'monday', '--store', store], aws.env)
  const apply = (...args: string[]) => inProcess(['apply', ...args, '--max-percent', '100', '--store', store], aws.env)
  return { ...aws, store, apply, sha256: planHash(readFileSync(join(store, 'runs/monday/plan.json'), 'utf8')) }
}

describe('keysweep apply', () => {
  it('deactivates the keys of the plan, and no other key', async () => {
    const world = await planned()
    world.endpoint.account.users.push(newUser('later', { keys: [keyUsed('later', 400)] }))
    const { code, stdout, stderr } = await world.apply('monday', '--yes')
    expect(code).toBe(0)
    expect(stderr).toEqual(factsIn('monday', world.sha256))
    expect(stderr).toMatch(/^ *mode +apply +keysweep apply$/m)
    expect(stdout).toContain('2 keys deactivated')
    expect(stdout).toContain('monday')
    expect(world.endpoint.writes.map(({ user }) => user).sort()).toEqual(['idle', 'idler'])
  })

  it('prints the record as JSON, with the plan that it carried out', async () => {
    const { apply, sha256 } = await planned()
    const { code, stdout } = await apply('monday', '--yes', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'deactivated', apply: { run: 'monday', plan: sha256 } })
  })

  it('names an exemption that it adds and that matches no user', async () => {
    const { apply } = await planned()
    const added = ['--exempt-user', 'idel', '--exempt-user', 'used', '--exempt-path', '/break_glass/']
    const { stdout } = await apply('monday', '--yes', '--run-id', 'tuesday', ...added)
    expect(stdout).toMatch(/^ {2}user +idel\n {2}path +\/break_glass\/$/m)
    const { stdout: json } = await apply('monday', '--yes', '--json', ...added)
    expect(JSON.parse(json)).toMatchObject({ unmatchedExemptions: { users: ['idel'], paths: ['/break_glass/'] } })
    expect(JSON.parse(json).documents.map(({ key }: { key: string }) => key)).not.toContain('runs/monday/report.csv')
  })

  it('does not count keys that it exempts for maxPercent, which the run that planned did', async () => {
    const used = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`used${at}`, 1]))
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, idler: 300, ...used }))
    const store = newDirectory()
    await inProcess(['run', '--run-id', 'monday', '--store', store], env)
    const { code } = await inProcess(['apply', 'monday', '--yes', '--store', store, '--exempt-user', 'used*'], env)
    expect([code, endpoint.writes]).toEqual([3, []])
    expect((await inProcess(['apply', 'monday', '--yes', '--store', store], env)).code).toBe(0)
  })

  it('needs --yes without a terminal, and starts nothing', async () => {
    const { apply, endpoint } = await planned()
    const calls = endpoint.calls.length
    const ended = await apply('monday')
    expect(ended.code).toBe(2)
    expect(errorLine(ended)).toContain('--yes')
    expect(endpoint.calls).toHaveLength(calls)
  })

  it('stops with 3 if the caps of today do not allow it', async () => {
    const { apply, endpoint } = await planned()
    const { code } = await apply('monday', '--yes', '--max-keys', '1')
    expect(code).toBe(3)
    expect(endpoint.writes).toEqual([])
  })

  it.each([
    ['a run that is not there', 'tuesday'],
    ['no run id', '../monday'],
  ])('refuses %s with 2', async (_, id) => {
    const { apply, endpoint } = await planned()
    const ended = await apply(id, '--yes')
    expect(ended.code).toBe(2)
    expect(errorLine(ended)).toContain(id)
    expect(endpoint.writes).toEqual([])
  })

  it('refuses a run without a plan with 2', async () => {
    const { apply, endpoint, env, store } = await planned()
    await apply('monday', '--yes')
    await inProcess(['undo', 'monday', '--store', store, '--run-id', 'undone'], env)
    const writes = endpoint.writes.length
    const ended = await apply('undone', '--yes')
    expect(ended.code).toBe(2)
    expect(errorLine(ended)).toContain('undone')
    expect(endpoint.writes).toHaveLength(writes)
  })
})

describe('a run that planned', () => {
  /** The words of the line that carries its plan out. */
  const applyLine = (stderr: string) => /^Apply +npm run -s keysweep -- (.*)$/m.exec(stderr)?.[1]?.split(' ') ?? []

  it('ends with the command that carries this very plan out, under the policy that it was made with', async () => {
    const { env, endpoint } = await awsWith(accountOf({ idle: 60, idler: 300, used: 1 }))
    const store = newDirectory()
    const plan = ['run', '--unused-days', '45', '--max-percent', '100', '--run-id', 'monday', '--store', store]
    const planned = await inProcess(plan, env)
    const line = applyLine(planned.stderr)
    expect(line.slice(0, 2)).toEqual(['apply', 'monday'])
    const { code } = await inProcess([...line, '--yes'], env)
    expect(code).toBe(0)
    expect(endpoint.writes.map(({ user }) => user).sort()).toEqual(['idle', 'idler'])
  })

  it.each([[[]], [['--approval', 'never']]])(
    'ends with a command that asks a person if applying it would stop, also with %j',
    async (approval) => {
      const { env } = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
      const store = newDirectory()
      const plan = ['run', '--max-keys', '1', ...approval, '--run-id', 'monday', '--store', store]
      const line = applyLine((await inProcess(plan, env)).stderr)
      expect(line.join(' ')).toContain('--approval always')
      expect(line.filter((word) => word === '--approval')).toHaveLength(1)
      const waiting = inBackgroundHere([...line, '--yes', '--run-id', 'applied'], env)
      await waiting.says(/ approve applied /)
      const answer = await inProcess(['approve', 'applied', '--yes', '--store', store], env)
      expect(answer.code).toBe(0)
      expect((await waiting.ended).code).toBe(0)
    },
  )

  it.each([
    ['that finds no stale key', { used: 1 }, []],
    ['that applies', { idle: 200, used: 1 }, ['--apply', '--yes']],
  ])('has no such line if it is one %s', async (_, users, more) => {
    const { env } = await awsWith(accountOf(users as Record<string, number>))
    const { stderr } = await inProcess(['run', ...more, '--max-percent', '100', '--store', newDirectory()], env)
    expect(applyLine(stderr)).toEqual([])
  })
})

describe('run --apply --approval always on a terminal', () => {
  const onTerminal = async (typed: string) => {
    const { env, endpoint } = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
    const args = ['run', '--apply', '--yes', '--approval', 'always', '--max-percent', '100', '--store', newDirectory()]
    const ended = await inProcess(args, { ...env, TERM: 'dumb' }, { isTTY: true, stdin: typed })
    return { ...ended, writes: endpoint.writes.length }
  }
  it('asks right there: the number of keys approves', async () => {
    expect(await onTerminal('2\n')).toMatchObject({ code: 0, writes: 2 })
  })
  it('asks right there: "reject" rejects', async () => {
    expect(await onTerminal('reject\n')).toMatchObject({ code: 3, writes: 0 })
  })
})
