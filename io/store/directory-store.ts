// The run store in a directory.
import { join, resolve, sep } from 'node:path'
import { StoreRefused } from '../../core/model/errors.ts'
import { systemErrorText } from '../../core/texts/system-error.ts'
import { makeOwnFiles, type OwnFiles, withSep } from './own-files.ts'
import { newestFirst, type Put, type RunStore, textOf } from './run-store.ts'

/** A run store in `directory`, which the first write creates. Only their owner can read the objects. */
export function makeDirectoryStore(directory: string): RunStore {
  const root = resolve(directory)
  const files = makeOwnFiles(root)
  const pathOf = (key: string) => inside(root, key)
  const { found, refuseAnother } = stillThere(files, directory, pathOf)
  return {
    location: directory,
    put: (key, text) => {
      const what = `write ${key} to ${directory}`
      return withStoreErrors(what, async () => {
        await refuseAnother()
        const stored = await putOnce(files, pathOf(key), text, what)
        found(key)
        return stored
      })
    },
    get: (key) => {
      const what = `read ${key} from ${directory}`
      return withStoreErrors(what, async () => {
        const text = textOrNull(await files.read(pathOf(key)), what)
        if (text === null) await refuseAnother()
        else found(key)
        return text
      })
    },
    list: (prefix) =>
      withStoreErrors(`list ${prefix} in ${directory}`, async () => {
        const keys = await listUnder(files, root, prefix)
        if (keys.length === 0) await refuseAnother()
        return keys
      }),
    newest: (prefix, name, among = () => true) =>
      withStoreErrors(`list ${prefix} in ${directory}`, async () => {
        const folders = (await files.foldersIn(inside(root, `${prefix}.`))).filter(among)
        if (folders.length === 0) await refuseAnother()
        const keys = folders.map((folder) => `${prefix}${folder}/${name}`)
        const dated = await Promise.all(keys.map(async (key) => ({ key, at: await files.writtenAt(pathOf(key)) })))
        return newestFirst(dated.flatMap(({ key, at }) => (at === null ? [] : { key, at })))
      }),
  }
}

/** The folder is another one than it was. It has a code, as the system's errors have. */
class AnotherFolder extends Error {
  override readonly name = 'AnotherFolder' as const
  readonly code = 'ANOTHER_FOLDER'
}

/**
 * A folder that is moved, removed or unmounted while a run uses it looks like an empty store, and a write would make a new one.
 * Then a key that was reactivated would look like any other, and nobody would find the intent of a change. So a document counts
 * as missing, and a new one is written, only while the first or the last document that was written or read is still there.
 */
function stillThere(files: OwnFiles, directory: string, pathOf: (key: string) => string) {
  let known: { first: string; last: string } | null = null
  const isThere = async (key: string) => (await files.writtenAt(pathOf(key))) !== null
  return {
    found(key: string) {
      known = { first: known?.first ?? key, last: key }
    },
    /** @throws AnotherFolder */
    async refuseAnother(): Promise<void> {
      if (known === null || (await isThere(known.last)) || (await isThere(known.first))) return
      throw new AnotherFolder(
        `${known.last} was in ${directory} and is missing now, so the folder was moved, removed or unmounted`,
      )
    },
  }
}

function inside(root: string, key: string): string {
  const path = join(root, key)
  if (!path.startsWith(withSep(root)))
    throw new TypeError(`Key ${JSON.stringify(key)} refused: it leads out of the run store`)
  return path
}

async function putOnce(files: OwnFiles, path: string, text: string, what: string): Promise<Put> {
  if (await files.create(path, text)) return { created: true, text }
  const stored = textOrNull(await files.read(path), what)
  if (stored === null) throw new StoreRefused(`Cannot ${what}: something that is not a file has this name`)
  return { created: false, text: stored }
}

const textOrNull = (bytes: Buffer | null, what: string): string | null => (bytes === null ? null : textOf(bytes, what))

async function listUnder(files: OwnFiles, root: string, prefix: string): Promise<string[]> {
  const parent = prefix.slice(0, prefix.lastIndexOf('/'))
  const folder = prefix.includes('/') ? inside(root, `${parent}/.`) : root
  return (await files.filesUnder(folder))
    .map((path) => path.slice(withSep(root).length).replaceAll(sep, '/'))
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
