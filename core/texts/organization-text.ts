// What an organization run says of its accounts and its plan.
import type { AccountRunReason, NotSelected, OrganizationReason } from '../model/account-reason.ts'
import { EVERY_PLAN_ASKS } from './approval-text.ts'
import { countOf } from './counts.ts'

/** Why an account is `excluded` or `not active`. */
export function notSelectedText(not: NotSelected): string {
  switch (not.because) {
    case 'account':
      return 'in organization.exceptAccounts'
    case 'other-accounts':
      return 'not in organization.onlyAccounts'
    case 'not-allowed':
      return 'not in allowedAccounts of the settings'
    case 'unit':
      return `under ${not.unit}, in organization.exceptOus`
    case 'other-units':
      return 'under none of organization.onlyOus'
    case 'unit-unknown':
      return 'its organizational unit is unknown, and the settings select by unit'
    case 'tag':
      return `has the tag ${not.tag}, in organization.exceptTags`
    case 'other-tags':
      return 'has none of the tags in organization.onlyTags'
    case 'state':
      return `state ${not.state} in AWS Organizations`
    case 'state-unknown':
      return 'AWS Organizations does not say its state'
  }
}

/** Why an account ended by its run; null: its end says it all. */
export function accountRunText(reason: AccountRunReason): string | null {
  switch (reason.because) {
    case 'no-record':
      return `run ${reason.run} has no record`
    case 'other-run':
      return `run ${reason.run} was not started by this organization run`
    case 'incomplete':
      return `run ${reason.run} has an incomplete record`
    case 'no-plan':
      return `run ${reason.run} ended as planned, and its plan has no key`
    case 'nobody-asked':
      return `needs approval, and approval is never: ${reason.why.join('; ')}`
    case 'run':
      return reason.error === null
        ? `run ${reason.run} ended as "${reason.status}"`
        : `${reason.error.name}: ${reason.error.message}`
  }
}

/** Why a person must decide on an organization plan. */
export function organizationReasonText(reason: OrganizationReason): string {
  switch (reason.because) {
    case 'every-plan':
      return EVERY_PLAN_ASKS
    case 'maxAccounts':
      return `${countOf(reason.accounts, 'account')} with stale keys, organization.maxAccounts allows ${reason.allowed}`
    case 'maxKeys':
      return `${countOf(reason.stale, 'stale key')} in all accounts, organization.maxKeys allows ${reason.allowed}`
    case 'maxPercent':
      return `${reason.stale} of ${reason.activeKeys} active keys in all accounts, organization.maxPercent allows ${reason.allowed} %`
    case 'capped-accounts':
      return `${countOf(reason.accounts.length, 'account')} over ${reason.accounts.length === 1 ? 'its' : 'their'} own cap: ${some(reason.accounts)}`
    case 'rotation-accounts':
      return `${countOf(reason.accounts.length, 'account')} with keys in use that are stale only because of their age: ${some(reason.accounts)}`
    case 'unreachable':
      return `${reason.accounts.length} of ${countOf(reason.of, 'account')} unreachable: ${some(reason.accounts)}`
  }
}

const SHOWN = 5

/** The first accounts, and how many more there are. */
export const some = (accounts: string[]): string =>
  accounts.length <= SHOWN
    ? accounts.join(', ')
    : `${accounts.slice(0, SHOWN).join(', ')} and ${accounts.length - SHOWN} more`

/** Of a run that failed because of accounts. Names of accounts are chosen by people, so only ids are in it. */
export const accountsFailedText = (
  failed: { account: string; end: string; why: string | null }[],
  of: number,
): string => {
  const named = failed
    .slice(0, SHOWN)
    .map(({ account, end, why }) => (why === null ? `${account} ${end}` : `${account} ${end}: ${why}`))
  const more = failed.length > SHOWN ? `; and ${failed.length - SHOWN} more` : ''
  return `${failed.length} of ${countOf(of, 'account')} failed: ${named.join('; ')}${more}`
}
