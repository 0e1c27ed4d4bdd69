// What people hear of a run: a message for a plan that waits, and one for a record.

import { expiringKeys } from '../judge/expiring.ts'
import type { Plan } from '../model/documents/plan.ts'
import type { RunRecord } from '../model/documents/record.ts'
import { isRunId } from '../model/ids.ts'
import type { ApprovalWanted, LastActivity, Message, MessageAttributes, RunEnded } from '../model/messages.ts'
import type { PlannedKey } from '../model/verdict.ts'
import { shownName } from '../texts/plain.ts'
import { noWitnessOf } from '../texts/witness-text.ts'
import { errorOfRun } from './run-error.ts'

/** The message for a plan. `command` is the line to answer with. */
export function approvalWanted(plan: Plan, sha256: string, expiresAt: string, command: string): ApprovalWanted {
  const byIdleness = plan.keys.toSorted((a, b) => a.idleSince.localeCompare(b.idleSince))
  return {
    kind: 'approval wanted',
    runId: shownName(plan.runId),
    account: plan.account,
    plan: sha256,
    keys: plan.keys.length,
    users: new Set(plan.keys.map((key) => key.user)).size,
    longestIdle: lastActivity(byIdleness[0]),
    mostRecent: lastActivity(byIdleness.at(-1)),
    why: plan.approvalReasons,
    noWitness: noWitnessOf(plan),
    expiresAt,
    command: isRunId(plan.runId) ? command : null,
  }
}

const lastActivity = (key: PlannedKey | undefined): LastActivity | null =>
  key === undefined ? null : { createdAt: key.createdAt, lastUsedAt: key.lastUsedAt }

/** A mail is read, not searched: the rest is in the record. */
const MAX_EXPIRING = 50
const MAX_MESSAGE = 2000

/** The message for a record. `command` is the line that shows it. */
export function runEnded(record: RunRecord, command: string, recordSha256: string | null = null): RunEnded {
  const error = errorOfRun(record, MAX_MESSAGE)
  const expiring = expiringKeys(record)
  return {
    kind: error === null ? 'run finished' : 'run failed',
    runId: shownName(record.runId),
    account: record.account,
    status: record.status,
    counts: record.incomplete ? null : record.counts,
    ifApplied: record.status === 'planned' ? record.ifApplied : null,
    error,
    expiring: expiring
      .slice(0, MAX_EXPIRING)
      .map(({ user, accessKeyId, staleOn, owner }) => ({ user, accessKeyId, staleOn, owner })),
    moreExpiring: Math.max(expiring.length - MAX_EXPIRING, 0),
    warnDays: record.policy?.warnDays ?? 0,
    rotationDays: record.policy?.rotationDays ?? null,
    recordSha256,
    command: isRunId(record.runId) ? command : null,
  }
}

/** A subscription that filters by them hears of organization runs as well. */
export function messageAttributes(message: Message): MessageAttributes {
  switch (message.kind) {
    case 'approval wanted':
    case 'organization approval wanted':
      return { kind: 'approval wanted', status: 'waiting' }
    default:
      return { kind: message.error === null ? 'run finished' : 'run failed', status: message.status }
  }
}
