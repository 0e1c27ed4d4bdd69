// What the events that a run sends to an EventBridge bus hold (events.ts). docs/events/ has these schemas as JSON Schema, written
// by `npm run schemas`.
import * as z from 'zod'
import { ACCOUNT_ENDS, MODES, ORGANIZATION_STATUSES, perOutcome, STATUSES } from '../model/closed-sets.ts'

/** The `source` of every event, for a rule to match. */
export const SOURCE = 'keysweep'

/** Raised when a field goes away or changes its meaning; a field may be added without. */
export const EVENT_VERSION = 1

/** An error's message quotes what was received, which may be long. */
export const MAX_MESSAGE = 1000

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
