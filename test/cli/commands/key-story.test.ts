// What all runs did to a key: shown by key, by user and by run, and where the key is explained.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { accessKeyId, newUser } from '../../../demo/account.ts'
import { runKey } from '../../../io/store/run-store.ts'
import { lockFileIn, makeRunLock } from '../../../local/run-lock.ts'
import { stateDirOf } from '../../../local/state-dir.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { ASKS, type Aws, accountOf, awsWith, inBackground, inProcess, newDirectory, storeIn } from '../command.ts'

const [IDLE, IDLER] = [accessKeyId('idle'), accessKeyId('idler')]
const AT = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z'

describe('after a run and an undo of one of its keys', () => {
  const cwd = newDirectory()
  const store = storeIn(cwd)
  const shown = (...args: string[]) => inProcess(['show', ...args], {}, { cwd })
  const textOf = async (...args: string[]) => (await shown(...args)).stdout.replaceAll(/\s+/g, ' ')

  beforeAll(async () => {
    const { env } = await awsWith(accountOf({ idle: 200, idler: 300 }))
    await inProcess(['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'taken'], env, { cwd })
    await inProcess(['undo', 'taken', '--key', IDLE, '--yes', '--run-id', 'back'], env, { cwd })
  })

  it('show tells the history of a key, wherever on this machine its runs are', async () => {
    const { code, stdout, stderr } = await shown(IDLE)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      new RegExp(`^${IDLE} of user idle\n {2}deactivated by run taken on ${AT}, undone on ${AT} by run back\n$`),
    )
  })

  it('show tells the history of each key of a user', async () => {
    expect((await shown('idler')).stdout).toMatch(
      new RegExp(`^${IDLER} of user idler\n {2}deactivated by run taken on ${AT}\n$`),
    )
  })

  it('show tells it as JSON', async () => {
    expect(JSON.parse((await shown('idle', '--json')).stdout)).toEqual([
      {
        accessKeyId: IDLE,
        user: 'idle',
        history: [
          expect.objectContaining({
            ...{ run: 'taken', store, what: 'deactivated', undoOf: null },
            undone: { run: 'back', at: expect.stringMatching(AT) },
          }),
          expect.objectContaining({ run: 'back', store, what: 'reactivated', undoOf: 'taken', undone: null }),
        ],
      },
    ])
  })

  it('show of the run says which of its keys an undo has reactivated', async () => {
    expect(await textOf('taken')).toMatch(
      new RegExp(`2 keys deactivated\\. .*Undone 1 of 2 keys on ${AT} by run back: ${IDLE} `),
    )
    const json = await shown('taken', '--json')
    expect(json.stdout).toBe(`${readFileSync(join(store, 'runs/taken/record.json'), 'utf8')}\n`)
    expect(json.stderr).toEqual(factsIn('1 of 2 keys', 'back', IDLE))
  })

  it('show lists the undo as an undo', async () => {
    const lines = (await shown()).stdout.split('\n').map((line) => line.split(/ {2,}/))
    expect(lines.find(([run]) => run === 'back')).toEqual(['back', '111122223333', 'undo', '–', '1 reactivated'])
    expect(JSON.parse((await shown('--json')).stdout)).toMatchObject([
      { runId: 'back', undo: { run: 'taken', keys: [IDLE] } },
      { runId: 'taken', undo: null },
    ])
  })

  it.each([
    [['nobody'], ['nobody']],
    [['AKIANOBODYKNOWSTHIS1'], ['AKIANOBODYKNOWSTHIS1']],
    [['../up'], ['"../up"']],
    [['idle', '--csv'], ['--csv']],
    [['idle', '--all'], ['--all']],
  ])('show %j ends with one line', async (args, facts) => {
    expect(await shown(...args)).toEqual({ code: 2, stdout: '', stderr: lineWith(...facts) })
  })
})

describe('keysweep explain', () => {
  const explained = (aws: Aws, cwd: string, ...args: string[]) => inProcess(['explain', ...args], aws.env, { cwd })

  it('takes the name of a user, and tells each key with its history', async () => {
    const [aws, cwd] = [await awsWith(accountOf({ idle: 200 })), newDirectory()]
    await inProcess(['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'taken'], aws.env, { cwd })
    const { code, stdout } = await explained(aws, cwd, 'idle')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${IDLE} of user idle: kept: not active`))
    expect(stdout).toMatch(new RegExp(`^ {2}deactivated by run taken on ${AT}$`, 'm'))
    const json = JSON.parse((await explained(aws, cwd, 'idle', '--json')).stdout)
    expect(json).toMatchObject([{ accessKeyId: IDLE, user: 'idle', history: [{ run: 'taken', what: 'deactivated' }] }])
    expect(JSON.parse((await explained(aws, cwd, IDLE, '--json')).stdout)).toEqual(json[0])
  })

  it('says of a user without a key that there is none', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }, [newUser('bare')]))
    expect(await explained(aws, newDirectory(), 'bare')).toMatchObject({ code: 0, stdout: '', stderr: factsIn('bare') })
  })
})

describe('show of a run without a record', () => {
  async function recordless() {
    const { env } = await awsWith(accountOf({ idle: 200, idler: 300 }))
    const store = newDirectory()
    await inProcess(['run', '--apply', '--yes', '--max-percent', '100', '--run-id', 'live', '--store', store], env)
    rmSync(join(store, runKey('live', 'record.json')))
    rmSync(join(store, `keys/${IDLE}/live.outcome.json`))
    const show = (...args: string[]) => inProcess(['show', 'live', '--store', store, ...args])
    return { store, show, lock: makeRunLock(stateDirOf({ location: store }, {})) }
  }

  it('says that it is running, with counts so far, while its process lives', async () => {
    const { store, show, lock } = await recordless()
    await lock.takeFor('live')
    const [text, json] = [await show(), await show('--json')]
    const list = await inProcess(['show', '--store', store])
    lock.release()
    expect(list.stdout).toMatch(/^live +111122223333 +apply +– +running$/m)
    expect(text.stdout).toMatch(/^Running: so far 1 key deactivated, 1 not yet\.$/m)
    expect(text.stdout).not.toMatch(/interrupted|failed/i)
    expect(JSON.parse(json.stdout)).toMatchObject({
      ...{ runId: 'live', status: 'running', endedAt: null, error: null },
      counts: { deactivated: 1, failed: 0, skipped: 0 },
    })
  })

  it('is in the list of runs also if the lock of its store cannot be read', async () => {
    const { store } = await recordless()
    const stateDir = stateDirOf({ location: store }, {})
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(lockFileIn(stateDir), 'no database'.repeat(100))
    const { code, stdout } = await inProcess(['show', '--store', store])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^live +111122223333 +apply +– +no record: running or interrupted$/m)
  })

  it('says that it waits for approval, and lists the keys', async () => {
    const { env } = await awsWith(accountOf({ idle: 200, idler: 300 }))
    const store = newDirectory()
    const options = ['--apply', '--yes', '--approval', 'always', '--run-id', 'asked', '--store', store]
    const run = inBackground(['run', ...options], { env })
    await run.says(ASKS)
    const { stdout, stderr } = await inProcess(['show', 'asked', '--store', store])
    run.kill('SIGKILL')
    await run.ended
    expect(stderr).toEqual(factsIn('Run asked is running'))
    expect(stdout).toMatch(/^Running: approval needed for 2 keys\.$/m)
    expect(stdout).toEqual(factsIn(IDLE, IDLER))
    expect((await inProcess(['show', 'asked', '--store', store])).stdout).toContain(
      'Interrupted: no key was deactivated.',
    )
  })

  it('says that it was interrupted once its process has ended', async () => {
    const { show } = await recordless()
    const { stdout } = await show()
    expect(stdout).toMatch(/^Interrupted: 1 key deactivated, 1 failed\.$/m)
  })
})
