// Where a run on this machine leaves what only this machine's runs need: the lock, and the way to ask a run that waits.
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunStore } from '../io/store/run-store.ts'

/** The environment of the process, or a test's. */
export type Env = Record<string, string | undefined>

/** Inside a store that is a directory; of one that is a bucket, in the folder where the system keeps a user's state. */
export function stateDirOf({ location }: Pick<RunStore, 'location'>, env: Env): string {
  if (!location.startsWith('s3://')) return resolve(location, 'open')
  return join(stateFolder(env), 'keysweep', createHash('sha256').update(location).digest('hex').slice(0, 16))
}

/** XDG Base Directory Specification, or what macOS and Windows have in its place. */
function stateFolder({ XDG_STATE_HOME, LOCALAPPDATA }: Env): string {
  if (XDG_STATE_HOME) return XDG_STATE_HOME
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA
  const usual = process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'state']
  return join(homedir(), ...usual)
}
