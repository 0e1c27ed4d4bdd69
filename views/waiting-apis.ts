// The decision APIs of the runs that wait on this machine.

import type { RunStore } from '../io/store/run-store.ts'
import { CannotAsk, NotCounted } from '../local/errors.ts'
import { openRuns } from '../local/open-run.ts'
import { documents, organizationDocuments, read } from '../steps/run-documents.ts'
import { type DecisionApi, localApi } from './decision-client.ts'
import { storeWith } from './find-run.ts'
import { readOrganizationRecord } from './organization-record.ts'
import { storeWithOrganization } from './organizations.ts'
import { readRecord } from './runs.ts'
import { machineOf } from './store-survey.ts'

/** A run store, and the directory where this machine notes its waiting runs. */
interface StoreHere {
  store: RunStore
  stateDir: string
}

/**
 * The APIs of these stores' waiting runs; for a run, only its own.
 * @throws RunNotFound, UsageError for a run that waits or ended in several stores, NotCounted for a run that has ended, CannotAsk for one that does not wait here, and what the run stores throw
 */
export async function localApis(stores: StoreHere[], runId: string | undefined): Promise<DecisionApi[]> {
  const open = (await Promise.all(stores.map(({ stateDir }) => openRuns(stateDir)))).flat()
  const wanted = open.filter((run) => runId === undefined || run.runId === runId)
  const apis = (await Promise.all(wanted.map(localApi).map(async (api) => ((await isServed(api)) ? api : [])))).flat()
  if (runId === undefined || apis.length === 1) return apis
  const all = stores.map(({ store }) => store)
  const organization = await storeWithOrganization(all, runId)
  const store = organization ?? (await storeWith(all, runId))
  if (apis.length > 1) return apis
  throw await notWaiting(store, runId, organization !== null)
}

/** Why nobody can answer this run here. */
async function notWaiting(store: RunStore, runId: string, isOrganization: boolean): Promise<Error> {
  const { record, rebuilt } = await (isOrganization ? readOrganizationRecord : readRecord)(store, runId)
  const { status, endedAt } = record
  if (!rebuilt)
    return new NotCounted(`Run ${runId} is not waiting: it ended as "${status}" at ${endedAt}.`, { runId, status })
  const input = isOrganization
    ? await read(store, organizationDocuments.input(runId))
    : await read(store, documents.input(runId))
  const machine = input === null ? null : machineOf(input)
  if (machine !== null)
    return new CannotAsk(
      `Run ${runId} is a run of the deployed machine ${machine}. To answer it, give the address of its decision API: --api`,
    )
  return new CannotAsk(
    `Run ${runId} is not waiting for approval on this machine. To see waiting runs: keysweep approve`,
  )
}

/** false for the note of a killed run: nothing answers at its address, or another program. An error 5xx is reported later. */
async function isServed(api: DecisionApi): Promise<boolean> {
  try {
    const { status } = await api.ask('GET', `/${api.serves ?? 'runs'}/${api.only}`)
    return status === 200 || status >= 500
  } catch (error) {
    if (error instanceof CannotAsk) return false
    throw error
  }
}
