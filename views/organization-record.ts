// The record of an organization run. Without one it is rebuilt from the stored documents, those of its runs in accounts too.
import type { OrganizationRecord } from '../core/model/documents/organization-record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { partsOfAccountRunId } from '../core/model/ids.ts'
import { INTERRUPTED } from '../core/run/record.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'
import { RunNotFound } from '../local/errors.ts'
import { joinOrganizationRecord } from '../steps/join-organization-record.ts'
import { documents, isStored, organizationDocuments, read, readStored, textOf } from '../steps/run-documents.ts'
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
  const { record } = await joinOrganizationRecord(withRebuiltRecords(store), execution, new Date())
  return record
}

/** The store, where a run in an account that was begun and has no record has the one that is rebuilt of its documents. */
function withRebuiltRecords(store: RunStore): RunStore {
  const get = async (key: string): Promise<string | null> => {
    const text = await store.get(key)
    const [, runId = ''] = key.split('/')
    if (text !== null || partsOfAccountRunId(runId) === null || key !== runKey(runId, 'record.json')) return text
    return (await isStored(store, documents.input(runId))) ? (await readRecord(store, runId)).json : null
  }
  return {
    location: store.location,
    list: (prefix) => store.list(prefix),
    put: (key, text) => store.put(key, text),
    get,
  }
}

function nullIfDamaged(error: unknown): null {
  if (error instanceof StoreDamaged) return null
  throw error
}
