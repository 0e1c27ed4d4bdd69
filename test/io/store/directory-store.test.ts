import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { StoreDamaged, StoreRefused } from '../../../core/model/errors.ts'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import type { RunStore } from '../../../io/store/run-store.ts'
import { errorWith, factsIn } from '../../support/error-facts.ts'
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

it.each<[string, (store: RunStore) => Promise<unknown>]>([
  ['write runs/r/plan.json', (store) => store.put('runs/r/plan.json', 'x')],
  ['read runs/r/plan.json', (store) => store.get('runs/r/plan.json')],
  ['list runs/r/', (store) => store.list('runs/r/')],
])('says that it cannot %s, and where, when its place is a file', async (what, call) => {
  const at = join(await directory(), 'file')
  await writeFile(at, 'in the way')
  const failed = call(makeDirectoryStore(at))
  await expect(failed).rejects.toThrow(StoreRefused)
  await expect(failed).rejects.toMatchObject({
    message: factsIn(what, at, 'not a directory', '--store'),
    cause: { code: 'ENOTDIR' },
  })
})

it('tells why it could not write, not that nothing stands there, and leaves no draft behind', async () => {
  const at = await directory()
  const noText = 5 as unknown as string
  await expect(makeDirectoryStore(at).put('runs/r/plan.json', noText)).rejects.toThrow(/"data" argument/)
  expect(await readdir(join(at, 'runs', 'r'))).toEqual([])
})

it('leaves no file open', async () => {
  const store = makeDirectoryStore(await directory())
  const before = (await readdir('/dev/fd')).length
  for (let run = 0; run < 20; run++) await store.put(`runs/${run}/plan.json`, 'x')
  expect((await readdir('/dev/fd')).length).toBeLessThan(before + 10)
})

it('does not take for text what is none', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  await store.put('runs/r/plan.json', 'x')
  await writeFile(join(at, 'runs', 'r', 'plan.json'), Buffer.from([0xff, 0xfe]))
  await expect(store.get('runs/r/plan.json')).rejects.toThrow(StoreDamaged)
  await expect(store.put('runs/r/plan.json', 'y')).rejects.toThrow(
    errorWith('StoreDamaged', 'write runs/r/plan.json', at, '2 bytes', 'UTF-8'),
  )
})

it.each(['../secret', 'runs/../../secret', '/etc/passwd/../../..'])(
  'refuses a key that leads out of it: %s',
  async (key) => {
    const store = makeDirectoryStore(await directory())
    await expect(store.put(key, 'x')).rejects.toThrow(errorWith('TypeError', JSON.stringify(key)))
  },
)

it('may be the root of the file system', async () => {
  const store = makeDirectoryStore('/')
  expect(await store.get('keysweep-no-such-folder/plan.json')).toBeNull()
  expect(await store.list('keysweep-no-such-folder/')).toEqual([])
})
