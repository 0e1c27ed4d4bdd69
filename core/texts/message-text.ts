// The messages by which people hear of a run, as plain text. Names come from the account and may be anything: a reader of
// a message must show it as text.
import { OUTCOMES, type Outcome } from '../model/closed-sets.ts'
import { dayOf, millisecondsOf } from '../model/instants.ts'
import type { ApprovalWanted, LastActivity, Message, RunEnded } from '../model/messages.ts'
import { countOf, keysOf } from './counts.ts'
import { commandLines, ifAppliedText } from './message-lines.ts'
import {
  organizationApprovalLines,
  organizationApprovalSubject,
  organizationEndLines,
  organizationEndSubject,
} from './organization-message-text.ts'
import { plain } from './plain.ts'
import { staleSoonText } from './stale-soon-text.ts'

/** How keysweep is started in a clone of it, which also works in CloudShell; a deploy may name another command. */
export const CLONE_COMMAND = 'npm run -s keysweep --'

/** One line, for a mail's subject. It holds no name that somebody in the account chose. */
export function messageSubject(message: Message): string {
  switch (message.kind) {
    case 'organization approval wanted':
      return organizationApprovalSubject(message)
    case 'organization run finished':
    case 'organization run failed':
      return organizationEndSubject(message)
    case 'approval wanted':
      return `keysweep: ${keysOf(message.keys)} wait${message.keys === 1 ? 's' : ''} for approval in ${message.account}`
    default:
      return endSubject(message)
  }
}

function endSubject({ account, error, status }: RunEnded): string {
  const where = account === null ? '' : ` in ${account}`
  return error === null ? `keysweep: run finished${where}: ${status}` : `keysweep: run FAILED${where}: ${error.name}`
}

/** The message as plain text, for a mail or a terminal. `where` says where its command works, if not right here. */
export const messageText = (message: Message, where = ''): string => linesOf(message, where).join('\n')

function linesOf(message: Message, where: string): string[] {
  switch (message.kind) {
    case 'organization approval wanted':
      return organizationApprovalLines(message, where)
    case 'organization run finished':
    case 'organization run failed':
      return organizationEndLines(message, where)
    case 'approval wanted':
      return approvalLines(message, where)
    default:
      return endLines(message, where)
  }
}

function endLines(message: RunEnded, where: string): string[] {
  const { counts, error, ifApplied, recordSha256 } = message
  return [
    `The run ${error === null ? 'finished' : `failed: ${plain(error.name)}`}.`,
    ...(error === null ? [] : ['', plain(error.message)]),
    '',
    `Run:           ${message.runId}`,
    `Account:       ${message.account ?? 'not known'}`,
    `It ended as:   ${message.status}`,
    ...(ifApplied === null ? [] : [`If applied:    ${ifAppliedText(ifApplied)}`]),
    ...(counts === null ? ['Keys changed:  not known: a document of the run could not be read'] : countLines(counts)),
    ...(recordSha256 === null ? [] : [`Record sha256: ${recordSha256}`]),
    ...expiringLines(message),
    '',
    ...commandLines(`To see the record${where}:`, message.command),
  ]
}

function countLines(counts: NonNullable<RunEnded['counts']>): string[] {
  // A report has one user at least, the root user.
  const isRead = counts.users > 0
  return [
    ...(isRead ? [`Active keys:   ${counts.activeKeys}, of ${counts.users} users`] : []),
    ...(isRead || counts.stale > 0 ? [`Stale keys:    ${counts.stale}`] : []),
    ...OUTCOMES.flatMap((outcome) => outcomeLine(outcome, counts[outcome])),
    ...(counts.leftForNextRun > 0 ? [`For next run:  ${counts.leftForNextRun}`] : []),
  ]
}

const OUTCOME_LINES: Record<Outcome, { label: string; alsoNone: boolean }> = {
  deactivated: { label: 'Deactivated:   ', alsoNone: true },
  reactivated: { label: 'Reactivated:   ', alsoNone: false },
  skipped: { label: 'Skipped:       ', alsoNone: true },
  failed: { label: 'Failed:        ', alsoNone: true },
}

function outcomeLine(outcome: Outcome, count: number): string[] {
  const { label, alsoNone } = OUTCOME_LINES[outcome]
  return alsoNone || count > 0 ? [`${label}${count}`] : []
}

function expiringLines({ expiring, moreExpiring, warnDays, rotationDays }: RunEnded): string[] {
  if (expiring.length === 0) return []
  return [
    '',
    `${keysOf(expiring.length + moreExpiring)} will be stale ${staleSoonText(warnDays, rotationDays)}:`,
    ...expiring.map(
      (key) =>
        `  ${key.staleOn}  ${key.accessKeyId}  user ${plain(key.user)}  ${key.owner === null ? 'owner not known' : `owner ${plain(key.owner)}`}`,
    ),
    ...(moreExpiring > 0 ? [`  and ${moreExpiring} more, in the record`] : []),
  ]
}

/** Nothing in it is a name that somebody else chose; what CloudTrail answered is made safe to print. */
function approvalLines(message: ApprovalWanted, where: string): string[] {
  return [
    `keysweep asks: deactivate ${countOf(message.keys, 'access key')} of ${countOf(message.users, 'user')} in account ${message.account}?`,
    '',
    `Run:                  ${message.runId}`,
    `Why you decide:       ${message.why.join('; ')}`,
    ...(message.noWitness === null ? [] : [`Key events:           ${plain(message.noWitness)}`]),
    `Longest idle:         ${activityText(message.longestIdle)}`,
    `Most recent activity: ${activityText(message.mostRecent)}`,
    `Plan (sha256):        ${message.plan}`,
    `Answer until:         ${message.expiresAt}; no answer means no.`,
    '',
    ...commandLines(`To see the keys and to answer${where}:`, message.command),
  ]
}

const day = (instant: string): string => dayOf(millisecondsOf(instant) ?? 0)

function activityText(activity: LastActivity | null): string {
  if (activity === null) return 'no key'
  const { createdAt, lastUsedAt } = activity
  return lastUsedAt === null ? `created ${day(createdAt)}, never used` : `last used ${day(lastUsedAt)}`
}
