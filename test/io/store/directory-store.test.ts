import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
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
  ['list runs/', (store) => store.newest('runs/', 'plan.json')],
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

it('says why it could not write, not that the document is missing, and leaves no draft behind', async () => {
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

it.each(['../', '../other/', 'runs/../../'])('refuses a prefix that leads out of it: %s', async (prefix) => {
  const at = join(await directory(), 'store')
  const store = makeDirectoryStore(at)
  await store.put('runs/r/plan.json', 'x')
  await makeDirectoryStore(join(at, '../other')).put('runs/s/plan.json', 'x')
  await expect(store.list(prefix)).rejects.toThrow(errorWith('TypeError', `"${prefix}."`))
  await expect(store.newest(prefix, 'plan.json')).rejects.toThrow(TypeError)
})

it('does not take a folder beside it for its own, whose name begins with its own', async () => {
  const at = await directory()
  const store = makeDirectoryStore(join(at, 'store'))
  await makeDirectoryStore(join(at, 'store-2')).put('runs/r/plan.json', 'x')
  await expect(store.get('../store-2/runs/r/plan.json')).rejects.toThrow(
    errorWith('TypeError', '"../store-2/runs/r/plan.json"'),
  )
})

it('tells the newest by when a file was written, and only of the whole name', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  for (const [key, seconds] of [
    ['runs/a/plan.json', 200],
    ['runs/b/plan.json', 300],
    ['runs/c/plan.json', 100],
    ['runs/d/old-plan.json', 400],
    ['runs/e/plan.json.txt', 500],
  ] as const) {
    await store.put(key, 'x')
    await utimes(join(at, key), seconds, seconds)
  }
  expect(await store.newest('runs/', 'plan.json')).toEqual(['runs/b/plan.json', 'runs/a/plan.json', 'runs/c/plan.json'])
})

it('lists nothing of a folder that is not asked for when it tells the newest, and takes no folder for a file', async () => {
  const at = await directory()
  const store = makeDirectoryStore(at)
  await store.put('runs/a/plan.json', 'x')
  await mkdir(join(at, 'runs/b/plan.json'), { recursive: true })
  await mkdir(join(at, 'runs/c'))
  await symlink(at, join(at, 'runs/c/plan.json'))
  expect(await store.newest('runs/', 'plan.json', (run) => run !== 'c')).toEqual(['runs/a/plan.json'])
  await expect(store.newest('runs/', 'plan.json')).rejects.toThrow(errorWith('StoreRefused', 'symbolic link'))
})

it('says that a name is taken if a folder has it', async () => {
  const at = await directory()
  await mkdir(join(at, 'runs/r/plan.json'), { recursive: true })
  const store = makeDirectoryStore(at)
  await expect(store.put('runs/r/plan.json', 'x')).rejects.toThrow(
    errorWith('StoreRefused', 'write runs/r/plan.json', at),
  )
  expect(await readdir(join(at, 'runs/r'))).toEqual(['plan.json'])
})

it('is where it was asked for, though its path is relative', async () => {
  expect(makeDirectoryStore('some/where').location).toBe('some/where')
})

it('lists by the whole key, also where a folder is named as another one begins', async () => {
  const store = makeDirectoryStore(await directory())
  for (const key of ['runs/a/x', 'runs/a-b/x', 'runs/a.b/x', 'runs/a0/x']) await store.put(key, 'x')
  expect(await store.list('runs/')).toEqual(['runs/a-b/x', 'runs/a.b/x', 'runs/a/x', 'runs/a0/x'])
})

describe('a folder that is moved away while it is used', () => {
  const KEY = 'runs/r/plan.json'
  const moved = async (use: (store: RunStore) => Promise<unknown>) => {
    const at = join(await directory(), 'store')
    await makeDirectoryStore(at).put(KEY, 'x')
    const store = makeDirectoryStore(at)
    await use(store)
    await rename(at, `${at}-2`)
    return { store, at }
  }
  const USES: [string, (store: RunStore) => Promise<unknown>][] = [
    ['was written to', (store) => store.put('runs/r/record.json', 'x')],
    ['had a document', (store) => store.put(KEY, 'y')],
    ['was read', (store) => store.get(KEY)],
  ]
  const CALLS: [string, (store: RunStore) => Promise<unknown>][] = [
    ['put', (store) => store.put('keys/AKIA/r.intent.json', 'x')],
    ['get', (store) => store.get('keys/AKIA/r.intent.json')],
    ['list', (store) => store.list('keys/AKIA/')],
    ['newest', (store) => store.newest('runs/', 'plan.json')],
  ]
  it.each(USES.flatMap(([before, use]) => CALLS.map(([what, call]) => [before, what, use, call] as const)))(
    'and %s is refused at %s: what is missing there says nothing, and nobody would find what is written there',
    async (_, _what, use, call) => {
      const { store, at } = await moved(use)
      await expect(call(store)).rejects.toThrow(errorWith('StoreRefused', at, 'runs/r/'))
      await expect(stat(at)).rejects.toThrow('ENOENT')
    },
  )

  it('is refused also if there is another folder in its place, as below a disk that was unmounted', async () => {
    const { store, at } = await moved((store) => store.get(KEY))
    await mkdir(at)
    await expect(store.put('keys/AKIA/r.intent.json', 'x')).rejects.toThrow(StoreRefused)
    expect(await readdir(at)).toEqual([])
  })

  it('is another thing than a document that was deleted', async () => {
    const at = await directory()
    const store = makeDirectoryStore(at)
    await store.put(KEY, 'x')
    await store.put('runs/r/record.json', 'x')
    await rm(join(at, 'runs/r/record.json'))
    expect(await store.get('runs/r/record.json')).toBe(null)
    await store.put('runs/s/plan.json', 'x')
    await rm(join(at, KEY))
    expect(await store.get(KEY)).toBe(null)
  })

  it('goes on when it is back', async () => {
    const { store, at } = await moved((store) => store.get(KEY))
    await expect(store.get('runs/r/none.json')).rejects.toThrow(StoreRefused)
    await rename(`${at}-2`, at)
    expect(await store.get('runs/r/none.json')).toBe(null)
    expect(await store.put('runs/r/none.json', 'x')).toEqual({ created: true, text: 'x' })
  })
})
