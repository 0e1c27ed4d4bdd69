// Finds the settings file: the named one, or keysweep.yml in the working directory or the nearest folder above it.
import type { Stats } from 'node:fs'
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { SettingsRefused } from '../../core/model/errors.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { systemErrorText } from '../../core/texts/system-error.ts'

/** The names of a settings file. A folder may have one of them. */
export const SETTINGS_FILES = ['keysweep.yml', 'keysweep.yaml'] as const

export interface SettingsFile {
  /** As it is shown: its name if it is in the working directory, otherwise with its folder. */
  path: string
  text: string
}

/**
 * The settings file that applies; null if there is none.
 * @param named the file of --settings, which must exist
 * @throws SettingsRefused
 */
export async function readSettingsFile(named: string | undefined): Promise<SettingsFile | null> {
  const path = named ?? (await findSettingsFile())?.path
  if (path === undefined) return null
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (error) {
    throw new SettingsRefused(`Cannot read the settings file ${path}: ${systemErrorText(error)}.`, { cause: error })
  }
}

/** Says which file holds, so that a file that is not found is noticed. One line, for stderr. */
export function whichFileText(file: SettingsFile | null): string {
  const none = `no ${SETTINGS_FILES.join(' or ')} in ${process.cwd()} or a folder above it; the defaults apply`
  return plainLine(`Settings: ${file === null ? none : resolve(file.path)}`)
}

/**
 * Looks in every folder up to the root of the file system, as git, ESLint and Prettier do. A repository or the home
 * directory does not end the search: a file that is missed would lose exemptions.
 * @throws SettingsRefused
 */
export async function findSettingsFile(): Promise<{ path: string; isAbove: boolean } | null> {
  let folder: string
  try {
    folder = process.cwd()
  } catch (error) {
    throw new SettingsRefused(`Cannot look for settings: the working directory: ${systemErrorText(error)}.`, {
      cause: error,
    })
  }
  const here = await fileIn(folder)
  if (here !== null) return { path: here.name, isAbove: false }
  for (let below = folder; dirname(below) !== below; below = folder) {
    folder = dirname(below)
    const found = await fileIn(folder)
    if (found === null) continue
    const path = join(folder, found.name)
    refuseStranger(path, found.owner)
    return { path, isAbove: true }
  }
  return null
}

interface Found {
  name: string
  /** The user id of its owner. */
  owner: number
}

async function fileIn(folder: string): Promise<Found | null> {
  const found: Found[] = []
  for (const name of SETTINGS_FILES) {
    const owner = await ownerOf(join(folder, name))
    if (owner !== null) found.push({ name, owner })
  }
  const [one = null, other] = found
  if (one === null) await refuseSimilarName(folder)
  if (other !== undefined)
    throw new SettingsRefused(
      `${folder} has ${SETTINGS_FILES.join(' and ')}: only one of them may be there. Delete one, or name one with --settings.`,
    )
  return one
}

/** A name that other tools look for, or with capital letters. Its exemptions would be lost. */
const SIMILAR_NAME = /^\.?keysweep\.ya?ml$/i

/** @throws SettingsRefused for a file that somebody may take for the settings */
async function refuseSimilarName(folder: string): Promise<void> {
  // A folder above need not be readable: then nobody keeps settings there.
  const names = await readdir(folder).catch(() => [])
  const similar = names.find((name) => SIMILAR_NAME.test(name))
  if (similar !== undefined)
    throw new SettingsRefused(
      `${join(folder, similar)} is not read: a settings file is named ${SETTINGS_FILES.join(' or ')}. Rename it, or name it with --settings.`,
    )
}

/** A file that was named may be a pipe, as a shell makes them. One that was found would be waited for without end. */
async function ownerOf(path: string): Promise<number | null> {
  const found = await statsOf(path)
  if (found === null) return null
  if (!found.isFile())
    throw new SettingsRefused(
      `${path} is ${found.isDirectory() ? 'a directory' : 'a pipe or a device'}: settings are read from a file. Rename it, or name the settings file with --settings.`,
    )
  return found.uid
}

async function statsOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    // A link whose target is missing is somebody's settings, which would be lost.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !(await isThere(path))) return null
    throw new SettingsRefused(
      `Cannot look for settings at ${path}: ${systemErrorText(error)}. Name the settings file with --settings.`,
      { cause: error },
    )
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** Anybody can put a file into a shared folder such as /tmp, above the working directory of somebody else. */
function refuseStranger(path: string, owner: number): void {
  const user = process.getuid?.()
  if (user === undefined || owner === user || owner === 0) return
  throw new SettingsRefused(
    `${path} belongs to another user (user id ${owner}): a settings file above the working directory must be yours or root's. To use it, name it with --settings.`,
  )
}
