// The run stores of this machine: one for each account in the user's state folder, and one that an earlier version may have
// left in the working directory.
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StoreRefused } from '../core/model/errors.ts'
import { systemErrorText } from '../core/texts/system-error.ts'
import { type Env, stateFolder } from './state-dir.ts'

/** The store of versions before 0.2.0, in the working directory. A demo alone makes no store of it. */
const EARLIER_STORE = '.keysweep'

const ACCOUNT = /^\d{12}$/

/** The folder of the accounts' stores. */
export const storesFolder = (env: Env): string => join(stateFolder(env), 'keysweep')

/** Where runs on an account of 12 digits are kept, unless another store is named. */
export const accountStore = (account: string, env: Env): string => join(storesFolder(env), account)

/** `.keysweep` if the working directory has runs of an earlier version there, otherwise null. @throws StoreRefused */
export function earlierStore(): string | null {
  const runs = join(EARLIER_STORE, 'runs')
  try {
    // A link is found too, wherever it leads: the store refuses it.
    return lstatSync(runs, { throwIfNoEntry: false }) === undefined ? null : EARLIER_STORE
  } catch (error) {
    throw new StoreRefused(
      `Cannot look for runs of an earlier version in ${runs}: ${systemErrorText(error)}. Name a run store with --store.`,
      { cause: error },
    )
  }
}

/**
 * Every store that exists on this machine without being named: that of an earlier version first, then one for each account.
 * @throws StoreRefused if their folder cannot be read
 */
export function storesHere(env: Env): string[] {
  const folder = storesFolder(env)
  const accounts = namesIn(folder).filter((name) => ACCOUNT.test(name))
  return [earlierStore() ?? [], accounts.sort().map((account) => accountStore(account, env))].flat()
}

function namesIn(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : []
  } catch (error) {
    throw new StoreRefused(
      `Cannot list the run stores in ${folder}: ${systemErrorText(error)}. Name one with --store.`,
      {
        cause: error,
      },
    )
  }
}

/** Whether commands look for runs at this location without --store. */
export const isFoundHere = (location: string, env: Env): boolean =>
  location === EARLIER_STORE || (dirname(location) === storesFolder(env) && ACCOUNT.test(basename(location)))
