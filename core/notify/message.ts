// What people are told. Names come from the account and may be anything: whoever shows a notice shows it as text.

import { soonStale } from '../judge/stale-soon.ts'
import type { Status } from '../model/closed-sets.ts'
import type { Plan } from '../model/documents/plan.ts'
import type { RunRecord } from '../model/documents/record.ts'
import { endOf } from '../run/record.ts'
import { keysOf } from '../texts/counts.ts'
import { plain } from '../texts/plain.ts'

/** A plan waits for a person. It carries no token: whoever answers proves who they are, not what they hold. */
export interface ApprovalWanted {
  kind: 'approval wanted'
  runId: string
  account: string
  /** The plan's sha256, which an answer must name. */
  plan: string
  keys: number
  users: number
  /** The last use of the key that was idle the longest, and of the one idle the shortest; null: never used. */
  oldestLastUsedAt: string | null
  newestLastUsedAt: string | null
  why: string[]
  expiresAt: string
  /** One line that answers, also in CloudShell. */
  command: string
}

/** The notice for a plan. `command` is the line to answer with. */
export function approvalWanted(plan: Plan, sha256: string, expiresAt: string, command: string): ApprovalWanted {
  const byIdleness = plan.keys.toSorted((a, b) => a.idleSince.localeCompare(b.idleSince))
  return {
    kind: 'approval wanted',
    runId: plan.runId,
    account: plan.account,
    plan: sha256,
    keys: plan.keys.length,
    users: new Set(plan.keys.map((key) => key.user)).size,
    oldestLastUsedAt: byIdleness[0]?.lastUsedAt ?? null,
    newestLastUsedAt: byIdleness.at(-1)?.lastUsedAt ?? null,
    why: plan.approvalReasons,
    expiresAt,
    command,
  }
}

/** A run has ended, and its record stands. */
export interface RunEnded {
  kind: 'run finished' | 'run failed'
  runId: string
  account: string | null
  status: Status
  counts: RunRecord['counts']
  /** Why it failed; null: it did not. */
  error: { name: string; message: string } | null
  /** The first of the keys that will be stale soon. */
  soon: { user: string; accessKeyId: string; staleOn: string; owner: string | null }[]
  /** How many more there are. */
  moreSoon: number
  warnDays: number
  /** One line that shows the record. */
  command: string
}

export type Notice = ApprovalWanted | RunEnded

/** How keysweep is started in a clone of it, which also works in CloudShell; a deploy may name another command. */
export const CLONE_COMMAND = 'npm run -s keysweep --'

/** A mail is read, not searched: the rest is in the record. */
const MAX_SOON = 50
const MAX_MESSAGE = 2000

/** The notice for a record. `command` is the line that shows it. */
export function runEnded(record: RunRecord, command: string): RunEnded {
  const { failed, error, cause } = endOf(record)
  const soon = soonStale(record)
  return {
    kind: failed ? 'run failed' : 'run finished',
    runId: record.runId,
    account: record.account,
    status: record.status,
    counts: record.counts,
    error: failed ? { name: error, message: cause.slice(0, MAX_MESSAGE) } : null,
    soon: soon
      .slice(0, MAX_SOON)
      .map(({ user, accessKeyId, staleOn, owner }) => ({ user, accessKeyId, staleOn, owner })),
    moreSoon: Math.max(soon.length - MAX_SOON, 0),
    warnDays: record.policy?.warnDays ?? 0,
    command,
  }
}

/** What a subscription may filter by. */
export interface NoticeAttributes {
  kind: Notice['kind']
  /** "waiting" while a plan waits for a person. */
  status: Status | 'waiting'
}

export const noticeAttributes = (notice: Notice): NoticeAttributes => ({
  kind: notice.kind,
  status: notice.kind === 'approval wanted' ? 'waiting' : notice.status,
})

/** One line, for a mail's subject. No name stands in it that somebody chose. */
export function noticeSubject(notice: Notice): string {
  if (notice.kind === 'approval wanted')
    return `keysweep: ${keysOf(notice.keys)} wait${notice.keys === 1 ? 's' : ''} for approval in ${notice.account}`
  const where = notice.account === null ? '' : ` in ${notice.account}`
  return notice.error === null
    ? `keysweep: run finished${where}: ${notice.status}`
    : `keysweep: run FAILED${where}: ${notice.error.name}`
}

/** The notice as plain text, for a mail or a terminal. `where` says where its command works, if not right here. */
export const noticeText = (notice: Notice, where = ''): string =>
  (notice.kind === 'approval wanted' ? approvalLines(notice, where) : endLines(notice, where)).join('\n')

function endLines(notice: RunEnded, where: string): string[] {
  const { counts, error } = notice
  return [
    `The run ${error === null ? 'finished' : `failed: ${plain(error.name)}`}.`,
    ...(error === null ? [] : ['', plain(error.message)]),
    '',
    `Run:           ${notice.runId}`,
    `Account:       ${notice.account ?? 'not known'}`,
    `It ended as:   ${notice.status}`,
    `Active keys:   ${counts.activeKeys}, of ${counts.users} users`,
    `Stale keys:    ${counts.stale}`,
    `Deactivated:   ${counts.deactivated}`,
    ...(counts.reactivated > 0 ? [`Reactivated:   ${counts.reactivated}`] : []),
    `Skipped:       ${counts.skipped}`,
    `Failed:        ${counts.failed}`,
    ...(counts.leftForNextRun > 0 ? [`For next time: ${counts.leftForNextRun}`] : []),
    ...soonLines(notice),
    '',
    `To see the record${where}:`,
    `  ${notice.command}`,
  ]
}

function soonLines({ soon, moreSoon, warnDays }: RunEnded): string[] {
  if (soon.length === 0) return []
  return [
    '',
    `${keysOf(soon.length + moreSoon)} will be stale within ${warnDays} days, unless used:`,
    ...soon.map(
      (key) =>
        `  ${key.staleOn}  ${key.accessKeyId}  user ${plain(key.user)}  ${key.owner === null ? 'owner not known' : `owner ${plain(key.owner)}`}`,
    ),
    ...(moreSoon > 0 ? [`  and ${moreSoon} more, in the record`] : []),
  ]
}

/** Nothing in it is a name that somebody else chose. */
function approvalLines(notice: ApprovalWanted, where: string): string[] {
  const used = (at: string | null) => at ?? 'never'
  return [
    `keysweep asks whether to deactivate ${notice.keys} access keys of ${notice.users} users in account ${notice.account}.`,
    '',
    `Run:              ${notice.runId}`,
    `Why you decide:   ${notice.why.join('; ')}`,
    `Idle the longest: last used ${used(notice.oldestLastUsedAt)}`,
    `Idle the least:   last used ${used(notice.newestLastUsedAt)}`,
    `Plan (sha256):    ${notice.plan}`,
    `Answer until:     ${notice.expiresAt}; no answer is no.`,
    '',
    `To see the keys and to answer${where}:`,
    `  ${notice.command}`,
  ]
}
