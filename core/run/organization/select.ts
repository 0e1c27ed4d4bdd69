// Which accounts an organization run works on. Every listed account is either selected, or ends here as `excluded` or
// `not active` with the reason. A selection that names something unknown is refused: it was meant for an account.
import type { NotSelected } from '../../model/account-reason.ts'
import type { AccountList, ListedAccount } from '../../model/documents/account-list.ts'
import type { Member } from '../../model/documents/input.ts'
import { InputRefused } from '../../model/errors.ts'
import type { OrganizationSettings } from '../../model/organization-fields.ts'
import type { Settings } from '../../model/settings.ts'
import { notSelectedText } from '../../texts/organization-text.ts'

/** An account as Organizations or a list has it. */
export interface FoundAccount extends Pick<ListedAccount, 'account' | 'name' | 'state' | 'path' | 'joinedAt'> {
  /** How to get into it; missing: by the roles of the settings. */
  member?: Member
}

/** The accounts before the selection. */
export interface FoundAccounts extends Pick<AccountList, 'source' | 'organizationId' | 'managementAccount'> {
  accounts: FoundAccount[]
}

/** The accounts of the settings. Nothing else is known of them. */
export const listOf = (accounts: string[]): FoundAccounts => ({
  source: 'list',
  organizationId: null,
  managementAccount: null,
  accounts: accounts.map((account) => ({ account, name: null, state: null, path: null, joinedAt: null })),
})

/** An account's tags; undefined: they were not read. */
export type TagsOf = (account: string) => Record<string, string> | undefined

/**
 * The most accounts of one run: their ids travel through the state machine, whose data may have 256 KiB, and a Map Run has at
 * most 10,000 children at once (Step Functions quotas).
 */
export const MAX_ACCOUNTS = 10_000

/** Organizations' states of an account that works. One that is about to be closed still does (Organizations API Reference). */
const WORKING_STATES = ['ACTIVE', 'PENDING_CLOSURE']

type Selection = Pick<
  OrganizationSettings,
  | 'onlyAccounts'
  | 'onlyOus'
  | 'onlyTags'
  | 'exceptAccounts'
  | 'exceptOus'
  | 'exceptTags'
  | 'readRole'
  | 'deactivateRole'
  | 'reactivateRole'
>

/** The accounts that any run may work on hold here too. */
type Selecting = Selection & Pick<Settings, 'allowedAccounts'>

/**
 * Every found account, selected (`end: null`) or not, in order of its id.
 * @throws InputRefused for an account that is listed twice, an account or organizational unit of the selection that is not
 *   among the found ones, and for a selection of no account or of more than 10,000
 */
export function selectAccounts(found: FoundAccounts, settings: Selecting, tagsOf: TagsOf): ListedAccount[] {
  refuseDoubles(found)
  refuseUnknown(found, settings)
  const member = memberOf(settings)
  const listed = found.accounts
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map((account): ListedAccount => {
      const why = beforeTags(found, settings, account) ?? byTags(settings, tagsOf(account.account))
      const { account: id, name, state, path, joinedAt } = account
      const end = why === null ? null : END_OF[why.because]
      const text = why && notSelectedText(why)
      return { account: id, name, state, path, joinedAt, end, why: text, member: account.member ?? member }
    })
  refuseCount(listed.filter(({ end }) => end === null).length, listed.length)
  return listed
}

/**
 * Refuses what is wrong with the selection whatever the tags of the accounts are, before anything of the run is stored.
 * @throws InputRefused as `selectAccounts` does
 */
export function refuseSelection(found: FoundAccounts, settings: Selecting): void {
  refuseDoubles(found)
  refuseUnknown(found, settings)
  const left = found.accounts.filter((account) => beforeTags(found, settings, account) === null).length
  if (left === 0 || !hasTags(settings)) refuseCount(left, found.accounts.length)
}

const hasTags = ({ onlyTags, exceptTags }: Selection): boolean => onlyTags !== null || exceptTags.length > 0

/** The accounts whose tags decide: those that nothing else leaves out. Empty if the settings name no tag. */
export function accountsToReadTagsOf(found: FoundAccounts, settings: Selecting): string[] {
  if (!hasTags(settings)) return []
  return found.accounts.filter((account) => beforeTags(found, settings, account) === null).map(({ account }) => account)
}

/** The roles of the settings, which the accounts of a list have as well. */
export const memberOf = (settings: Pick<Selection, 'readRole' | 'deactivateRole' | 'reactivateRole'>): Member => ({
  roles: { read: settings.readRole, deactivate: settings.deactivateRole, reactivate: settings.reactivateRole },
  profile: null,
})

const END_OF: Record<NotSelected['because'], 'excluded' | 'not active'> = {
  'not-allowed': 'excluded',
  account: 'excluded',
  'other-accounts': 'excluded',
  unit: 'excluded',
  'other-units': 'excluded',
  'unit-unknown': 'excluded',
  tag: 'excluded',
  'other-tags': 'excluded',
  state: 'not active',
  'state-unknown': 'not active',
}

/** What leaves an account out without a look at its tags; null: nothing does. */
function beforeTags({ source }: FoundAccounts, settings: Selecting, found: FoundAccount): NotSelected | null {
  const { allowedAccounts, onlyAccounts, exceptAccounts } = settings
  if (allowedAccounts !== null && !allowedAccounts.includes(found.account)) return { because: 'not-allowed' }
  if (exceptAccounts.includes(found.account)) return { because: 'account' }
  if (onlyAccounts !== null && !onlyAccounts.includes(found.account)) return { because: 'other-accounts' }
  return byUnits(settings, found) ?? byState(source, found)
}

function byUnits({ onlyOus, exceptOus }: Selection, { path }: FoundAccount): NotSelected | null {
  if (onlyOus === null && exceptOus.length === 0) return null
  if (path === null) return { because: 'unit-unknown' }
  const units = unitsIn(path)
  const except = exceptOus.find((unit) => units.includes(unit))
  if (except !== undefined) return { because: 'unit', unit: except }
  return onlyOus === null || onlyOus.some((unit) => units.includes(unit)) ? null : { because: 'other-units' }
}

/** The root and the organizational units of a path such as "o-…/r-…/ou-…/<account>/". */
const unitsIn = (path: string): string[] => path.split('/').filter((part) => /^(r|ou)-/.test(part))

/** A list says nothing of an account's state. */
function byState(source: FoundAccounts['source'], { state }: FoundAccount): NotSelected | null {
  if (source !== 'organizations') return null
  if (state === null) return { because: 'state-unknown' }
  return WORKING_STATES.includes(state) ? null : { because: 'state', state }
}

/** Tags that were not read are a doubt, and leave the account out. */
function byTags({ onlyTags, exceptTags }: Selection, tags: Record<string, string> = {}): NotSelected | null {
  const carried = Object.entries(tags).map(([key, value]) => `${key}=${value}`)
  const except = exceptTags.find((tag) => carried.includes(tag))
  if (except !== undefined) return { because: 'tag', tag: except }
  return onlyTags === null || onlyTags.some((tag) => carried.includes(tag)) ? null : { because: 'other-tags' }
}

function refuseDoubles({ accounts }: FoundAccounts): void {
  const known = new Set<string>()
  for (const { account } of accounts) {
    if (known.has(account))
      throw new InputRefused(`Accounts refused: ${account} is listed twice. List every account once.`)
    known.add(account)
  }
}

function refuseUnknown({ accounts, source }: FoundAccounts, settings: Selection): void {
  const ids = new Set(accounts.map(({ account }) => account))
  const units = new Set(accounts.flatMap(({ path }) => (path === null ? [] : unitsIn(path))))
  const refuse = (field: keyof Selection, named: string[] | null, known: Set<string>, what: string) => {
    const unknown = (named ?? []).filter((one) => !known.has(one))
    if (unknown.length === 0) return
    throw new InputRefused(
      `Accounts refused: organization.${field} has ${unknown.slice(0, 5).join(', ')}; ${what}. Correct the spelling, or remove it.`,
    )
  }
  const listed = source === 'list' ? 'the list has no such account' : 'AWS Organizations lists no such account'
  const inUnit =
    source === 'list' ? 'a list has no organizational units' : 'AWS Organizations lists no account under it'
  refuse('onlyAccounts', settings.onlyAccounts, ids, listed)
  refuse('exceptAccounts', settings.exceptAccounts, ids, listed)
  refuse('onlyOus', settings.onlyOus, units, inUnit)
  refuse('exceptOus', settings.exceptOus, units, inUnit)
}

function refuseCount(selected: number, of: number): void {
  if (selected === 0)
    throw new InputRefused(
      `Accounts refused: none of ${of} accounts is selected, and a run needs one. Check what allowedAccounts, organization.onlyAccounts, onlyOus and onlyTags select, and what exceptAccounts, exceptOus and exceptTags leave out.`,
    )
  if (selected > MAX_ACCOUNTS)
    throw new InputRefused(
      `Accounts refused: a run works on at most ${MAX_ACCOUNTS} accounts, and ${selected} are selected. Select fewer with organization.onlyOus, and start one run for each part.`,
    )
}
