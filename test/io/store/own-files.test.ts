// Files of run stores are the store's own: no symbolic link below its folder is followed, whoever made it.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { makeOwnFiles } from '../../../io/store/own-files.ts'
import type { RunStore } from '../../../io/store/run-store.ts'
import { errorWith, factsIn } from '../../support/error-facts.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'keysweep-own-'))

const CALLS: [string, (store: RunStore) => Promise<unknown>][] = [
  ['a put', (store) => store.put('runs/r/plan.json', 'x')],
  ['a get', (store) => store.get('runs/r/plan.json')],
  ['a list', (store) => store.list('runs/r/')],
  ['a list of all', (store) => store.list('runs/')],
]

/** What stands at `place` in a store is a symbolic link to something of the same kind elsewhere. */
function storeWithLink(place: string): { store: RunStore; link: string; target: string } {
  const folder = newFolder()
  const link = join(folder, place)
  const target = join(newFolder(), 'target')
  if (place.endsWith('.json')) writeFileSync(target, 'not yours')
  else mkdirSync(join(target, 'r'), { recursive: true })
  mkdirSync(join(link, '..'), { recursive: true })
  symlinkSync(target, link)
  return { store: makeDirectoryStore(folder), link, target }
}

describe('a symbolic link in a store is refused by name', () => {
  it.each(
    CALLS.flatMap(([name, call]) => ['runs', 'runs/r', 'runs/r/plan.json'].map((at) => [name, at, call] as const)),
  )('by %s, at %s', async (_, place, call) => {
    const { store, link, target } = storeWithLink(place)
    await expect(call(store)).rejects.toThrow(errorWith('StoreRefused', link, '--store'))
    if (place.endsWith('.json')) expect(readFileSync(target, 'utf8')).toBe('not yours')
  })

  it('also where it leads nowhere', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'runs/r'), { recursive: true })
    const nowhere = join(newFolder(), 'nowhere')
    symlinkSync(nowhere, join(folder, 'runs/r/plan.json'))
    for (const [, call] of CALLS)
      await expect(call(makeDirectoryStore(folder))).rejects.toThrow(errorWith('StoreRefused', 'plan.json'))
    expect(existsSync(nowhere)).toBe(false)
  })

  it("but the store's own folder may be reached through one", async () => {
    const link = join(newFolder(), 'link')
    symlinkSync(newFolder(), link)
    const store = makeDirectoryStore(join(link, 'store'))
    await store.put('runs/r/plan.json', 'x')
    expect(await store.list('runs/')).toEqual(['runs/r/plan.json'])
  })
})

it('a pipe in a store is refused and not waited for', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'runs/r'), { recursive: true })
  execFileSync('mkfifo', [join(folder, 'runs/r/plan.json')])
  const store = makeDirectoryStore(folder)
  await expect(store.get('runs/r/plan.json')).rejects.toThrow(errorWith('StoreRefused', 'plan.json'))
  await expect(store.put('runs/r/plan.json', 'x')).rejects.toThrow(errorWith('StoreRefused', 'plan.json'))
  // It may stand where an intent was.
  await expect(store.list('runs/')).rejects.toThrow(errorWith('StoreRefused', 'plan.json'))
})

it('every new folder is on the disk before its first file counts, up to the first that existed', async () => {
  const existing = newFolder()
  const synced: string[] = []
  const files = makeOwnFiles(join(existing, 'a/b'), async (folder) => void synced.push(folder.slice(existing.length)))
  await files.create(join(existing, 'a/b/keys/AKIA/r.intent.json'), '{}')
  expect(synced).toEqual(['', '/a', '/a/b', '/a/b/keys', '/a/b/keys/AKIA'])
  synced.length = 0
  await files.create(join(existing, 'a/b/keys/AKIA/r.outcome.json'), '{}')
  expect(synced).toEqual(['/a/b/keys/AKIA'])
})

it('a place where nothing can be made is refused at once', async () => {
  const store = makeDirectoryStore('/proc/keysweep/store')
  await expect(store.put('runs/r/plan.json', 'x')).rejects.toThrow(errorWith('StoreRefused', '/proc', '--store'))
})

it('a file that is replaced is a new one: other names of the old one keep the old text', async () => {
  const folder = newFolder()
  const files = makeOwnFiles(folder)
  const name = join(folder, 'open/lock-holder')
  await files.replace(name, 'first')
  execFileSync('ln', [name, join(folder, 'victim')])
  await files.replace(name, 'second')
  expect([readFileSync(name, 'utf8'), readFileSync(join(folder, 'victim'), 'utf8')]).toEqual(['second', 'first'])
})

describe('the files below a folder', () => {
  it('are read as they are; a folder or a missing file gives null', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    writeFileSync(join(folder, 'a'), Buffer.from([0xff, 0x00]))
    expect(await files.read(join(folder, 'a'))).toEqual(Buffer.from([0xff, 0x00]))
    expect(await files.read(join(folder, 'b'))).toBeNull()
    expect(await files.read(join(folder, 'b/c'))).toBeNull()
    expect(await files.read(folder)).toBeNull()
  })

  it('are made once: the second create changes nothing', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    const name = join(folder, 'runs/r/plan.json')
    expect(await files.create(name, 'first')).toBe(true)
    expect(await files.create(name, 'second')).toBe(false)
    expect(readFileSync(name, 'utf8')).toBe('first')
  })

  it('are for their owner alone, and so are the folders that are made for them', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    await files.create(join(folder, 'a/b/c'), 'x')
    await files.replace(join(folder, 'd/e'), 'x')
    await files.makeFolder(join(folder, 'f/g'))
    const modes = ['a', 'a/b', 'a/b/c', 'd', 'd/e', 'f', 'f/g'].map((at) => statSync(join(folder, at)).mode & 0o777)
    expect(modes.map((mode) => mode.toString(8))).toEqual(['700', '700', '600', '700', '600', '700', '700'])
  })

  it('are found in every folder, without drafts', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    for (const name of ['a', 'b/c', 'b/d/e', 'b/d/draft', 'b/x.draft.json']) await files.create(join(folder, name), 'x')
    writeFileSync(join(folder, 'b/d/e.0f0f.draft'), 'half')
    mkdirSync(join(folder, 'b/empty'))
    const found = async (at: string) =>
      (await files.filesUnder(join(folder, at))).map((path) => relative(folder, path)).sort()
    expect(await found('.')).toEqual(['a', 'b/c', 'b/d/draft', 'b/d/e', 'b/x.draft.json'])
    expect(await found('b/d')).toEqual(['b/d/draft', 'b/d/e'])
    expect(await found('none')).toEqual([])
  })

  it('leave no draft behind where they are replaced, and where that fails', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    await files.replace(join(folder, 'a'), 'x')
    mkdirSync(join(folder, 'full/below'), { recursive: true })
    await expect(files.replace(join(folder, 'full'), 'x')).rejects.toMatchObject({ code: 'EISDIR' })
    expect(readdirSync(folder).sort()).toEqual(['a', 'full'])
  })

  it('have a name on the disk when create returns, and a draft is none of them', async () => {
    const folder = newFolder()
    const atSync: string[][] = []
    const files = makeOwnFiles(folder, async (at) => void atSync.push(readdirSync(at)))
    await files.create(join(folder, 'a'), 'x')
    expect(atSync).toHaveLength(1)
    expect(atSync[0]).toContain('a')
  })

  it('fail as the system says it, and it is never taken for a missing file', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    writeFileSync(join(folder, 'file'), 'x')
    const long = join(folder, 'x'.repeat(300))
    await expect(files.read(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(files.filesUnder(join(folder, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(files.makeFolder(join(folder, 'file/below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
    for (const call of [files.read, files.filesUnder, files.makeFolder, files.check])
      await expect(call(long)).rejects.toMatchObject({ code: 'ENAMETOOLONG' })
  })
})

describe('a name that is not the own', () => {
  it('is refused by an error with a code, which names the first link on the way', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    symlinkSync(newFolder(), join(folder, 'link'))
    const refused = expect.objectContaining({ code: 'NOT_OWN_FILE', name: 'NotOwnFile' })
    const below = join(folder, 'link/a/b')
    for (const call of [
      () => files.check(below),
      () => files.read(below),
      () => files.create(below, 'x'),
      () => files.replace(below, 'x'),
      () => files.replace(join(folder, 'link'), 'x'),
      () => files.makeFolder(below),
      () => files.filesUnder(below),
      () => files.filesUnder(folder),
    ]) {
      await expect(call()).rejects.toEqual(refused)
      await expect(call()).rejects.toThrow(errorWith('NotOwnFile', join(folder, 'link'), 'symbolic link'))
    }
  })

  it('is one in another folder, also one whose name begins alike', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(join(folder, 'own'))
    for (const other of [join(folder, 'file'), join(folder, 'own-not/file'), join(folder, 'own/../file'), folder]) {
      await expect(files.check(other)).rejects.toThrow(errorWith('NotOwnFile', resolve(other), join(folder, 'own')))
      await expect(files.create(other, 'x')).rejects.toMatchObject({ code: 'NOT_OWN_FILE' })
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('is a pipe, wherever it is met, but no file and no folder', async () => {
    const folder = newFolder()
    const files = makeOwnFiles(folder)
    await files.create(join(folder, 'a/file'), 'x')
    const pipe = join(folder, 'a/pipe')
    execFileSync('mkfifo', [pipe])
    for (const call of [() => files.check(pipe), () => files.filesUnder(folder)])
      await expect(call()).rejects.toThrow(errorWith('NotOwnFile', pipe))
    for (const at of ['', 'a', 'a/file', 'a/none', 'none/below']) await files.check(join(folder, at))
  })

  it('is one below a folder where nothing can be made, which is named', async () => {
    const files = makeOwnFiles('/proc/keysweep')
    await expect(files.makeFolder('/proc/keysweep/a')).rejects.toMatchObject({
      name: 'NotOwnFile',
      message: factsIn('/proc'),
      cause: { code: 'ENOENT' },
    })
  })
})

it('two that make the same folder at once both succeed', async () => {
  const folder = newFolder()
  const files = makeOwnFiles(folder)
  await Promise.all(Array.from({ length: 10 }, () => files.makeFolder(join(folder, 'a/b/c'))))
  expect(statSync(join(folder, 'a/b/c')).isDirectory()).toBe(true)
})

it('a folder that exists is not put on the disk again', async () => {
  const folder = newFolder()
  const synced: string[] = []
  const files = makeOwnFiles(folder, async (at) => void synced.push(at))
  await files.makeFolder(folder)
  expect(synced).toEqual([])
})

it('the folder itself may be a link, and is looked through like any other', async () => {
  const folder = newFolder()
  const link = join(newFolder(), 'link')
  symlinkSync(folder, link)
  const files = makeOwnFiles(link)
  await files.check(link)
  expect(await files.create(join(link, 'a'), 'x')).toBe(true)
  expect(await files.filesUnder(link)).toEqual([join(link, 'a')])
})

it('the folders in a folder are named without its files, and a file that is a link has no time', async () => {
  const folder = newFolder()
  const files = makeOwnFiles(folder)
  await files.create(join(folder, 'runs', 'run-1', 'plan.json'), 'x')
  await files.create(join(folder, 'runs', 'note.txt'), 'x')
  expect(await files.foldersIn(join(folder, 'runs'))).toEqual(['run-1'])
  const link = join(folder, 'link')
  symlinkSync(join(folder, 'runs', 'note.txt'), link)
  await expect(files.writtenAt(link)).rejects.toThrow(errorWith('NotOwnFile', link))
  symlinkSync(join(folder, 'runs'), join(folder, 'linked'))
  await expect(files.foldersIn(join(folder, 'linked'))).rejects.toThrow(errorWith('NotOwnFile', join(folder, 'linked')))
})

// Where the system does not list what a process has open, nothing is looked at.
it('a file that was written is not kept open', async () => {
  const opened = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0)
  const folder = newFolder()
  const files = makeOwnFiles(folder)
  await files.create(join(folder, '0'), 'x')
  const before = opened()
  for (let n = 1; n <= 20; n += 1) await files.create(join(folder, String(n)), 'x')
  expect(opened()).toBeLessThan(before + 20)
})

it('a file that cannot be read is not taken for a missing one', async () => {
  // The memory of this process: nothing is at its first address.
  await expect(makeOwnFiles('/proc/self').read('/proc/self/mem')).rejects.toMatchObject({ code: 'EIO' })
})

it("a folder that the system does not allow gives the system's error", async () => {
  const files = makeOwnFiles('/sys/keysweep', async () => {})
  await expect(files.makeFolder('/sys/keysweep/a')).rejects.toMatchObject({
    code: expect.stringMatching(/^(EPERM|EROFS|EACCES)$/),
  })
})
