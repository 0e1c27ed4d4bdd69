// The run store in a directory. An object is written to a draft file, and then linked to its name. The link fails if the
// name exists, and a crash leaves no partial object.
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { StoreRefused } from '../../core/model/errors.ts'
import { systemErrorText } from '../../core/texts/system-error.ts'
import { type Put, type RunStore, textOf } from './run-store.ts'

/** A run store in `directory`, which the first write creates. Only their owner can read the objects. */
export function makeDirectoryStore(directory: string): RunStore {
  const root = resolve(directory)
  const pathOf = (key: string) => inside(root, key)
  return {
    location: directory,
    put: (key, text) => {
      const what = `write ${key} to ${directory}`
      return withStoreErrors(what, () => putOnce(pathOf(key), text, what))
    },
    get: (key) => {
      const what = `read ${key} from ${directory}`
      return withStoreErrors(what, () => readOrNull(pathOf(key), what))
    },
    list: (prefix) => withStoreErrors(`list ${prefix} in ${directory}`, () => listUnder(root, prefix)),
  }
}

function inside(root: string, key: string): string {
  const path = join(root, ...key.split('/'))
  if (!path.startsWith(root + sep))
    throw new TypeError(`Key ${JSON.stringify(key)} refused: it leads out of the run store`)
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

/** An intent must survive a power failure: it is on the disk before its key is changed. */
async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Puts the link itself on the disk. */
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
    // As in a bucket: a directory is no object.
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

/** Errors of the file system become StoreRefused, which is not retried: the disk would refuse again. */
async function withStoreErrors<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    const message = `Cannot ${what}: ${systemErrorText(error)}. Choose another directory with --store.`
    throw new StoreRefused(message, { cause: error })
  }
}
