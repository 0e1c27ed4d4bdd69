// keysweep apply: carries out the plan that a run on this machine stored.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { planHash } from '../../../core/run/plan.ts'
import { newUser } from '../../../demo/account.ts'
import { factsIn } from '../../support/error-facts.ts'
import { keyUsed } from '../../support/world.ts'
import { accountOf, awsWith, errorLine, inProcess, newDirectory } from '../command.ts'

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
