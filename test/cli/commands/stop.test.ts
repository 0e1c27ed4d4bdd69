// keysweep stop: on this machine by a request to the run's own process, deployed by its schedule and its open executions.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { openHere } from '../../../cli/follow/open-here.ts'
import { stopOpen } from '../../../cli/follow/stop-here.ts'
import { stopped as stoppedSchema } from '../../../core/model/printed.ts'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { makeRunLock } from '../../../local/run-lock.ts'
import { onStopRequest } from '../../../local/stop-request.ts'
import { accountStore } from '../../../local/stores-here.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { ASKS, accountOf, awsWith, inBackground, inBackgroundHere, inProcess, newDirectory } from '../command.ts'

const TEN = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`user-${index}`, 200]))
const quiet = () => ({ stdout: { write: () => {} }, stderr: { write: () => {} }, env: {} })
const printed = (stdout: string) => stoppedSchema.strict().parse(JSON.parse(stdout))

describe('keysweep stop on this machine', () => {
  it('stops the run in the middle of its keys, says what it changed, and how to undo it', async () => {
    const aws = await awsWith(accountOf(TEN))
    aws.endpoint.fault({ action: 'UpdateAccessKey', nth: 3, kind: 'slow', milliseconds: 800 })
    const store = newDirectory()
    const args = ['run', '--apply', '--yes', '--max-percent', '100', '--concurrency', '1', '--run-id', 'monday']
    const run = inBackground([...args, '--store', store], { env: aws.env })
    await run.says(/AKIA\w+ deactivated\n.*AKIA\w+ deactivated\n/s)
    const { code, stdout, stderr } = await inProcess(['stop', '--yes', '--store', store], aws.env)
    expect(code).toBe(0)
    const ended = await run.ended
    expect(ended.code).toBe(130)
    expect(ended.stderr).toMatch(/^Stopping, because keysweep stop/m)
    const inactive = aws.endpoint.writes.length
    expect(inactive).toBeGreaterThanOrEqual(2)
    expect(inactive).toBeLessThan(10)
    expect(stdout).toEqual(factsIn('monday', `${inactive} keys deactivated`))
    const undo = /^Undo +npm run -s keysweep -- (.*)\n/m.exec(stderr)?.[1] ?? ''
    expect(undo).toBe(`undo monday --store ${store}`)
    expect((await inProcess(undo.split(' '), aws.env)).code).toBe(0)
    expect(aws.endpoint.account.users.flatMap(({ keys }) => keys.map(({ status }) => status))).not.toContain('Inactive')
    expect(existsSync(join(store, 'open', 'stop'))).toBe(false)
  })

  it('stops a run that waits for a person: nothing was changed, so there is nothing to undo', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    const args = ['run', '--apply', '--yes', '--approval', 'always', '--max-percent', '100', '--run-id', 'waits']
    const run = inBackgroundHere(args, aws.env, { cwd })
    await run.says(ASKS)
    const { code, stdout } = await inProcess(['stop', '--yes', '--json'], aws.env, { cwd })
    expect(code).toBe(0)
    expect(printed(stdout)).toMatchObject({
      ...{ machine: null, schedules: [], undos: [], faults: [] },
      runs: [{ runId: 'waits', settled: true, status: 'interrupted', undo: null, counts: { deactivated: 0 } }],
    })
    expect((await run.ended).code).toBe(130)
    expect(aws.endpoint.writes).toEqual([])
    const again = await inProcess(['stop', '--yes'], aws.env, { cwd })
    expect(again).toMatchObject({ code: 0, stdout: factsIn('No run') })
  })

  it('needs a person or --yes, and stops nothing if the answer is not yes', async () => {
    const unasked = await inProcess(['stop', '--store', newDirectory()])
    expect(unasked).toMatchObject({ code: 2, stderr: lineWith('--yes') })
    const store = newDirectory()
    const lock = makeRunLock(join(store, 'open'))
    await lock.takeFor('monday')
    const refused = await inProcess(['stop', '--store', store], {}, { stdin: 'no\n', isTTY: true })
    expect(refused.code).toBe(3)
    expect(refused.stderr).toEqual(factsIn('monday', 'yes', '"no"'))
    expect(existsSync(join(store, 'open', 'stop'))).toBe(false)
    lock.release()
  })

  it('says so if the process does not stop, and takes its request back', async () => {
    const store = makeDirectoryStore(newDirectory())
    const lock = makeRunLock(join(store.location, 'open'))
    await lock.takeFor('hangs')
    const { open } = await openHere([store], quiet())
    const { runs, faults } = await stopOpen(open, {}, quiet(), 300)
    expect(runs).toMatchObject([{ runId: 'hangs', state: 'open', settled: false, status: null, undo: null }])
    expect(faults).toEqual([factsIn('hangs', store.location, '0.3 s')])
    expect(existsSync(join(store.location, 'open', 'stop'))).toBe(false)
    lock.release()
  })

  it('says after Ctrl-C that the run is still open and was asked, and leaves the request', async () => {
    const store = newDirectory()
    const lock = makeRunLock(join(store, 'open'))
    await lock.takeFor('slow')
    const stop = inBackground(['stop', '--yes', '--store', store])
    await stop.says(/^Stopping run slow/m)
    stop.kill('SIGINT')
    const { code, stdout, stderr } = await stop.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'Run slow: still open.\n' })
    expect(stderr).toEqual(factsIn('slow', store, 'Ctrl-C', 'asked', 'show slow'))
    expect(stderr).not.toMatch(/hang|take effect/)
    expect(readFileSync(join(store, 'open', 'stop'), 'utf8')).toBe('slow')
    lock.release()
  })

  it('says that it is not known whether a run stopped if its lock cannot be read any more', async () => {
    const store = makeDirectoryStore(newDirectory())
    const folder = join(store.location, 'open')
    const lock = makeRunLock(folder)
    await lock.takeFor('lost')
    const { open } = await openHere([store], quiet())
    onStopRequest(folder, 'lost', () => {
      lock.release()
      writeFileSync(join(folder, 'lock'), 'no database of SQLite'.repeat(100))
    })
    const { runs, faults } = await stopOpen(open, {}, quiet())
    expect(runs).toMatchObject([{ runId: 'lost', state: 'not known', settled: false, undo: factsIn('undo lost') }])
    expect(faults).toEqual([factsIn(join(folder, 'lock'))])
  })

  it('says of a lock without a run id that nothing was stopped there, and what to do', async () => {
    const store = newDirectory()
    const lock = makeRunLock(join(store, 'open'))
    await lock.takeFor('nameless')
    rmSync(join(store, 'open', 'lock-holder'))
    const { code, stdout, stderr } = await inProcess(['stop', '--yes', '--store', store])
    lock.release()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith('not stopped', join(store, 'open', 'lock'), 'keysweep stop', 'Ctrl-C'))
    expect(existsSync(join(store, 'open', 'stop'))).toBe(false)
  })

  it('stops the runs of the other stores if one lock cannot be read, and names the lock', async () => {
    const env = { XDG_STATE_HOME: newDirectory() }
    const [damaged, sound] = [accountStore('111122223333', env), accountStore('444455556666', env)]
    mkdirSync(join(damaged, 'open'), { recursive: true })
    writeFileSync(join(damaged, 'open', 'lock'), 'no database of SQLite'.repeat(100))
    const lock = makeRunLock(join(sound, 'open'))
    await lock.takeFor('monday')
    onStopRequest(join(sound, 'open'), 'monday', () => lock.release())
    const { code, stdout, stderr } = await inProcess(['stop', '--yes', '--json'], env)
    expect(code).toBe(1)
    expect(printed(stdout).runs).toMatchObject([{ runId: 'monday', settled: true }])
    expect(stderr).toEqual(factsIn(join(damaged, 'open', 'lock')))
    expect(stderr).not.toContain('unexpected')
    lock.release()
  })

  it('says which record cannot be read, names the undo, and waits for the other runs', async () => {
    const stores = [newDirectory(), newDirectory()].map((location) => makeDirectoryStore(location))
    for (const [index, { location }] of stores.entries()) {
      const lock = makeRunLock(join(location, 'open'))
      await lock.takeFor(`run-${index}`)
      onStopRequest(join(location, 'open'), `run-${index}`, () => lock.release())
    }
    await stores[0]?.put('runs/run-0/record.json', '{')
    const { open } = await openHere(stores, quiet())
    const { runs, faults } = await stopOpen(open, {}, quiet())
    expect(runs).toMatchObject([
      { runId: 'run-0', settled: true, undo: factsIn('undo run-0', `--store ${stores[0]?.location}`) },
      { runId: 'run-1', settled: true },
    ])
    expect(faults).toEqual([factsIn('runs/run-0/record.json'), factsIn('run-1')])
  })

  it.each<[string, (at: string) => void]>([
    ['a folder is', (at) => void mkdirSync(at)],
    ['a link is', (at) => symlinkSync('elsewhere', at)],
  ])('says that the run was not asked if %s where the request belongs', async (_, make) => {
    const store = newDirectory()
    const lock = makeRunLock(join(store, 'open'))
    await lock.takeFor('monday')
    make(join(store, 'open', 'stop'))
    const { code, stderr } = await inProcess(['stop', '--yes', '--store', store])
    lock.release()
    expect({ code, stderr }).toEqual({ code: 1, stderr: factsIn('monday', join(store, 'open', 'stop'), 'Ctrl-C') })
    expect(stderr).not.toContain('unexpected')
  })

  it('reads no request through a link', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    mkdirSync(join(store, 'open'))
    writeFileSync(join(store, 'elsewhere'), 'mine')
    symlinkSync(join(store, 'elsewhere'), join(store, 'open', 'stop'))
    aws.endpoint.fault({ action: 'GetCredentialReport', kind: 'slow', milliseconds: 900 })
    const { code } = await inProcess(['run', '--run-id', 'mine', '--store', store], aws.env)
    expect(code).toBe(0)
  })
})
