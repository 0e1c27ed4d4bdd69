// The note by which `approve` finds a run that waits on this machine: its address and its secret, for its own user alone.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { StoreRefused } from '../core/model/errors.ts'
import { isRunId } from '../core/model/ids.ts'

const openRun = z.strictObject({
  runId: z.string().refine(isRunId, "a run's id"),
  // Nobody else's address: the answer and the secret stay on this machine.
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, 'an address on this machine'),
  secret: z.string().min(40),
})

export type OpenRun = z.infer<typeof openRun>

const fileOf = (stateDir: string, runId: string): string => join(stateDir, `${runId}.json`)

/** Leaves the note, readable by this user only. */
export async function noteOpenRun(stateDir: string, run: OpenRun): Promise<void> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  const draft = `${fileOf(stateDir, run.runId)}.draft`
  await rm(draft, { force: true })
  await writeFile(draft, JSON.stringify(run), { mode: 0o600, flag: 'wx' })
  // Whole or not there: somebody may be looking for it now.
  await rename(draft, fileOf(stateDir, run.runId))
}

/** Takes the note away; it need not be there. */
export const forgetOpenRun = (stateDir: string, runId: string): Promise<void> =>
  rm(fileOf(stateDir, runId), { force: true })

/** Takes away what runs that were killed have left. Only for who has the lock: then no other run of the store waits. */
export async function forgetKilledRuns(stateDir: string): Promise<void> {
  for (const { runId } of await openRuns(stateDir)) await forgetOpenRun(stateDir, runId)
}

/** The notes that lie there. One of a run that was killed may be among them: its address does not answer. */
export async function openRuns(stateDir: string): Promise<OpenRun[]> {
  const names = await readdir(stateDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unreadable(stateDir, 'a directory', error)
  })
  const runs = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => read(join(stateDir, name))),
  )
  return runs.filter((run) => run !== null)
}

/** null for what is gone by now, and for what is no note of ours. */
async function read(file: string): Promise<OpenRun | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // A folder is no note of ours, whatever its name.
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '{}'
    throw unreadable(file, 'a file', error)
  })
  const note = openRun.safeParse(parsed(text))
  return note.success ? note.data : null
}

const unreadable = (path: string, expected: string, cause: NodeJS.ErrnoException) =>
  new StoreRefused(
    `Cannot see which runs wait on this machine: expected ${expected} to read at ${path}, received ${cause.code}`,
    { cause },
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
