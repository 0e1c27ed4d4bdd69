// The record of an organization run. Without one it is rebuilt from the stored documents, those of its runs in accounts too.
import type { OrganizationRecord, RecordedAccount } from '../core/model/documents/organization-record.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { accountRunId } from '../core/model/ids.ts'
import { INTERRUPTED } from '../core/run/execution-end.ts'
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
  /** Of a rebuilt record: the accounts whose run has no record, or did not begin. If the run is running, they have no end yet. */
  open: string[]
}

/** An organization run's record, rebuilt if it has none. @throws RunNotFound, and what the run store throws */
export async function readOrganizationRecord(store: RunStore, runId: string): Promise<StoredOrganizationRecord> {
  const stored = await readStored(store, organizationDocuments.record(runId))
  if (stored !== null) return { record: stored.document, json: stored.text, rebuilt: false, open: [] }
  if (!(await hasOrganizationRun(store, runId)))
    throw new RunNotFound(`Organization run "${runId}" not found in ${store.location}.`)
  const { record, open } = await rebuild(store, runId)
  return { record, json: textOf(record), rebuilt: true, open }
}

/** The record so far of a run that is running: without the end that an interrupted run gives to its open accounts. */
export function runningOrganization({
  record,
  open,
}: StoredOrganizationRecord): Omit<StoredOrganizationRecord, 'rebuilt'> {
  const ends = { ...record.counts.ends, failed: (record.counts.ends.failed ?? 0) - open.length }
  const soFar = { ...record, counts: { ...record.counts, ends }, error: null }
  const accounts = record.accounts.map((one) => (open.includes(one.account) ? { ...one, end: null, why: null } : one))
  const json = textOf({ ...soFar, status: 'running', endedAt: null, accounts })
  const closed = record.accounts.filter(({ account }) => !open.includes(account))
  return { record: { ...soFar, accounts: closed }, json, open }
}

async function rebuild(store: RunStore, runId: string): Promise<Pick<StoredOrganizationRecord, 'record' | 'open'>> {
  const error = { Error: INTERRUPTED, Cause: NO_RECORD }
  const input = await read(store, organizationDocuments.input(runId)).catch(nullIfDamaged)
  const { executionId, startedAt } = input ?? { executionId: runId, startedAt: '' }
  const execution = { runId, executionId, startedAt, error }
  const withoutRecord = new Set<string>()
  const rebuildRun = async (part: string) => {
    withoutRecord.add(part)
    return (await readRecord(store, part)).record
  }
  const { record } = await joinOrganizationRecord(store, execution, new Date(), rebuildRun)
  const open = record.accounts.filter((account) => isOpen(account, record, withoutRecord))
  return { record, open: open.map(({ account }) => account) }
}

/** Once there is a plan, the end of a survey is final. */
function isOpen(
  { account, end, runs }: RecordedAccount,
  { runId, plan }: OrganizationRecord,
  withoutRecord: Set<string>,
) {
  const last = runs.at(-1)
  if (end !== 'failed') return false
  if (last === undefined) return plan === null
  return withoutRecord.has(last) && (plan === null || last !== accountRunId(runId, 'survey', account))
}

function nullIfDamaged(error: unknown): null {
  if (error instanceof StoreDamaged) return null
  throw error
}
