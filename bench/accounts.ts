// Each run of a program gets a new account, a new endpoint and a new folder, so that runs are independent.
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, type Measured, measure } from './measure.ts'

const USERS = 2000

/** Runs it `times` times, one after another. */
export async function times<T>(count: number, run: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let n = 0; n < count; n += 1) all.push(await run())
  return all
}

interface Setting {
  users?: number
  accounts?: number
  callsPerSecond?: number
  latencyMilliseconds?: number
}

/** Runs it on a new account, by default of 2,000 users, in a new folder. */
export const onNewAccount = (
  command: Command,
  { users = USERS, ...endpoint }: Setting,
  mayFail = false,
): Promise<Measured> => inFolder((folder) => measure(command, { folder, mayFail, endpoint: { users, ...endpoint } }))

const folders: string[] = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/**
 * Runs in a new folder. All folders are removed when the bench ends: right after many files were removed, ext4 takes ten times
 * as long to make one.
 */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-bench-'))
  folders.push(folder)
  return run(folder)
}
