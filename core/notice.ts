// What people are told. Names come from the account and may be anything: whoever shows a notice shows it as text.
import type { Plan } from './plan.ts'

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

/** The notice as plain text, for a mail or a terminal. Nothing in it is a name that somebody else chose. */
export function noticeText(notice: ApprovalWanted): string {
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
    'To see the keys and to answer:',
    `  ${notice.command}`,
  ].join('\n')
}
