// An organization run in one sentence: what it did, or why it did nothing.
import {
  END_FAILS,
  MODE_WRITES,
  type OrganizationStatus,
  OUTCOMES,
  type Outcome,
} from '../../core/model/closed-sets.ts'
import type { OrganizationRecord, RecordedAccount } from '../../core/model/documents/organization-record.ts'
import { ACTION_WORDS } from '../../core/texts/action-text.ts'
import { accountsOf, countOf, keysOf } from '../../core/texts/counts.ts'

/** The result of the run. One line, without the run's name. */
export function organizationHeadline(record: OrganizationRecord): string {
  const { counts, error, decision } = record
  switch (record.status) {
    case 'planned':
      return `${ifAppliedText(record)}. Nothing was written to IAM.`
    case 'nothing to do':
      return nothingDoneText(record)
    case 'changed':
      return `${doneText(record)}.`
    case 'some accounts failed':
      return `${failedText(record)}. ${othersText(record)}`
    case 'approval needed':
      return `Approval needed: ${record.ifApplied?.why.join('; ') || keysOf(counts.stale)}. Nothing was written to IAM.`
    case 'rejected':
      return `Rejected by ${decision?.by ?? 'a person'}. Nothing was written to IAM.`
    case 'expired':
      return 'Nobody answered in time, and no answer means no. Nothing was written to IAM.'
    case 'another run is open':
      return `Another run is open${error === null ? '' : `: ${error.message}`}. Nothing was written to IAM.`
    case 'switched off':
      return 'keysweep is switched off: mode off is deployed. Nothing was written to IAM.'
    case 'refused':
      return refusedText(record)
    case 'interrupted':
      return `Interrupted: ${wasTried(record) ? doneText(record) : 'no key was changed'}.`
  }
}

/** An organization run that has no record, in one sentence: what it did so far. @param open accounts without an end */
export function organizationStanding(record: OrganizationRecord, isRunning: boolean, open = 0): string {
  const head = isRunning ? 'Running' : 'No record'
  const rest = open > 0 ? `; ${open} of ${accountsOf(record.counts.accounts)} not finished` : ''
  if (wasTried(record)) return `${head}: so far ${doneText(record)}${rest}.`
  if (record.plan === null) return `${head}: no plan yet${rest}.`
  const plan = `${keysOf(record.plan.keys)} in ${accountsOf(record.plan.accounts)}`
  return `${head}: a plan of ${plan}, no key changed yet${rest}.`
}

const outcomeOf = ({ undo }: OrganizationRecord): Outcome => (undo === null ? 'deactivated' : 'reactivated')

/** Whether an outcome is one of a key that was to be changed. */
const wasTried = ({ counts }: OrganizationRecord): boolean => OUTCOMES.some((outcome) => counts[outcome] > 0)

/** "119 keys deactivated in 12 accounts, 1 skipped" */
function doneText(record: OrganizationRecord): string {
  const { counts, accounts } = record
  const done = outcomeOf(record)
  const where = accounts.filter((account) => account[done] > 0).length
  const others = OUTCOMES.filter((outcome) => outcome !== done && counts[outcome] > 0)
  return [
    `${keysOf(counts[done])} ${done}${where === 0 ? '' : ` in ${accountsOf(where)}`}`,
    ...others.map((outcome) => `${counts[outcome]} ${outcome}`),
  ].join(', ')
}

/** Keys that were left out or skipped are stale, or can be undone, all the same. */
function nothingDoneText(record: OrganizationRecord): string {
  const { counts, undo } = record
  if (wasTried(record)) return `Nothing done: ${doneText(record)}.`
  if (undo !== null) return `Nothing to do in ${accountsOf(counts.accounts)}: no key is to be reactivated.`
  return counts.stale === 0
    ? `Nothing to do in ${accountsOf(counts.accounts)}: no key is stale.`
    : `Nothing done: 0 of ${keysOf(counts.stale)} ${outcomeOf(record)}.`
}

const MOST_NAMED = 3

/** "2 of 40 accounts failed: 111122223333 (unreachable), 444455556666 (failed)" */
function failedText({ accounts, counts }: OrganizationRecord): string {
  const failed = accounts.filter(({ end }) => END_FAILS[end])
  const named = failed.slice(0, MOST_NAMED).map(({ account, end }) => `${account} (${end})`)
  const more = failed.length - named.length
  return `${failed.length} of ${accountsOf(counts.accounts)} failed: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`
}

/** "35 keys in 4 accounts" */
function plannedKeys({ plan, counts, accounts }: OrganizationRecord): string {
  const where = plan?.accounts ?? accounts.filter(hasStale).length
  return `${keysOf(plan?.keys ?? counts.stale)} in ${accountsOf(where)}`
}

const hasStale = ({ stale }: RecordedAccount): boolean => stale > 0

/** The end of the accounts that did not fail: as of a run without those that did. */
function othersText(record: OrganizationRecord): string {
  const { counts, undo } = record
  // Of an undo that failed it is not known how many keys there were.
  if (wasTried(record) || undo !== null) return `${doneText(record)}.`
  if (counts.stale === 0) return 'No key is stale in the others. Nothing was written to IAM.'
  return organizationHeadline({ ...record, status: statusOfOthers(record) })
}

function statusOfOthers({ decision, mode, ifApplied }: OrganizationRecord): OrganizationStatus {
  if (decision?.answer === 'reject') return 'rejected'
  if (decision?.answer === 'expired') return 'expired'
  if (decision !== null) return 'nothing to do'
  if (mode === null || !MODE_WRITES[mode]) return 'planned'
  return ifApplied === null || ifApplied.step === 'go' ? 'nothing to do' : 'approval needed'
}

function ifAppliedText(record: OrganizationRecord): string {
  const { ifApplied } = record
  switch (ifApplied?.step) {
    case 'go':
      return `${plannedKeys(record)} ${ACTION_WORDS.deactivate.wouldBe}`
    case 'ask':
      return `If applied, the run would ask a person about ${plannedKeys(record)}: ${ifApplied.why.join('; ')}`
    case 'stop':
      return `If applied, the run would stop: ${ifApplied.why.join('; ')}`
    case undefined:
      return `${countOf(record.counts.stale, 'stale key')} planned`
  }
}

/** Only a whole record shows that nothing was written. */
function refusedText(record: OrganizationRecord): string {
  const why = record.error?.message ?? 'no reason was noted'
  if (record.incomplete) return `Failed. This record does not show which keys were changed: ${why}`
  return wasTried(record) ? `Failed: ${why}. ${doneText(record)}.` : `Refused, nothing was written to IAM: ${why}`
}
