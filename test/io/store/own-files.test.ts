// Files of run stores are the store's own: no symbolic link below its folder is followed, whoever made it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { makeOwnFiles } from '../../../io/store/own-files.ts'
import type { RunStore } from '../../../io/store/run-store.ts'
import { errorWith } from '../../support/error-facts.ts'

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
