// keysweep undo: brings back what a run took, here.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { accessKeyId } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { accountOf, awsWith, errorLine, inBackground, inProcess, newDirectory } from '../command.ts'

/** A store in which a run has taken the keys of two users. */
async function swept() {
  const aws = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
  const store = newDirectory()
  await inProcess(['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'monday', '--store', store], aws.env)
  const undo = (...args: string[]) => inProcess(['undo', ...args, '--store', store], aws.env)
  return { ...aws, store, undo }
}

const backIn = ({ endpoint }: Awaited<ReturnType<typeof swept>>) =>
  endpoint.writes.filter(({ to }) => to === 'Active').map(({ user }) => user)

/** The command that a run prints last, to be typed as it is: its words without those that start keysweep. */
const undoIn = (stderr: string): string[] | null =>
  /^Undo +npm run -s keysweep -- (.*)$/m
    .exec(stderr)?.[1]
    ?.split(' ')
    .map((word) => word.replaceAll("'", '')) ?? null

describe('the line that undoes a run', () => {
  const APPLY = ['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'monday']

  it.each<[string, string[], string[]]>([
    ['has no option that the shell does not need', [], []],
    ['has the profile and the Region of the run', ['--region', 'eu-west-1'], ['--region', 'eu-west-1']],
  ])('%s, and undoes it', async (_, options, needed) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const here = { ...env, XDG_STATE_HOME: newDirectory() }
    const { stderr } = await inProcess([...APPLY, ...options], here)
    const typed = undoIn(stderr) ?? []
    expect(typed).toEqual(['undo', 'monday', ...needed])
    expect((await inProcess(typed, here)).code).toBe(0)
    expect(endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Active'])
  })

  it('names the store and the profile that were named', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const store = join(newDirectory(), 'a store')
    const credentials = join(newDirectory(), 'credentials')
    writeFileSync(credentials, `[prod]\naws_access_key_id = ${env.AWS_ACCESS_KEY_ID}\naws_secret_access_key = x\n`)
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = env
    const shell = { ...others, AWS_SHARED_CREDENTIALS_FILE: credentials }
    const { stderr } = await inProcess([...APPLY, '--store', store, '--profile', 'prod'], shell)
    const line = /^Undo +npm run -s keysweep -- (.*)$/m.exec(stderr)?.[1]
    expect(line).toBe(`undo monday --store '${store}' --profile prod`)
    expect((await inProcess(['undo', 'monday', '--store', store, '--profile', 'prod'], shell)).code).toBe(0)
    expect(endpoint.writes).toHaveLength(2)
  })

  it('is printed where an update may have been carried out, and also with --json, on stderr', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' })
    const { stdout, stderr } = await inProcess([...APPLY, '--json', '--store', newDirectory()], env)
    expect(JSON.parse(stdout)).toMatchObject({ counts: { failed: 1 } })
    expect(undoIn(stderr)?.slice(0, 2)).toEqual(['undo', 'monday'])
  })

  it.each([
    ['a plan', ['run']],
    ['a run that found nothing', ['run', '--apply', '--yes', '--unused-days', '3650']],
  ])('is not printed after %s', async (_, args) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { code, stderr } = await inProcess([...args, '--store', newDirectory()], env)
    expect([code, undoIn(stderr)]).toEqual([0, null])
  })

  it('is not printed after an undo', async () => {
    const world = await swept()
    expect(undoIn((await world.undo('monday')).stderr)).toBeNull()
  })
})

describe('keysweep undo', () => {
  it('reactivates what the run took, and shows each key', async () => {
    const world = await swept()
    const { code, stdout, stderr } = await world.undo('monday')
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /^Undo \S+ of run monday on account 111122223333, as arn:aws:iam::111122223333:user\/operator\n/,
    )
    expect(stderr).toMatch(/^ {2}Reactivate keys .* 2 keys: 2 reactivated$/m)
    expect(stdout).toMatch(/^Reactivated: 2 keys, .+$/m)
    expect(stdout).toMatch(/^ {2}idler +AKIA\w+ +300 .* unused$/m)
    expect(stdout).toContain('\n2 keys reactivated.\n')
    expect(backIn(world).sort()).toEqual(['idle', 'idler'])
  })

  it('reactivates one key alone, and prints the record as JSON and nothing else on stdout', async () => {
    const world = await swept()
    const { code, stdout } = await world.undo('monday', '--key', accessKeyId('idle'), '--json', '--run-id', 'back')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(world.store, 'runs/back/record.json'), 'utf8')))
    expect(JSON.parse(stdout)).toMatchObject({ status: 'reactivated', counts: { reactivated: 1 } })
    expect(backIn(world)).toEqual(['idle'])
  })

  it('says what it did not reactivate and why', async () => {
    const world = await swept()
    world.endpoint.account.users.find(({ name }) => name === 'idle')?.keys.splice(0)
    const { code, stdout } = await world.undo('monday')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Not reactivated: 1 key\n.*\n {2}idle +AKIA\w+ +skipped +key deleted.*$/m)
    expect(stdout).toContain('\n1 key reactivated, 1 skipped.\n')
  })

  it('ends with 0 and no write if there is nothing left to reactivate', async () => {
    const world = await swept()
    await world.undo('monday')
    const { code, stdout } = await world.undo('monday')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Nothing done: 0 of 2 keys reactivated\.$/m)
    expect(backIn(world)).toHaveLength(2)
  })

  it.each<[string[], (string | number)[]]>([
    [[], ['tuesday']],
    [
      ['--key', accessKeyId('idle')],
      ['tuesday', accessKeyId('idle')],
    ],
  ])('says that the run deactivated nothing: a run that only planned, with %j', async (options, facts) => {
    const { env, endpoint } = await awsWith(accountOf({ idle: 200, idler: 300, used: 1 }))
    const store = newDirectory()
    await inProcess(['run', '--run-id', 'tuesday', '--store', store], env)
    const { code, stdout } = await inProcess(['undo', 'tuesday', ...options, '--run-id', 'back', '--store', store], env)
    expect(code).toBe(0)
    expect(endpoint.writes).toEqual([])
    expect(stdout.trim().split('\n')[0]).toEqual(factsIn(...facts))
    expect(stdout).not.toMatch(/\bstale\b/)
    expect(stdout).toMatch(/^Run +back on account 111122223333, undo of run tuesday$/m)
  })

  it('is listed with what it reactivated', async () => {
    const world = await swept()
    await world.undo('monday', '--run-id', 'back')
    const { stdout } = await inProcess(['show', '--store', world.store])
    expect(stdout).toMatch(/^back +111122223333 +undo +– +2 reactivated$/m)
    expect(stdout).toMatch(/^monday +111122223333 +apply +2 +2 deactivated$/m)
  })

  it('ends with 1 where a key cannot be reactivated, and says which permission would mend it', async () => {
    const world = await swept()
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' })
    const { code, stdout, stderr } = await world.undo('monday')
    expect(code).toBe(1)
    expect(stdout).toContain('\n0 keys reactivated, 2 failed.\n')
    expect(stderr).toMatch(/^keysweep: .*iam:UpdateAccessKey/m)
  })

  it.each([
    [['friday'], ['"friday"']],
    [['../x'], ['"../x"']],
    [
      ['monday', '--key', 'AKIAANOTHERANOTHER12'],
      ['monday', 'AKIAANOTHERANOTHER12'],
    ],
    [
      ['monday', '--run-id', 'monday'],
      ['"monday"', '--run-id'],
    ],
  ])('ends with 2 for %j, and writes nothing', async (args, facts) => {
    const world = await swept()
    const { code, stderr } = await world.undo(...args)
    expect(code).toBe(2)
    expect(errorLine({ stderr })).toEqual(lineWith(...facts))
    expect(backIn(world)).toEqual([])
  })

  it('that is refused stores nothing: no other run knows of a key that was mistyped', async () => {
    const world = await swept()
    const stored = () => readdirSync(world.store, { recursive: true }).length
    const before = stored()
    const { code, stderr } = await world.undo('monday', '--key', 'AKIAANOTHERANOTHER12', '--run-id', 'back')
    expect([code, stored()]).toEqual([2, before])
    expect(errorLine({ stderr })).toEqual(lineWith('monday', 'AKIAANOTHERANOTHER12'))
    await world.undo('monday', '--run-id', 'back')
    const afterUndo = stored()
    const again = await world.undo('back', '--run-id', 'forth')
    expect([again.code, stored()]).toEqual([2, afterUndo])
    expect(errorLine(again)).toEqual(lineWith('back', 'monday'))
  })

  it('that is interrupted stores the outcome of the key whose update was sent, and leaves the others', async () => {
    const world = await swept()
    world.endpoint.fault({ action: 'UpdateAccessKey', nth: 1, kind: 'slow', milliseconds: 700 })
    const args = ['undo', 'monday', '--run-id', 'stopped', '--json', '--store', world.store]
    const undo = inBackground(args, { env: world.env })
    world.endpoint.on('UpdateAccessKey', 1, () => undo.kill('SIGINT'))
    const { code, stdout } = await undo.ended
    expect(code).toBe(130)
    const record: RunRecord = JSON.parse(stdout)
    expect(record).toMatchObject({ status: 'interrupted', mode: 'apply', counts: { failed: 0 } })
    const statuses = Object.fromEntries(world.endpoint.account.users.map(({ name, keys }) => [name, keys[0]?.status]))
    for (const { user, outcome } of record.keys)
      expect([user, outcome === 'reactivated' ? 'Active' : 'Inactive']).toEqual([user, statuses[user]])
    expect(record.counts.reactivated).toBeGreaterThanOrEqual(1)
  })
})
