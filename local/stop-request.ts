// How `keysweep stop` asks a run on this machine to stop: by a file that the run itself looks for. So no process is signalled
// that might not be the run's. Only the user of the run can write there.
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StoreRefused } from '../core/model/errors.ts'
import { systemErrorText } from '../core/texts/system-error.ts'
import { makeOwnFiles } from '../io/store/own-files.ts'

const LOOK_MILLISECONDS = 300

const fileIn = (stateDir: string): string => join(stateDir, 'stop')

/** The state directory is in a store, or in the folder of all stores of this machine. */
const filesOf = (stateDir: string) => makeOwnFiles(dirname(stateDir))

/** Asks the run that holds the lock of this state directory to stop. @throws StoreRefused if the request cannot be written */
export async function requestStop(stateDir: string, runId: string): Promise<void> {
  try {
    await filesOf(stateDir).replace(fileIn(stateDir), runId)
  } catch (error) {
    throw new StoreRefused(
      `Cannot ask run ${runId} to stop with ${fileIn(stateDir)}: ${systemErrorText(error)}. Press Ctrl-C where it was started, or end its process.`,
      { cause: error },
    )
  }
}

/** Deletes the request, if there is one. */
export const forgetStop = (stateDir: string): Promise<void> => rm(fileIn(stateDir), { force: true })

/**
 * Calls `stop` once if somebody asks this run to stop. A request for another run is not for this one.
 * @returns what ends the watch
 */
export function onStopRequest(stateDir: string, runId: string, stop: () => void): () => void {
  const timer = setInterval(async () => {
    if (!(await isAsked(stateDir, runId))) return
    clearInterval(timer)
    stop()
  }, LOOK_MILLISECONDS)
  timer.unref()
  return () => clearInterval(timer)
}

/** A request that cannot be read is none. keysweep stop then says that the run did not stop. */
async function isAsked(stateDir: string, runId: string): Promise<boolean> {
  try {
    return (await filesOf(stateDir).read(fileIn(stateDir)))?.toString() === runId
  } catch {
    return false
  }
}
