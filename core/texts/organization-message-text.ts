// The messages of an organization run, as plain text. Names of accounts are chosen by people: only the message of an end has
// them, made safe to show.
import { ACCOUNT_ENDS, OUTCOMES } from '../model/closed-sets.ts'
import type { RecordedAccount } from '../model/documents/organization-record.ts'
import type { OrganizationApprovalWanted, OrganizationEnded } from '../model/messages.ts'
import { countOf } from './counts.ts'
import { commandLines, ifAppliedText } from './message-lines.ts'
import { plain } from './plain.ts'

export const organizationApprovalSubject = ({ keys, accounts, hub }: OrganizationApprovalWanted): string =>
  `keysweep: ${countOf(keys, 'key')} in ${countOf(accounts, 'account')} wait${keys === 1 ? 's' : ''} for approval, run from ${hub}`

export function organizationEndSubject({ hub, error, status }: OrganizationEnded): string {
  const where = hub === null ? '' : ` from ${hub}`
  return error === null
    ? `keysweep: organization run${where} finished: ${status}`
    : `keysweep: organization run${where} FAILED: ${error.name}`
}

/** Nothing in it is a name that somebody else chose. */
export function organizationApprovalLines(message: OrganizationApprovalWanted, where: string): string[] {
  const more = message.accounts - message.shown.length
  return [
    `keysweep asks: deactivate ${countOf(message.keys, 'access key')} in ${countOf(message.accounts, 'account')}?`,
    '',
    `Organization run: ${message.runId}`,
    `Why you decide:   ${message.why.join('; ')}`,
    `Plan (sha256):    ${message.plan}`,
    `Answer until:     ${message.expiresAt}; no answer means no.`,
    '',
    ...message.shown.map(
      ({ account, keys, activeKeys, ifApplied }) =>
        `  ${account}  ${countOf(keys, 'key')} of ${activeKeys} active${ifApplied === 'go' ? '' : ', needs approval'}`,
    ),
    ...(more > 0 ? [`  and ${countOf(more, 'account')} more, in the plan`] : []),
    '',
    ...commandLines(`To see the accounts and to answer${where}:`, message.command),
  ]
}

export function organizationEndLines(message: OrganizationEnded, where: string): string[] {
  const { counts, error, ifApplied, recordSha256 } = message
  return [
    `The organization run ${error === null ? 'finished' : `failed: ${plain(error.name)}`}.`,
    ...(error === null ? [] : ['', plain(error.message)]),
    '',
    `Organization run: ${message.runId}`,
    `Started from:     ${message.hub ?? 'not known'}`,
    `It ended as:      ${message.status}`,
    ...(ifApplied === null ? [] : [`If applied:       ${ifAppliedText(ifApplied)}`]),
    ...(counts === null
      ? ['Keys changed:     not known: a document of the run could not be read']
      : countLines(counts)),
    ...(recordSha256 === null ? [] : [`Record sha256:    ${recordSha256}`]),
    ...accountLines(message),
    '',
    ...commandLines(`To see the record${where}:`, message.command),
  ]
}

function countLines(counts: NonNullable<OrganizationEnded['counts']>): string[] {
  const ends = ACCOUNT_ENDS.filter((end) => counts.ends[end] > 0).map((end) => `${counts.ends[end]} ${end}`)
  return [
    `Accounts:         ${[counts.accounts, ...ends].join(', ').replace(', ', ': ')}`,
    `Stale keys:       ${counts.stale}`,
    `Keys:             ${keyCounts(counts) || 'none changed'}`,
  ]
}

function accountLines({ shown, more }: OrganizationEnded): string[] {
  if (shown.length === 0) return []
  const width = Math.max(...shown.map(({ end }) => end.length))
  return [
    '',
    ...shown.map((account) => `  ${account.account}  ${account.end.padEnd(width)}  ${detailsOf(account)}`.trimEnd()),
    ...(more > 0 ? [`  and ${countOf(more, 'account')} more, in the record`] : []),
  ]
}

/** What is long or chosen by somebody else comes last. */
const detailsOf = (account: RecordedAccount): string =>
  [keyCounts(account), account.name === null ? '' : `(${plain(account.name)})`, plain(account.why ?? '').slice(0, 200)]
    .filter((part) => part !== '')
    .join(' ')

/** "3 deactivated, 1 failed"; empty if no key was handed on. */
const keyCounts = (counts: Record<(typeof OUTCOMES)[number], number>): string =>
  OUTCOMES.filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${outcome}`)
    .join(', ')
