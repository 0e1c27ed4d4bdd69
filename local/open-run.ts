// The note by which `keysweep approve` finds a run that waits on this machine: address and secret, readable by its user only.
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { StoreRefused } from '../core/model/errors.ts'
import { isStoredRunId } from '../core/model/ids.ts'
import { jsonOrNull } from '../core/model/json-or-null.ts'
import { systemErrorText } from '../core/texts/system-error.ts'
import { makeOwnFiles } from '../io/store/own-files.ts'

const openRun = z.strictObject({
  runId: z.string().refine(isStoredRunId, 'must be a run id'),
  // Loopback only: the answer and the secret must not leave this machine.
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/, 'must be an address on this machine'),
  secret: z.string().min(40),
  /** It is an organization run. */
  organization: z.literal(true).optional(),
})

export type OpenRun = z.infer<typeof openRun>

const fileOf = (stateDir: string, runId: string): string => join(stateDir, `${runId}.json`)

/** The state directory is in a store, or in the folder of all stores of this machine. */
const filesOf = (stateDir: string) => makeOwnFiles(dirname(stateDir))

/** Writes the note, readable by this user only. Another process may be reading it now. */
export const noteOpenRun = (stateDir: string, run: OpenRun): Promise<void> =>
  filesOf(stateDir).replace(fileOf(stateDir, run.runId), JSON.stringify(run))

/** Deletes the note, if it exists. */
export const forgetOpenRun = (stateDir: string, runId: string): Promise<void> =>
  rm(fileOf(stateDir, runId), { force: true })

/** Deletes the notes of killed runs. Only with the lock: then no other run of this store waits. */
export async function forgetKilledRuns(stateDir: string): Promise<void> {
  for (const { runId } of await openRuns(stateDir)) await forgetOpenRun(stateDir, runId)
}

/** All notes. The note of a killed run may be among them: nothing answers at its address. */
export async function openRuns(stateDir: string): Promise<OpenRun[]> {
  try {
    const files = filesOf(stateDir)
    const paths = (await files.filesUnder(stateDir)).filter((path) => basename(path).endsWith('.json'))
    const texts = await Promise.all(paths.map((path) => files.read(path)))
    return texts.flatMap((text) => noteIn(text?.toString() ?? '') ?? [])
  } catch (error) {
    throw unreadable(stateDir, error as NodeJS.ErrnoException)
  }
}

/** null for a text that is not a valid note. */
function noteIn(text: string): OpenRun | null {
  const note = openRun.safeParse(jsonOrNull(text))
  return note.success ? note.data : null
}

const unreadable = (path: string, cause: NodeJS.ErrnoException) =>
  new StoreRefused(
    `Cannot read the waiting runs in ${path}: ${systemErrorText(cause)}. Check the permissions of this directory.`,
    {
      cause,
    },
  )
