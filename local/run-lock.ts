// One run at a time for each store on this machine. The lock is SQLite's: the operating system releases it when the process
// ends, however it ends. It needs no heartbeat, which a sleeping laptop would miss.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreRefused } from '../core/model/errors.ts'
import { isRunId, partsOfAccountRunId } from '../core/model/ids.ts'
import { systemErrorText } from '../core/texts/system-error.ts'
import { makeOwnFiles } from '../io/store/own-files.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type Env, stateDirOf } from './state-dir.ts'

export interface RunLock {
  /**
   * Takes the lock for this run and returns null, or returns the id of the run that holds it. Taking it twice is harmless.
   * @throws StoreRefused if the directory cannot be written
   */
  takeFor(runId: string): Promise<string | null>
  release(): void
}

/** SQLite's SQLITE_BUSY. */
const BUSY = 5

/** Time for another process to write its run id, or to finish a check of the lock. */
const LOCK_TIMEOUT_MILLISECONDS = 250

/** The lock of the store with this state directory. It opens and creates nothing yet. */
export function makeRunLock(stateDir: string): RunLock {
  let held: DatabaseSync | null = null
  return {
    async takeFor(runId) {
      if (held !== null) return null
      try {
        const files = filesOf(stateDir)
        await files.makeFolder(stateDir)
        await files.check(lockFileIn(stateDir))
        held = await lockExclusively(lockFileIn(stateDir))
        if (held === null) return await holderIn(stateDir)
        await files.replace(holderFile(stateDir), runId)
        return null
      } catch (error) {
        // Without its holder's name, the lock would be of an unknown run.
        held?.close()
        held = null
        throw new StoreRefused(
          `Cannot write to ${stateDir}: ${systemErrorText(error)}. Make it writable, or choose another store with --store.`,
          { cause: error },
        )
      }
    },
    release() {
      if (held === null) return
      rmSync(holderFile(stateDir), { force: true })
      held.close()
      held = null
    },
  }
}

/** The id of the run that holds the lock, or null. @throws StoreRefused if the lock cannot be read */
export async function lockHolder(stateDir: string): Promise<string | null> {
  try {
    // Only SQLite may open this file: when a process closes a file, the system releases all locks that it has on the file.
    if ((await filesOf(stateDir).writtenAt(lockFileIn(stateDir))) === null) return null
    return (await isLocked(lockFileIn(stateDir))) ? await holderIn(stateDir) : null
  } catch (error) {
    throw new StoreRefused(
      `Cannot read the lock ${lockFileIn(stateDir)}: ${systemErrorText(error)}. If no run is open there, delete this file.`,
      { cause: error },
    )
  }
}

async function isLocked(file: string): Promise<boolean> {
  const looked = await open(file, { readOnly: true, timeout: 0 })
  try {
    looked.exec('BEGIN; SELECT 1 FROM sqlite_schema')
    return false
  } catch (error) {
    if (!isBusy(error)) throw error
    return true
  } finally {
    looked.close()
  }
}

/** Whether the process of this run has ended. false if unknown: a run in a bucket may be on another machine. */
export const isRunOver =
  (store: Pick<RunStore, 'location'>, env: Env) =>
  async (runId: string): Promise<boolean> => {
    if (store.location.startsWith('s3://')) return false
    try {
      const holder = await lockHolder(stateDirOf(store, env))
      return !isHeldBy(holder, runId) && holder !== UNNAMED
    } catch {
      // The lock cannot be read. "Not over" is the safe answer.
      return false
    }
  }

/** Whether the lock is this run's, or that of the organization run that it is a part of. */
export const isHeldBy = (holder: string | null, runId: string): boolean =>
  holder !== null && (holder === runId || holder === partsOfAccountRunId(runId)?.organizationRun)

async function lockExclusively(file: string): Promise<DatabaseSync | null> {
  const database = await open(file, { timeout: LOCK_TIMEOUT_MILLISECONDS })
  try {
    // The database stays empty. Without a journal file, a crash leaves nothing behind.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** node:sqlite is loaded at first use: other commands do not need it, and older versions of Node do not have it. */
async function open(file: string, options: { readOnly?: boolean; timeout: number }): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite')
  return new sqlite.DatabaseSync(file, options)
}

const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === BUSY

/** The file that the process of an open run has locked. */
export const lockFileIn = (stateDir: string): string => join(stateDir, 'lock')
const holderFile = (stateDir: string): string => join(stateDir, 'lock-holder')

/** The state directory is in a store, or in the folder of all stores of this machine. */
const filesOf = (stateDir: string) => makeOwnFiles(dirname(stateDir))

/** The holder of a lock whose run is not known. */
export const UNNAMED = 'of another process'

/** A process has no run id there right after it took the lock, and right before it releases it. */
async function holderIn(stateDir: string): Promise<string> {
  const holder = (await filesOf(stateDir).read(holderFile(stateDir)))?.toString() ?? UNNAMED
  return isRunId(holder) ? holder : UNNAMED
}
