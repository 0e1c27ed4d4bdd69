// One run at a time of one store, whatever becomes of the process that has the lock.
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { isHeldBy, lockHolder, makeRunLock } from '../../local/run-lock.ts'
import {
  ASKS,
  accountOf,
  awsWith,
  errorLine,
  inBackground,
  inBackgroundHere,
  inProcess,
  newDirectory,
} from '../cli/command.ts'
import { factsIn, lineWith } from '../support/error-facts.ts'

const run = (store: string, id: string, ...more: string[]) => [
  'run',
  '--apply',
  '--yes',
  '--run-id',
  id,
  '--store',
  store,
  ...more,
]

describe('a run that starts while another of its store is open', () => {
  it('ends with 3 and a record, whether the other waits or works; after a kill -9 the next one runs at once', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    const first = inBackground(run(store, 'first', '--approval', 'always'), { env })
    await first.says(ASKS)
    const second = await inProcess([...run(store, 'second'), '--json'], env)
    expect(second.code).toBe(3)
    expect(JSON.parse(second.stdout) satisfies RunRecord).toMatchObject({
      status: 'another run is open',
      error: { name: 'AnotherRunOpen', message: factsIn('first') },
    })
    const elsewhere = await inProcess(run(newDirectory(), 'other-store'), env)
    expect(elsewhere.code).toBe(0)
    endpoint.account.users
      .find(({ name }) => name === 'idle')
      ?.keys.forEach((key) => {
        key.status = 'Active'
      })
    const written = endpoint.writes.length
    first.kill('SIGKILL')
    await first.ended
    expect(readdirSync(join(store, 'open')).sort()).toEqual(['first.json', 'lock', 'lock-holder'])
    const third = await inProcess(run(store, 'third'), env)
    expect(third.code).toBe(0)
    expect(third.stdout).toContain('1 key deactivated.')
    expect(endpoint.writes).toHaveLength(written + 1)
  })

  it('continues if it is an undo', async () => {
    const { env } = await awsWith(accountOf({ idle: 200, idler: 300, later: 100 }))
    const store = newDirectory()
    await inProcess(run(store, 'first', '--unused-days', '150', '--max-percent', '100'), env)
    const waiting = inBackgroundHere(run(store, 'second', '--approval', 'always'), env)
    await waiting.says(ASKS)
    const undone = await inProcess(['undo', 'first', '--store', store], env)
    expect(undone).toMatchObject({ code: 0, stdout: expect.stringContaining('\n2 keys reactivated.\n') })
    expect((await inProcess(['approve', 'second', '--reject', '--store', store])).code).toBe(0)
    expect((await waiting.ended).code).toBe(3)
  })
})

describe('the lock', () => {
  it.each<[string | null, string, boolean]>([
    ['org', 'org', true],
    ['org', 'org-change-111122223333', true],
    ['org', 'organization', false],
    ['org', 'org-2-change-111122223333', false],
    [null, 'org-change-111122223333', false],
  ])('%s holds it: for run %s this is %s', (holder, runId, held) => expect(isHeldBy(holder, runId)).toBe(held))

  it('is had by one, by name, until it is given back', async () => {
    const stateDir = newDirectory()
    const [one, other] = [makeRunLock(stateDir), makeRunLock(stateDir)]
    expect(await lockHolder(stateDir)).toBeNull()
    expect(await one.takeFor('run-1')).toBeNull()
    expect(await one.takeFor('run-1')).toBeNull()
    expect(await other.takeFor('run-2')).toBe('run-1')
    expect(await lockHolder(stateDir)).toBe('run-1')
    one.release()
    one.release()
    expect(await lockHolder(stateDir)).toBeNull()
    expect(await other.takeFor('run-2')).toBeNull()
    other.release()
  })

  it('is kept by a process that looks at it itself: another process still finds it', async () => {
    const stateDir = newDirectory()
    const lock = makeRunLock(stateDir)
    await lock.takeFor('run-1')
    expect(await lockHolder(stateDir)).toBe('run-1')
    expect(await lockHolder(stateDir)).toBe('run-1')
    const module = new URL('../../local/run-lock.ts', import.meta.url).href
    const look = `const { lockHolder } = await import(${JSON.stringify(module)})
      process.stdout.write(String(await lockHolder(${JSON.stringify(stateDir)})))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', look])
    lock.release()
    expect(stdout).toBe('run-1')
  })

  it('is had by exactly one of many that want it at once', async () => {
    const stateDir = newDirectory()
    const locks = Array.from({ length: 8 }, () => makeRunLock(stateDir))
    const answers = await Promise.all(locks.map((lock, index) => lock.takeFor(`run-${index}`)))
    expect(answers.filter((other) => other === null)).toHaveLength(1)
    for (const lock of locks) lock.release()
  })

  it('is said in one line where it cannot be taken', async () => {
    const file = join(newDirectory(), 'a-file')
    writeFileSync(file, '')
    await expect(makeRunLock(join(file, 'open')).takeFor('run-1')).rejects.toMatchObject({
      name: 'StoreRefused',
      message: factsIn(join(file, 'open'), 'not a directory'),
    })
    const stateDir = newDirectory()
    mkdirSync(join(stateDir, 'lock'))
    await expect(makeRunLock(stateDir).takeFor('run-1')).rejects.toMatchObject({ name: 'StoreRefused' })
  })
})

it.each(['lock', 'lock-holder'])('a folder in place of the file %s is refused, and no lock is kept', async (name) => {
  const stateDir = newDirectory()
  mkdirSync(join(stateDir, name))
  const lock = makeRunLock(stateDir)
  await expect(lock.takeFor('run-1')).rejects.toMatchObject({
    name: 'StoreRefused',
    message: factsIn(stateDir),
  })
  lock.release()
  expect(await lockHolder(stateDir)).toBeNull()
  rmdirSync(join(stateDir, name))
  expect(await lock.takeFor('run-1')).toBeNull()
  lock.release()
})

describe('a symbolic link where a run keeps its lock', () => {
  it.each(['open', 'open/lock', 'open/lock-holder'])('is refused, and its target stays as it is: %s', async (place) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    const target = join(newDirectory(), 'target')
    if (place === 'open') mkdirSync(target)
    else writeFileSync(target, 'not yours')
    mkdirSync(join(store, place, '..'), { recursive: true })
    symlinkSync(target, join(store, place))
    const { code, stderr } = await inProcess(['run', '--run-id', 'r', '--store', store], env)
    expect({ code, stderr: errorLine({ stderr }) }).toEqual({ code: 1, stderr: lineWith(join(store, place)) })
    if (place === 'open') expect(readdirSync(target)).toEqual([])
    else expect(readFileSync(target, 'utf8')).toBe('not yours')
  })

  it('is not read for the name of a run', async () => {
    const store = newDirectory()
    mkdirSync(join(store, 'open'))
    writeFileSync(join(store, 'open/lock-holder'), '\u001b[2Jnot a run id')
    const held = makeRunLock(join(store, 'open'))
    expect(await held.takeFor('first')).toBeNull()
    writeFileSync(join(store, 'open/lock-holder'), '\u001b[2Jnot a run id')
    expect(await makeRunLock(join(store, 'open')).takeFor('second')).toBe('of another process')
    held.release()
  })
})

it('a store where nothing can be made ends a run at once, and it says where', async () => {
  const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
  for (const mode of [['--apply', '--yes'], []]) {
    const { code, stderr } = await inProcess(['run', ...mode, '--store', '/proc/keysweep'], env)
    expect({ code, stderr: errorLine({ stderr }) }).toEqual({ code: 1, stderr: lineWith('/proc/keysweep', '--store') })
  }
  expect(endpoint.writes).toEqual([])
})
