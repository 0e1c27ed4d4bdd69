// The record of an organization run. Without one it is rebuilt from the stored documents, those of its runs in accounts too.
import type { OrganizationRecord } from '../core/model/documents/organization-record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { INTERRUPTED } from '../core/run/record.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { RunNotFound } from '../local/errors.ts'
import { joinOrganizationRecord } from '../steps/join-organization-record.ts'
import { organizationDocuments, read, readStored, textOf } from '../steps/run-documents.ts'
import { hasOrganizationRun } from './organizations.ts'
import { NO_RECORD, readRecord } from './runs.ts'

export interface StoredOrganizationRecord {
  record: OrganizationRecord
  json: string
  /** There is no record.json: the record was rebuilt and is not stored. */
  rebuilt: boolean
}

/** An organization run's record, rebuilt if it has none. @throws RunNotFound, and what the run store throws */
export async function readOrganizationRecord(store: RunStore, runId: string): Promise<StoredOrganizationRecord> {
  const stored = await readStored(store, organizationDocuments.record(runId))
  if (stored !== null) return { record: stored.document, json: stored.text, rebuilt: false }
  if (!(await hasOrganizationRun(store, runId)))
    throw new RunNotFound(`Organization run "${runId}" not found in ${store.location}.`)
  const record = await rebuild(store, runId)
  return { record, json: textOf(record), rebuilt: true }
}

async function rebuild(store: RunStore, runId: string): Promise<OrganizationRecord> {
  const error = { Error: INTERRUPTED, Cause: NO_RECORD }
  const input = await read(store, organizationDocuments.input(runId)).catch(nullIfDamaged)
  const { executionId, startedAt } = input ?? { executionId: runId, startedAt: '' }
  const execution = { runId, executionId, startedAt, error }
  const rebuildRun = async (part: string) => (await readRecord(store, part)).record
  const { record } = await joinOrganizationRecord(store, execution, new Date(), rebuildRun)
  return record
}

function nullIfDamaged(error: unknown): null {
  if (error instanceof StoreDamaged) return null
  throw error
}
