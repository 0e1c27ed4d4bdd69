// The directory for files that only this machine needs: the lock, and the note of a waiting run.
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { RunStore } from '../io/store/run-store.ts'

/** Environment variables. */
export type Env = Record<string, string | undefined>

/** In the store if it is a directory; for a bucket, in the user's state folder of the operating system. */
export function stateDirOf({ location }: Pick<RunStore, 'location'>, env: Env): string {
  if (!location.startsWith('s3://')) return resolve(location, 'open')
  return join(stateFolder(env), 'keysweep', createHash('sha256').update(location).digest('hex').slice(0, 16))
}

/**
 * The same for an organization run that only surveys. It writes nothing to IAM, so its lock keeps no other run out; with it
 * `show` and `stop` see the run.
 */
export const surveyDirOf = (store: Pick<RunStore, 'location'>, env: Env): string => `${stateDirOf(store, env)}-survey`

/** By the XDG Base Directory Specification, which ignores a relative path, or the conventions of macOS and Windows. */
export function stateFolder({ XDG_STATE_HOME, LOCALAPPDATA, HOME }: Env): string {
  if (XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  const usual = process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'state']
  return join(HOME || homedir(), ...usual)
}
