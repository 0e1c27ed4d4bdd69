// One run at a time of one store on this machine. The lock is one of SQLite's: the system itself holds it for the process
// and drops it with the process, however that ends, and it needs no heartbeat that a sleeping laptop would miss.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreRefused } from '../core/model/errors.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type Env, stateDirOf } from './state-dir.ts'

export interface RunLock {
  /**
   * Takes the lock for this run and keeps it: null; or the id of the run that has it. Taking it again changes nothing.
   * @throws StoreRefused where the directory cannot be written
   */
  takeFor(runId: string): Promise<string | null>
  release(): void
}

/** SQLite's SQLITE_BUSY. */
const BUSY = 5

/** Long enough for whoever has just taken the lock to write down its name, and for a look at the lock to pass. */
const PATIENCE_MILLISECONDS = 250

/** The lock of the store whose state directory this is. Nothing is opened or made yet. */
export function makeRunLock(stateDir: string): RunLock {
  let held: DatabaseSync | null = null
  return {
    async takeFor(runId) {
      if (held !== null) return null
      try {
        mkdirSync(stateDir, { recursive: true, mode: 0o700 })
        held = await lockExclusively(fileIn(stateDir))
        if (held === null) return holderIn(stateDir)
        writeFileSync(holderFile(stateDir), runId, { mode: 0o600 })
        return null
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        // Node's own messages begin with the code, SQLite's do not.
        const received = message.startsWith(`${code}: `) ? message : `${code}: ${message}`
        throw new StoreRefused(
          `Cannot lock ${stateDir}: expected a directory to read and write, received ${received}`,
          {
            cause: error,
          },
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

/** The id of the run of this store that works or waits on this machine, or null. */
export async function lockHolder(stateDir: string): Promise<string | null> {
  if (!existsSync(fileIn(stateDir))) return null
  const looked = await open(fileIn(stateDir), { readOnly: true, timeout: 0 })
  try {
    looked.exec('BEGIN; SELECT 1 FROM sqlite_schema')
    return null
  } catch (error) {
    if (!isBusy(error)) throw error
    return holderIn(stateDir)
  } finally {
    looked.close()
  }
}

/**
 * Whether the process of this run has ended. Only of a store on this machine: elsewhere a run may have been started that
 * no lock here knows of.
 */
export const isRunOver =
  (store: Pick<RunStore, 'location'>, env: Env) =>
  async (runId: string): Promise<boolean> => {
    if (store.location.startsWith('s3://')) return false
    try {
      const holder = await lockHolder(stateDirOf(store, env))
      return holder !== runId && holder !== UNNAMED
    } catch {
      // A lock that cannot be looked at tells nothing, and not known to be over is the careful answer.
      return false
    }
  }

async function lockExclusively(file: string): Promise<DatabaseSync | null> {
  const database = await open(file, { timeout: PATIENCE_MILLISECONDS })
  try {
    // Nothing is ever written to it: no journal is to lie about after a crash.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** Loaded at the first use: other commands do not need it, nor a Node that has it. */
async function open(file: string, options: { readOnly?: boolean; timeout: number }): Promise<DatabaseSync> {
  const sqlite = await import('node:sqlite')
  return new sqlite.DatabaseSync(file, options)
}

const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === BUSY

const fileIn = (stateDir: string): string => join(stateDir, 'lock')
const holderFile = (stateDir: string): string => join(stateDir, 'lock-holder')

const UNNAMED = 'of another process'

/** Whoever has just taken the lock, or is about to give it back, has no name there. */
const holderIn = (stateDir: string): string =>
  existsSync(holderFile(stateDir)) ? readFileSync(holderFile(stateDir), 'utf8') : UNNAMED
