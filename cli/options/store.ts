// The run store of a command, and checks of run ids in it.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { plainLine } from '../../core/texts/plain.ts'
import { openStore } from '../../io/store/open-store.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { UsageError } from '../../local/errors.ts'
import { accountStore, earlierStore, isFoundHere, storesHere } from '../../local/stores-here.ts'
import { runPrefix } from '../../views/find-run.ts'
import { hasOrganizationRun } from '../../views/organizations.ts'
import type { Terminal } from '../render/terminal.ts'

interface StoreOptions {
  store?: string
}

/** The store of --store or KEYSWEEP_STORE; null if neither names one. @throws SettingsRefused | UsageError for an invalid location */
function openNamed(options: StoreOptions, terminal: Terminal, account?: string): RunStore | null {
  const location = namedStore(options) ?? terminal.env.KEYSWEEP_STORE
  return location ? openStoreHere(location, terminal, account) : null
}

/**
 * Opens a store by hand. A bucket must belong to the account of the caller, or the one in KEYSWEEP_STORE_OWNER: after a
 * deletion, another account could take its name.
 * @param account of the caller, if it is known; otherwise the first call to S3 asks for it
 * @throws SettingsRefused | UsageError for an invalid location or owner
 */
export function openStoreHere(location: string, { env }: Terminal, account?: string): RunStore {
  const named = env.KEYSWEEP_STORE_OWNER
  if (named && !/^\d{12}$/.test(named))
    throw new UsageError(`Invalid KEYSWEEP_STORE_OWNER ${JSON.stringify(named)}: must be an account id of 12 digits.`)
  // Loaded if it is called: commands that read a directory load nothing of AWS.
  const caller = async () => (await (await import('../../local/who-calls.ts')).whoCalls()).account
  return openStore(location, async () => ownerOf(env, account ?? '') || (await caller()))
}

/** The account that must own a bucket. @param account of the caller */
export const ownerOf = ({ KEYSWEEP_STORE_OWNER: named }: Terminal['env'], account: string): string => named || account

/** @throws SettingsRefused | UsageError for an invalid location, before anything is asked of AWS */
export const refuseOddStore = (options: StoreOptions, terminal: Terminal): void => void openNamed(options, terminal)

/**
 * The store of runs on an account: the named one, `.keysweep` of an earlier version in this directory, which is named on
 * stderr, or the account's own on this machine.
 * @throws SettingsRefused | UsageError for an invalid location
 */
export function storeOf(account: string, options: StoreOptions, terminal: Terminal): RunStore {
  const named = openNamed(options, terminal, account)
  if (named !== null) return named
  const usual = accountStore(account, terminal.env)
  const earlier = earlierStore()
  if (earlier === null) return openStore(usual)
  terminal.stderr.write(
    `${plainLine(`This run uses run store ${earlier}, which an earlier version made in this directory. The usual one is ${usual}.`)}\n`,
  )
  return openStore(earlier)
}

/** What --store must say in another command: undefined if commands find the store without it. */
export const storeOption = (
  { location }: Pick<RunStore, 'location'>,
  { env }: Pick<Terminal, 'env'>,
): string | undefined => (isFoundHere(location, env) ? undefined : location)

/** The other stores of this machine that may know keys of the account. */
export const otherStores = ({ location }: RunStore, account: string, { env }: Terminal): RunStore[] =>
  [earlierStore() ?? [], accountStore(account, env)]
    .flat()
    .filter((other) => existsSync(other))
    .filter((other) => resolve(other) !== resolve(location))
    .map((other) => openStore(other))

/** What a reading command looks through: the named store, or every store of this machine. @throws as `storeOf` */
export function storesToRead(options: StoreOptions, terminal: Terminal): RunStore[] {
  const named = openNamed(options, terminal)
  return named !== null ? [named] : storesHere(terminal.env).map((location) => openStore(location))
}

/**
 * The location given with --store. An empty one is refused: it comes from an unset variable in a script, and would mean the
 * working directory.
 * @throws UsageError
 */
export function namedStore({ store }: StoreOptions): string | undefined {
  if (store === undefined || store.trim() !== '') return store
  throw new UsageError(`Invalid --store ${JSON.stringify(store)}: must be a directory or s3://bucket/prefix.`)
}

/** @throws UsageError if this is not a valid run id, or a run or an organization run of this store has it */
export async function refuseUsedId(store: RunStore, runId: string): Promise<void> {
  const used = await store.list(runPrefix(runId))
  if (used.length > 0 || (await hasOrganizationRun(store, runId)))
    throw new UsageError(`Run "${runId}" already exists in ${store.location}. Choose another id with --run-id.`)
}
