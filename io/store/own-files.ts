// The files of this machine's run stores. Every read and write of them goes through here: none follows a symbolic link below
// the store's own folder, because a link would choose the file that is read or overwritten.
//
// Only fsync, which waits for the disk, runs on a thread of Node. Each other call takes a few microseconds, and on a thread
// about four times as long. A run makes some hundred of these calls for each key.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  type Dirent,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'

/** Files below one folder, which may itself be reached through links. Errors are those of the file system. */
export interface OwnFiles {
  /** null for a missing file or a folder. */
  read(path: string): Promise<Buffer | null>
  /** Writes a new file, on the disk when it returns; false if the name exists. */
  create(path: string, text: string): Promise<boolean>
  /** Writes a file in one step: a reader sees the old text or the new one. */
  replace(path: string, text: string): Promise<void>
  /** Every file below a folder, without drafts; none if it does not exist. */
  filesUnder(folder: string): Promise<string[]>
  /** The names of the folders in a folder; none if it does not exist. */
  foldersIn(folder: string): Promise<string[]>
  /** When a file was written, in milliseconds; null for a missing file or a folder. */
  writtenAt(path: string): Promise<number | null>
  /** Makes the folder and those missing above it, on the disk when it returns. */
  makeFolder(folder: string): Promise<void>
  /** @throws NotOwnFile if a part of the path below the folder is a symbolic link, or the file is none, such as a pipe */
  check(path: string): Promise<void>
}

/** A name that a store must not have, or cannot. It has a code, as the system's errors have. */
class NotOwnFile extends Error {
  override readonly name = 'NotOwnFile' as const
  readonly code = 'NOT_OWN_FILE'
}

/**
 * Only their owner can read the files.
 * @param folder of the store @param sync puts the names in a folder on the disk; tests pass their own
 */
export function makeOwnFiles(folder: string, sync: (folder: string) => Promise<void> = syncFolder): OwnFiles {
  const root = resolve(folder)
  const check = (path: string) => checkBelow(root, resolve(path))
  const makeFolder = async (path: string) => {
    if (check(path) === undefined) await makeMissing(resolve(path), sync)
  }
  return {
    check: async (path) => void check(path),
    makeFolder,
    async read(path) {
      // A missing file is read most often. The check has seen that it is missing: an error of the system costs ten times as much.
      return check(path) === undefined ? null : readOrNull(path)
    },
    async create(path, text) {
      await makeFolder(dirname(path))
      return inDraft(path, text, async (draft) => {
        // The link fails if the name exists, also as a link: a crash leaves no partial file.
        linkSync(draft, path)
        await sync(dirname(path))
      })
    },
    async replace(path, text) {
      await makeFolder(dirname(path))
      check(path)
      await inDraft(path, text, async (draft) => renameSync(draft, path))
    },
    async filesUnder(path) {
      return check(path) === undefined ? [] : walk(path)
    },
    async foldersIn(path) {
      check(path)
      return ownEntries(path).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    },
    async writtenAt(path) {
      const found = check(path)
      return found?.isFile() ? found.mtimeMs : null
    },
  }
}

/** The beginning of every path below the folder. */
export const withSep = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep)

/** Looks at each part of the path below the root. Missing parts are nobody's link. @returns what the path names, if it exists */
function checkBelow(root: string, path: string): Stats | undefined {
  if (path === root) return statSync(root, { throwIfNoEntry: false })
  if (!path.startsWith(withSep(root))) throw new NotOwnFile(`${path} is not below ${root}`)
  let found: Stats | undefined
  for (let end = root.length; end < path.length; ) {
    const next = path.indexOf(sep, end + 1)
    end = next < 0 ? path.length : next
    const at = path.slice(0, end)
    found = lstatSync(at, { throwIfNoEntry: false })
    if (found === undefined) return undefined
    if (found.isSymbolicLink()) throw new NotOwnFile(`${at} is a symbolic link, and a run store must have none`)
    if (!found.isFile() && !found.isDirectory()) throw new NotOwnFile(`${at} is not a file`)
  }
  return found
}

/** O_NOFOLLOW is for a link that was made since the check. Windows has no such flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)

function readOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path, { flag: READ })
  } catch (error) {
    // As in a bucket: a directory is no object.
    if (['ENOENT', 'EISDIR'].includes(codeOf(error))) return null
    throw error
  }
}

/** false if the name exists. */
async function inDraft(path: string, text: string, name: (draft: string) => Promise<void>): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    await writeThrough(draft, text)
    await name(draft)
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** An intent must survive a power failure: it is on the disk before its key is changed. */
const writeThrough = async (path: string, text: string): Promise<void> =>
  using(openSync(path, 'wx', 0o600), async (file) => {
    writeFileSync(file, text)
    await onDisk(file)
  })

async function syncFolder(path: string): Promise<void> {
  await using(openSync(path, 'r'), onDisk)
}

const onDisk = promisify(fsync)

async function using(file: number, use: (file: number) => Promise<void>): Promise<void> {
  try {
    await use(file)
  } finally {
    closeSync(file)
  }
}

/** Not with mkdir's `recursive`, which never ends where the system makes no folder, such as in /proc. */
async function makeMissing(folder: string, sync: (folder: string) => Promise<void>): Promise<void> {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return
  const parent = dirname(folder)
  if (parent !== folder) await makeMissing(parent, sync)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new NotOwnFile(`no folder can be made in ${parent}`, { cause: error })
    if (codeOf(error) !== 'EEXIST') throw error
  }
  await sync(parent)
}

function walk(folder: string): string[] {
  const paths: string[] = []
  for (const entry of ownEntries(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) paths.push(...walk(path))
    else if (!entry.name.endsWith('.draft')) paths.push(path)
  }
  return paths
}

/** Files and folders. A link is not skipped: it may hide the intent that keeps a key. */
function ownEntries(folder: string): Dirent[] {
  const entries = entriesOf(folder)
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isSymbolicLink()) throw new NotOwnFile(`${path} is a symbolic link, and a run store must have none`)
    if (!entry.isDirectory() && !entry.isFile()) throw new NotOwnFile(`${path} is not a file`)
  }
  return entries
}

/** None if the folder does not exist. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
