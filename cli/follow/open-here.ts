// The runs that are open on this machine: each holds the lock of its run store, or the lock for surveys there. An undo takes
// no lock, so it goes on.
import pMap from 'p-map'
import type { RunStore } from '../../io/store/run-store.ts'
import { lockFileIn, lockHolder, UNNAMED } from '../../local/run-lock.ts'
import { stateDirOf, surveyDirOf } from '../../local/state-dir.ts'
import { isExpected } from '../failure.ts'
import type { Terminal } from '../render/terminal.ts'

export interface OpenRun {
  store: RunStore
  stateDir: string
  runId: string
}

export interface OpenHere {
  open: OpenRun[]
  /** A lock that cannot be read hides no other run. */
  faults: string[]
}

/** A process has no run id in its lock for a moment. */
const LOOKS_FOR_A_NAME = 10
const LOOK_MILLISECONDS = 200

export async function openHere(stores: RunStore[], { env }: Terminal): Promise<OpenHere> {
  const here: OpenHere = { open: [], faults: [] }
  const places = stores.flatMap((store) =>
    [stateDirOf, surveyDirOf].map((dirOf) => ({ store, stateDir: dirOf(store, env) })),
  )
  const holders = await pMap(places, async ({ store, stateDir }) => {
    const runId = await namedHolder(stateDir).catch((error) => noteFault(error, here.faults))
    return { store, stateDir, runId }
  })
  for (const { store, stateDir, runId } of holders) {
    if (runId === UNNAMED) here.faults.push(unnamedText(store, stateDir))
    else if (runId !== null) here.open.push({ store, stateDir, runId })
  }
  return here
}

/** @returns null, for a result that is not there. @throws an error that has no message for people */
export function noteFault(error: unknown, faults: string[]): null {
  if (!isExpected(error)) throw error
  faults.push(error.message)
  return null
}

async function namedHolder(stateDir: string): Promise<string | null> {
  for (let look = 1; ; look += 1) {
    const holder = await lockHolder(stateDir)
    if (holder !== UNNAMED || look === LOOKS_FOR_A_NAME) return holder
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
}

const unnamedText = ({ location }: RunStore, stateDir: string): string =>
  `The run that is open in ${location} was not stopped: its id is not known. The process that holds the lock ${lockFileIn(stateDir)} did not write it. Call keysweep stop again. If it says the same, press Ctrl-C where the run was started, or end the process that has this file open.`
