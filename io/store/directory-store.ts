// The run store in a directory. An object is written under a name of its own and then linked to its place: the link
// fails where something stands, and a crash in the middle leaves no half of an object.
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { StoreRefused } from '../../core/model/errors.ts'
import { type Put, type RunStore, textOf } from './run-store.ts'

/** A run store under `directory`, which is made when it is first written to. Objects are readable by their owner only. */
export function makeDirectoryStore(directory: string): RunStore {
  const root = resolve(directory)
  const pathOf = (key: string) => inside(root, key)
  return {
    location: directory,
    put: (key, text) => {
      const what = `write ${key} in ${directory}`
      return said(what, () => putOnce(pathOf(key), text, what))
    },
    get: (key) => {
      const what = `read ${key} in ${directory}`
      return said(what, () => readOrNull(pathOf(key), what))
    },
    list: (prefix) => said(`list ${prefix} in ${directory}`, () => listUnder(root, prefix)),
  }
}

function inside(root: string, key: string): string {
  const path = join(root, ...key.split('/'))
  if (!path.startsWith(root + sep))
    throw new TypeError(`Not a key of the run store: expected one inside it, received ${JSON.stringify(key)}`)
  return path
}

async function putOnce(path: string, text: string, what: string): Promise<Put> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeThrough(draft, text)
    await link(draft, path)
    await syncFolder(dirname(path))
    return { created: true, text }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return { created: false, text: textOf(await readFile(path), what) }
  } finally {
    await rm(draft, { force: true })
  }
}

/** An intent must outlive the machine's power: it is on the disk before the key is touched. */
async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The link itself must be on the disk as well. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function readOrNull(path: string, what: string): Promise<string | null> {
  try {
    return textOf(await readFile(path), what)
  } catch (error) {
    // As in a bucket: where only others lie below a name, nothing lies under it.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EISDIR') return null
    throw error
  }
}

async function listUnder(root: string, prefix: string): Promise<string[]> {
  const folder = inside(root, `${prefix.slice(0, prefix.lastIndexOf('/') + 1)}.`)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((key) => key.startsWith(prefix))
    .sort()
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** What a disk refuses it will refuse again: no retry. */
async function said<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new StoreRefused(`Cannot ${what}: expected a directory to read and write, received ${code}`, { cause: error })
  }
}
