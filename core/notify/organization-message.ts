// What people hear of an organization run: one message for its plan, and one for its record. Not one for each account.
import type { AccountEnd } from '../model/closed-sets.ts'
import type { AccountPlan, OrganizationPlan } from '../model/documents/organization-plan.ts'
import type { OrganizationRecord } from '../model/documents/organization-record.ts'
import { isOrganizationRunId } from '../model/ids.ts'
import type { OrganizationApprovalWanted, OrganizationEnded } from '../model/messages.ts'
import { isToChange } from '../run/organization/plan.ts'
import { endOfOrganization } from '../run/organization/record.ts'
import { shownName } from '../texts/plain.ts'
import { errorForPeople } from './run-error.ts'

/** A mail is read, not searched: the rest is in the plan or the record. */
const MAX_SHOWN = 50
const MAX_MESSAGE = 2000

/** The message for a plan. `command` is the line to answer with. */
export function organizationApprovalWanted(
  plan: OrganizationPlan,
  sha256: string,
  expiresAt: string,
  command: string,
): OrganizationApprovalWanted {
  const accounts = plan.accounts.filter(isToChange)
  const { runId, hub, approvalReasons } = plan
  return {
    kind: 'organization approval wanted',
    runId: shownName(runId),
    hub,
    plan: sha256,
    keys: accounts.reduce((sum, { keys }) => sum + keys, 0),
    accounts: accounts.length,
    shown: accounts
      .toSorted((a, b) => needsPerson(b) - needsPerson(a) || b.keys - a.keys)
      .slice(0, MAX_SHOWN)
      .map(({ account, keys, activeKeys, ifApplied }) => ({ account, keys, activeKeys, ifApplied })),
    why: approvalReasons,
    expiresAt,
    command: isOrganizationRunId(runId) ? command : null,
  }
}

const needsPerson = ({ ifApplied }: AccountPlan): number => (ifApplied === 'go' ? 0 : 1)

/** The message for a record. `command` is the line that shows it. */
export function organizationEnded(
  record: OrganizationRecord,
  command: string,
  recordSha256: string | null = null,
): OrganizationEnded {
  const error = errorForPeople(endOfOrganization(record), MAX_MESSAGE)
  const worked = record.accounts.filter(({ end }) => ORDER[end] !== null)
  return {
    kind: error === null ? 'organization run finished' : 'organization run failed',
    runId: shownName(record.runId),
    hub: record.hub,
    status: record.status,
    counts: record.incomplete ? null : record.counts,
    ifApplied: record.status === 'planned' ? record.ifApplied : null,
    error,
    shown: worked.toSorted((a, b) => (ORDER[a.end] ?? 0) - (ORDER[b.end] ?? 0)).slice(0, MAX_SHOWN),
    more: Math.max(worked.length - MAX_SHOWN, 0),
    recordSha256,
    command: isOrganizationRunId(record.runId) ? command : null,
  }
}

/** Which accounts a message shows first: those that may need action. null: it only counts them. */
const ORDER: Record<AccountEnd, number | null> = {
  failed: 0,
  unreachable: 1,
  busy: 2,
  changed: 3,
  'left out': 4,
  planned: 5,
  new: 6,
  'management account': 7,
  'nothing to do': null,
  'not active': null,
  excluded: null,
}
