// The note by which `keysweep approve` finds a run that waits on this machine: address and secret, readable by its user only.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { StoreRefused } from '../core/model/errors.ts'
import { isRunId } from '../core/model/ids.ts'
import { systemErrorText } from '../core/texts/system-error.ts'

const openRun = z.strictObject({
  runId: z.string().refine(isRunId, 'must be a run id'),
  // Loopback only: the answer and the secret must not leave this machine.
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, 'must be an address on this machine'),
  secret: z.string().min(40),
})

export type OpenRun = z.infer<typeof openRun>

const fileOf = (stateDir: string, runId: string): string => join(stateDir, `${runId}.json`)

/** Writes the note, readable by this user only. */
export async function noteOpenRun(stateDir: string, run: OpenRun): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const draft = `${fileOf(stateDir, run.runId)}.draft`
  await rm(draft, { force: true })
  await writeFile(draft, JSON.stringify(run), { mode: 0o600, flag: 'wx' })
  // Atomic: another process may be reading it now.
  await rename(draft, fileOf(stateDir, run.runId))
}

/** Deletes the note, if it exists. */
export const forgetOpenRun = (stateDir: string, runId: string): Promise<void> =>
  rm(fileOf(stateDir, runId), { force: true })

/** Deletes the notes of killed runs. Only with the lock: then no other run of this store waits. */
export async function forgetKilledRuns(stateDir: string): Promise<void> {
  for (const { runId } of await openRuns(stateDir)) await forgetOpenRun(stateDir, runId)
}

/** All notes. The note of a killed run may be among them: nothing answers at its address. */
export async function openRuns(stateDir: string): Promise<OpenRun[]> {
  const names = await readdir(stateDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unreadable(stateDir, error)
  })
  const runs = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => read(join(stateDir, name))),
  )
  return runs.filter((run) => run !== null)
}

/** null for a file that no longer exists, and for a file that is not a valid note. */
async function read(file: string): Promise<OpenRun | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // A directory is not a note, whatever its name.
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '{}'
    throw unreadable(file, error)
  })
  const note = openRun.safeParse(parsed(text))
  return note.success ? note.data : null
}

const unreadable = (path: string, cause: NodeJS.ErrnoException) =>
  new StoreRefused(
    `Cannot read the waiting runs in ${path}: ${systemErrorText(cause)}. Choose another directory with --store.`,
    {
      cause,
    },
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
