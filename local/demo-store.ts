// The demo's own run store: .keysweep/demo in the working directory. Each demo empties it, so nobody else's runs may be in it.
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { systemErrorText } from '../core/texts/system-error.ts'
import { makeOwnFiles } from '../io/store/own-files.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { UsageError } from './errors.ts'

export const DEMO_STORE = join('.keysweep', 'demo')

/** The mark of a store that a demo made. */
const MARK = 'emptied-by-every-demo'

/** A demo of an earlier version made no mark. Its store has this run's documents, which no other run has. */
const EARLIER_MARK = /-older-run\.intent\.json$/

/** A demo takes its lock before it marks the store. */
const isOfLock = (file: string): boolean => file.startsWith(join(resolve(DEMO_STORE), 'open'))

/** Whether a demo made the store, and empties it. @throws what the run store throws */
export const isDemoStore = async (store: RunStore): Promise<boolean> => (await store.get(MARK)) !== null

/** Changes nothing. @throws UsageError if the store has files and no demo made it */
export async function refuseForeignDemoStore(): Promise<void> {
  try {
    const files = (await makeOwnFiles('.keysweep').filesUnder(resolve(DEMO_STORE))).filter((file) => !isOfLock(file))
    if (
      files.length === 0 ||
      files.includes(resolve(DEMO_STORE, MARK)) ||
      files.some((file) => EARLIER_MARK.test(file))
    )
      return
  } catch (error) {
    throw new UsageError(`Cannot use ${DEMO_STORE}: ${systemErrorText(error)}. Move it away and try again.`, {
      cause: error,
    })
  }
  throw new UsageError(
    `Cannot use ${DEMO_STORE}: no demo made it, and the demo empties its store. Move it away and try again.`,
  )
}

/** Marks the store as the demo's own, and empties it. Its lock is held. */
export async function emptyDemoStore(): Promise<void> {
  await makeOwnFiles('.keysweep').replace(
    join(DEMO_STORE, MARK),
    'Each keysweep demo deletes the runs in this folder. Keep nothing of your own here.\n',
  )
  for (const folder of ['runs', 'orgs', 'keys', 'tokens'])
    await rm(join(DEMO_STORE, folder), { recursive: true, force: true })
}
