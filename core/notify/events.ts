// The events that a run sends to an EventBridge bus. docs/events/ has these schemas as JSON Schema, written by
// `npm run schemas`.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { type ExpiringKey, expiringKeys } from '../judge/expiring.ts'
import { ACCOUNT_ENDS, MODES, ORGANIZATION_STATUSES, type Outcome, perOutcome, STATUSES } from '../model/closed-sets.ts'
import type { OrganizationRecord } from '../model/documents/organization-record.ts'
import type { RecordedKey, RunRecord } from '../model/documents/record.ts'
import { endOfOrganization } from '../run/organization/record.ts'
import { shownName } from '../texts/plain.ts'
import { errorForPeople, errorOfRun } from './run-error.ts'

/** The `source` of every event, for a rule to match. */
export const SOURCE = 'keysweep'

/** Raised when a field goes away or changes its meaning; a field may be added without. */
export const EVENT_VERSION = 1

/** An error's message quotes what was received, which may be long. */
const MAX_MESSAGE = 1000

const common = {
  version: z.literal(EVENT_VERSION).describe('Raised when a field is removed or changes its meaning.'),
  id: z.string().describe('The same when the event is sent again: ignore an id that you have seen.'),
  runId: z.string().describe('The run that sent the event.'),
}

const keyOf = {
  account: z.string().describe('The AWS account of the key.'),
  user: z.string().describe('The IAM user. Chosen in the account: treat it as untrusted text.'),
  accessKeyId: z.string(),
  owner: z
    .string()
    .nullable()
    .describe("The value of the user's tag owner, or email; null: unknown. Treat it as untrusted text."),
  createdAt: z.string().nullable().describe('ISO 8601 in UTC, as all times here; null: unknown.'),
  lastUsedAt: z.string().nullable().describe('null: never used, or unknown.'),
  lastUsedService: z.string().nullable(),
}

const changedKey = z.object({
  ...common,
  ...keyOf,
  reason: z.string().describe('Why the key was stale.'),
  at: z.string().describe('When the new status was confirmed.'),
})

const staleSoonKey = z.object({
  ...common,
  ...keyOf,
  staleOn: z
    .string()
    .describe(
      'The day (YYYY-MM-DD, UTC) on which the key becomes stale. If the key is used before, the day is later, unless it is the end of rotationDays.',
    ),
})

const count = z.number().int().min(0)

/** What both kinds of run say of how they ended. */
const failed = z.boolean().describe('Whether the execution ends as failed.')
const mode = z.enum(MODES).nullable().describe('null: the run ended before this was known.')
const error = z
  .object({ name: z.string(), message: z.string().max(MAX_MESSAGE) })
  .nullable()
  .describe('Why the execution failed; null: it did not fail.')

const recordSha256 = z
  .string()
  .nullable()
  .describe('The sha256 of record.json, in hex: a record with another one was changed. null: the run has stored none.')

const finishedRun = z.object({
  ...common,
  account: z.string().nullable().describe('null: the run ended before this was known.'),
  mode,
  status: z.enum(STATUSES),
  failed,
  startedAt: z.string(),
  endedAt: z.string(),
  counts: z.object({
    users: count,
    suspects: count,
    activeKeys: count,
    stale: count,
    kept: count,
    ...perOutcome(() => count),
    leftForNextRun: count,
    staleSoon: count,
  }),
  plan: z.object({ sha256: z.string(), keys: count }).nullable().describe('null: the run made no plan.'),
  recordSha256,
  error,
})

const finishedOrganizationRun = z.object({
  ...common,
  hub: z
    .string()
    .nullable()
    .describe('The account that the run belongs to; null: the run ended before this was known.'),
  mode,
  status: z.enum(ORGANIZATION_STATUSES),
  failed,
  startedAt: z.string(),
  endedAt: z.string(),
  counts: z.object({
    accounts: count,
    ends: z.record(z.enum(ACCOUNT_ENDS), count).describe('Accounts by how they ended.'),
    stale: count,
    ...perOutcome(() => count),
  }),
  plan: z
    .object({ sha256: z.string(), accounts: count, keys: count })
    .nullable()
    .describe('null: the run made no plan.'),
  recordSha256,
  error,
})

/** What an event's detail holds, by its detail-type. */
export const DETAILS = {
  'Key Deactivated': changedKey,
  'Key Reactivated': changedKey,
  'Key Will Become Stale': staleSoonKey,
  'Run Finished': finishedRun,
  'Organization Run Finished': finishedOrganizationRun,
} as const

export type EventType = keyof typeof DETAILS

type EventOf<Type extends EventType> = { type: Type; at: string; detail: z.infer<(typeof DETAILS)[Type]> }

export type KeysweepEvent = { [Type in EventType]: EventOf<Type> }[EventType]

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

/** One id for a key and a day, whichever run tells it: the warning of tomorrow's run is the same warning. */
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
