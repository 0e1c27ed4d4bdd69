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
  return {
    location: directory,
    put: (key, text) => {
      const what = `write ${key} to ${directory}`
      return withStoreErrors(what, () => putOnce(files, pathOf(key), text, what))
    },
    get: (key) => {
      const what = `read ${key} from ${directory}`
      return withStoreErrors(what, async () => textOrNull(await files.read(pathOf(key)), what))
    },
    list: (prefix) => withStoreErrors(`list ${prefix} in ${directory}`, () => listUnder(files, root, prefix)),
    newest: (prefix, name, among = () => true) =>
      withStoreErrors(`list ${prefix} in ${directory}`, async () => {
        const folders = (await files.foldersIn(inside(root, `${prefix}.`))).filter(among)
        const keys = folders.map((folder) => `${prefix}${folder}/${name}`)
        const dated = await Promise.all(keys.map(async (key) => ({ key, at: await files.writtenAt(pathOf(key)) })))
        return newestFirst(dated.flatMap(({ key, at }) => (at === null ? [] : { key, at })))
      }),
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
