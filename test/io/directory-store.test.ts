import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { StoreDamaged, StoreRefused } from '../../core/errors.ts'
import { makeDirectoryStore } from '../../io/directory-store.ts'
import { accessKeyKey, parseAccessKeyKey, runKey } from '../../io/run-store.ts'
import { storeContract } from './store-contract.ts'

const directory = () => mkdtemp(join(tmpdir(), 'keysweep-store-'))

storeContract('a directory', async () => makeDirectoryStore(join(await directory(), 'store')))

it('leaves no draft behind, after a first put and after a second', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  await store.put('runs/r/plan.json', 'first')
  await store.put('runs/r/plan.json', 'second')
  expect(await readdir(join(at, 'runs', 'r'))).toEqual(['plan.json'])
})

it('is for its owner alone', async () => {
  const at = await directory()
  await makeDirectoryStore(at).put('runs/r/plan.json', 'x')
  expect((await stat(join(at, 'runs', 'r', 'plan.json'))).mode & 0o077).toBe(0)
})

it('does not list the draft that a crash left', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  await store.put('runs/r/plan.json', 'x')
  await writeFile(join(at, 'runs', 'r', 'record.json.0f0f.draft'), 'half of a rec')
  expect(await store.list('runs/r/')).toEqual(['runs/r/plan.json'])
})

it('says what it cannot write, and where, when its place is a file', async () => {
  const at = join(await directory(), 'file')
  await writeFile(at, 'in the way')
  const put = makeDirectoryStore(at).put('runs/r/plan.json', 'x')
  await expect(put).rejects.toThrow(StoreRefused)
  await expect(put).rejects.toThrow(
    /^Cannot write runs\/r\/plan\.json in .*: expected a directory to read and write, received E/,
  )
})

it('does not take for text what is none', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  await store.put('runs/r/plan.json', 'x')
  await writeFile(join(at, 'runs', 'r', 'plan.json'), Buffer.from([0xff, 0xfe]))
  await expect(store.get('runs/r/plan.json')).rejects.toThrow(StoreDamaged)
  await expect(store.put('runs/r/plan.json', 'y')).rejects.toThrow(/expected UTF-8, received 2 bytes of something else/)
})

it.each(['../secret', 'runs/../../secret', '/etc/passwd/../../..'])(
  'refuses a key that leads out of it: %s',
  async (key) => {
    const store = makeDirectoryStore(await directory())
    await expect(store.put(key, 'x')).rejects.toThrow(TypeError)
  },
)

it.each(['', 'a/b', '..', 'x'.repeat(81), 'run 1'])('a run id is an execution name, not %j', (runId) => {
  expect(() => runKey(runId, 'plan.json')).toThrow(/Not a run id/)
})

it.each(['', 'AKIA', '../../etc/passwd', 'AKIA/AAAAAAAAAAAAAAA'])('an access key id is one, not %j', (accessKeyId) => {
  expect(() => accessKeyKey(accessKeyId, 'r', 'intent')).toThrow(/Not an access key id/)
})

it("a key's object tells its run and its name", () => {
  expect(parseAccessKeyKey(accessKeyKey('AKIAIDLEIDLEIDLEIDLE', 'run-1', 'intent-2'))).toEqual({
    runId: 'run-1',
    name: 'intent-2',
  })
})
