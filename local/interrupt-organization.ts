// The record of an organization run that was stopped on this machine.
import { INTERRUPTED } from '../core/run/execution-end.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { joinOrganizationRecord } from '../steps/join-organization-record.ts'
import { isDamage } from '../steps/join-record.ts'
import { organizationDocuments, put, read } from '../steps/run-documents.ts'
import { STOPPED } from './interrupt.ts'

/** Writes the record of a stopped organization run. Its functions have returned, and its runs in accounts have records. */
export async function writeInterruptedOrganization(
  store: RunStore,
  runId: string,
  startedAt: string,
  now: Date,
): Promise<void> {
  const error = { Error: INTERRUPTED, Cause: STOPPED }
  const execution = await executionOf(store, runId, startedAt)
  const { record, foreign } = await joinOrganizationRecord(store, { ...execution, error }, now)
  if (!foreign) await put(store, organizationDocuments.record(runId), record)
}

/** The execution that the stored input names. An input older than this run is another run's: its record must not be written. */
async function executionOf(store: RunStore, runId: string, startedAt: string) {
  const input = await read(store, organizationDocuments.input(runId)).catch((error) => {
    if (isDamage(error)) return null
    throw error
  })
  if (input === null || input.startedAt < startedAt) return { runId, executionId: runId, startedAt }
  return { runId, executionId: input.executionId, startedAt: input.startedAt }
}
