// A damaged document about a key hides nothing that the other documents and run stores say. A run that needs it changes nothing.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { keyStory } from '../../../core/model/printed.ts'
import { accessKeyId } from '../../../demo/account.ts'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { accessKeyKey } from '../../../io/store/run-store.ts'
import { textOf } from '../../../steps/run-documents.ts'
import { factsIn } from '../../support/error-facts.ts'
import { intentOf, keyOutcomeOf } from '../../support/stored.ts'
import { accountOf, awsWith, inProcess, newDirectory, storeIn } from '../command.ts'

const [IDLE, IDLER] = [accessKeyId('idle'), accessKeyId('idler')]
const APPLY = ['run', '--apply', '--yes', '--max-percent', '100', '--run-id']

/** Two run stores of this machine know the same keys: that of the account has a damaged document. */
async function damagedStores() {
  const aws = await awsWith(accountOf({ idle: 200, idler: 300 }))
  const cwd = newDirectory()
  const store = storeIn(cwd)
  await inProcess([...APPLY, 'second', '--store', store], aws.env, { cwd })
  const earlier = join(cwd, '.keysweep')
  mkdirSync(join(earlier, 'runs'), { recursive: true })
  for (const [user, id] of [['idle', IDLE] as const, ['idler', IDLER] as const]) {
    const key = { runId: 'first', user, accessKeyId: id, at: '2026-01-01T00:00:00.000Z' }
    const documents = makeDirectoryStore(earlier)
    await documents.put(accessKeyKey(id, 'first', 'intent'), textOf(intentOf(key)))
    await documents.put(accessKeyKey(id, 'first', 'outcome'), textOf(keyOutcomeOf(key)))
  }
  const damage = (id: string, name: string) => {
    mkdirSync(join(store, 'keys', id), { recursive: true })
    const file = join(store, 'keys', id, name)
    writeFileSync(file, '{')
    return file
  }
  return { aws, store, damage, keysweep: (...args: string[]) => inProcess(args, aws.env, { cwd }) }
}

describe('with a damaged document about a key', () => {
  it('show names the store and the file, says what to do, and shows what the other documents say', async () => {
    const { store, damage, keysweep } = await damagedStores()
    const outcome = damage(IDLE, 'second.outcome.json')
    const shown = await keysweep('show', IDLE)
    expect(shown.code).toBe(1)
    expect(shown.stderr).toEqual(factsIn(store, outcome, 'backup'))
    expect(shown.stdout).toEqual(factsIn(IDLE, 'first'))
    expect(shown.stdout).not.toContain('second')
    const [story] = keyStory
      .strict()
      .array()
      .parse(JSON.parse((await keysweep('show', IDLE, '--json')).stdout))
    expect(story?.unreadable).toEqual([factsIn(outcome)])
  })

  it('show of a user tells of that user, and names a damaged document of a key whose user is not known', async () => {
    const { damage, keysweep } = await damagedStores()
    const file = damage(IDLER, 'second.outcome.json')
    expect(await keysweep('show', 'idle')).toMatchObject({ code: 0, stderr: '' })
    damage('AKIANOBODYKNOWSTHIS1', 'x.outcome.json')
    const other = await keysweep('show', 'idle')
    expect(other).toMatchObject({ code: 1, stderr: factsIn('AKIANOBODYKNOWSTHIS1'), stdout: factsIn(IDLE, 'second') })
    expect(other.stderr).not.toContain(file)
  })

  it('show of a run tells of the later undos that can be read', async () => {
    const { damage, keysweep, store } = await damagedStores()
    await keysweep('undo', 'second', '--yes', '--store', store, '--run-id', 'again')
    const file = damage(IDLE, 'again.outcome.json')
    const { code, stdout, stderr } = await keysweep('show', 'second', '--store', store)
    expect({ code, stderr }).toEqual({ code: 0, stderr: factsIn(file) })
    expect(stdout).toEqual(factsIn('1 of 2 keys', 'again', IDLER))
  })

  it('explain shows the facts, says that the verdict is not known, and a run changes nothing', async () => {
    const { aws, store, damage, keysweep } = await damagedStores()
    const file = damage(IDLE, 'second.outcome.json')
    aws.endpoint.account.trail.length = 0
    for (const { keys } of aws.endpoint.account.users) for (const key of keys) key.status = 'Active'
    const { code, stdout, stderr } = await keysweep('explain', IDLE)
    expect(code).toBe(1)
    expect(stderr).toEqual(factsIn(store, file, 'backup'))
    expect(stdout.replaceAll(/\s+/g, ' ')).toEqual(factsIn(`${IDLE} of user idle: not known`, 'Active', 'first'))
    expect(stdout).not.toContain('stale:')
    const before = aws.endpoint.writes.length
    expect((await keysweep(...APPLY, 'third', '--store', store)).code).toBe(1)
    expect(aws.endpoint.writes).toHaveLength(before)
    expect(readdirSync(join(store, 'keys', IDLE)).filter((name) => name.startsWith('third'))).toEqual([])
  })

  it('explain gives the verdict that does not depend on the document', async () => {
    const { damage, keysweep } = await damagedStores()
    const file = damage(IDLE, 'second.outcome.json')
    const { code, stdout, stderr } = await keysweep('explain', 'idle')
    expect({ code, stderr }).toEqual({ code: 1, stderr: factsIn(file) })
    expect(stdout).toEqual(factsIn(`${IDLE} of user idle: kept: not active`, 'first'))
  })
})
