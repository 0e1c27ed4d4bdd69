// The events that a run sends to an EventBridge bus, made of its record. event-schemas.ts says what they hold.
import { createHash } from 'node:crypto'
import { type ExpiringKey, expiringKeys } from '../judge/expiring.ts'
import type { Outcome } from '../model/closed-sets.ts'
import type { OrganizationRecord } from '../model/documents/organization-record.ts'
import type { RecordedKey, RunRecord } from '../model/documents/record.ts'
import { endOfOrganization } from '../run/organization/record.ts'
import { shownName } from '../texts/plain.ts'
import { EVENT_VERSION, type KeysweepEvent, MAX_MESSAGE } from './event-schemas.ts'
import { errorForPeople, errorOfRun } from './run-error.ts'

/**
 * The events of a record, the run's own last: a program that has received it has received all. Pure.
 * @param recordSha256 of record.json; null: none is stored
 */
export function eventsOf(record: RunRecord, recordSha256: string | null = null): KeysweepEvent[] {
  return [...keyEvents(record), runFinished(record, recordSha256)]
}

function keyEvents(record: RunRecord): KeysweepEvent[] {
  const { account } = record
  // Before the account is known, no key is.
  if (account === null) return []
  return [
    ...record.keys.flatMap((key) => changeOf(record, account, key)),
    ...expiringKeys(record).map((key) => willBecomeStale(record, account, key)),
  ]
}

/** The event for a key with this outcome; null: no event, because nothing was done to the key. */
const EVENT_OF: Record<Outcome, 'Key Deactivated' | 'Key Reactivated' | null> = {
  deactivated: 'Key Deactivated',
  reactivated: 'Key Reactivated',
  skipped: null,
  failed: null,
}

function changeOf(record: RunRecord, account: string, key: RecordedKey): KeysweepEvent[] {
  const { accessKeyId, outcome, reason } = key
  const type = outcome && EVENT_OF[outcome]
  if (accessKeyId === null || type === null) return []
  const at = key.at ?? record.endedAt
  const id = idOf(type, account, record.runId, record.startedAt, accessKeyId)
  return [{ type, at, detail: { ...head(id, record), ...factsOf(account, { ...key, accessKeyId }), reason, at } }]
}

/** One id for a key and a day, in every run: tomorrow's run sends the same warning. */
function willBecomeStale(record: RunRecord, account: string, key: ExpiringKey): KeysweepEvent {
  const id = idOf('Key Will Become Stale', account, key.accessKeyId, key.staleOn)
  const detail = { ...head(id, record), ...factsOf(account, key), staleOn: key.staleOn }
  return { type: 'Key Will Become Stale', at: record.endedAt, detail }
}

function runFinished(record: RunRecord, recordSha256: string | null): KeysweepEvent {
  const { runId, account, mode, status, startedAt, endedAt, plan } = record
  const error = errorOfRun(record, MAX_MESSAGE)
  // A refused execution of a run id that is taken is another run than the one of that id: it was started at another time.
  const id = idOf('Run Finished', account ?? '', runId, startedAt)
  const detail = {
    ...head(id, record),
    account,
    mode,
    status,
    failed: error !== null,
    startedAt,
    endedAt,
    counts: { ...record.counts, staleSoon: expiringKeys(record).length },
    plan,
    recordSha256,
    error,
  }
  return { type: 'Run Finished', at: endedAt, detail }
}

/** The one event of an organization run. Those of its keys are sent by its runs in accounts. */
export function organizationEventsOf(record: OrganizationRecord, recordSha256: string | null = null): KeysweepEvent[] {
  const { runId, hub, mode, status, startedAt, endedAt, counts, plan } = record
  const error = errorForPeople(endOfOrganization(record), MAX_MESSAGE)
  const id = idOf('Organization Run Finished', hub ?? '', runId, startedAt)
  const times = { startedAt, endedAt }
  const facts = { hub, mode, status, failed: error !== null, ...times, counts, plan, recordSha256, error }
  return [{ type: 'Organization Run Finished', at: endedAt, detail: { ...head(id, record), ...facts } }]
}

/** The id of a run that was refused for its id may be any text. */
const head = (id: string, { runId }: Pick<RunRecord, 'runId'>) =>
  ({ version: EVENT_VERSION, id, runId: shownName(runId) }) as const

const factsOf = (account: string, key: RecordedKey & { accessKeyId: string }) => ({
  account,
  user: key.user,
  accessKeyId: key.accessKeyId,
  owner: key.owner,
  createdAt: key.createdAt,
  lastUsedAt: key.lastUsedAt,
  lastUsedService: key.lastUsedService,
})

/** Made of what the event is about and of nothing else: no clock, no chance. */
const idOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
