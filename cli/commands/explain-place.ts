// In which account keysweep explain looks for a key or a user.
import type { Member } from '../../core/model/documents/input.ts'
import { IamDenied, NoSuchEntity } from '../../core/model/errors.ts'
import type { Caller } from '../../core/model/facts.ts'
import { ACCOUNT_ID } from '../../core/model/ids.ts'
import { accountsOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { ofCaller, READ } from '../../io/sts/iam-use.ts'
import { UsageError } from '../../local/errors.ts'
import type { Ports } from '../../steps/ports.ts'
import { accountsWith, type KnownAccounts, knownAccounts } from '../../views/account-of.ts'
import { keysNamed } from '../../views/explained-key.ts'
import type { ExplainOptions } from './explain.ts'

export interface Place {
  account: string
  name: string | null
  /** null: the caller's own account. */
  member: Member | null
  /** Profiles that an organization run signs with: it counts the keys behind them as its own, in every account. */
  profiles: string[]
}

interface Asking {
  ports: Pick<Ports, 'patientIamOf'>
  store: RunStore
  caller: Caller
  /** The account that a key belongs to; null: not known. */
  accountOfKey: (accessKeyId: string) => Promise<string | null>
}

/**
 * The account that has the key or the user: that of --account, else the caller's own and those of the newest organization
 * run of the store are looked through. STS knows the account of a key that no survey saw, such as one in use.
 * @throws UsageError if several accounts have it, or --account or the key's account is not among them
 */
export async function placeOf(named: string, asking: Asking, { account }: ExplainOptions): Promise<Place> {
  const { store, caller } = asking
  const own: Place = { account: caller.account, name: null, member: null, profiles: [] }
  if (account !== undefined && !ACCOUNT_ID.test(account))
    throw new UsageError(`Invalid --account ${JSON.stringify(account)}: must be an account id of 12 digits.`)
  if (account === caller.account) return own
  const known = await knownAccounts(store)
  const listed = placesOf(known)
  if (account !== undefined) return knownPlace(account, listed, account, store)
  if (known === null) return own
  const surveyed = (await accountsWith(store, known, named)).map((one) => one.account)
  const others = listed.filter((one) => one.account !== caller.account && surveyed.includes(one.account))
  if (others.length === 0) return (await placeOfKey(named, asking, listed)) ?? own
  const places = [...((await isInOwn(named, asking)) ? [own] : []), ...others]
  if (places.length === 1) return places[0] ?? own
  throw new UsageError(
    `${plain(named)} is in ${accountsOf(places.length)}: ${places.map(({ account }) => account).join(', ')}. Choose one with --account.`,
  )
}

const placesOf = (known: KnownAccounts | null): Place[] => {
  const accounts = known?.accounts ?? []
  const profiles = accounts.flatMap(({ member }) => member.profile ?? [])
  return accounts.map((one) => ({ ...one, profiles }))
}

function knownPlace(account: string, places: Place[], what: string, { location }: RunStore): Place {
  const found = places.find((one) => one.account === account)
  if (found !== undefined) return found
  throw new UsageError(
    `Account ${what} is not in the newest organization run of ${location}, so its role is not known. Use credentials of this account.`,
  )
}

/** Of an IAM user or the root user (IAM User Guide, unique identifiers). */
const LONG_TERM_KEY = /^AKIA\w{12,}$/

/** null: it is in the own account, or nobody knows where. @throws UsageError if it is in an account that no run lists */
async function placeOfKey(named: string, asking: Asking, places: Place[]): Promise<Place | null> {
  const { caller, store, accountOfKey } = asking
  if (!LONG_TERM_KEY.test(named) || (await isInOwn(named, asking, false))) return null
  const account = await accountOfKey(named)
  if (account === null || account === caller.account) return null
  return knownPlace(account, places, `${account} of key ${named}`, store)
}

/** @param ifDenied what a denial means: by default an exempt user, whose keys IAM may not list */
async function isInOwn(named: string, { ports, caller }: Asking, ifDenied = true): Promise<boolean> {
  try {
    await keysNamed(ports.patientIamOf(ofCaller(caller), READ), named)
    return true
  } catch (error) {
    if (error instanceof NoSuchEntity) return false
    if (error instanceof IamDenied) return ifDenied
    throw error
  }
}

/** "In account 111122223333 (payments)" */
export const placeText = ({ account, name }: Place): string =>
  plain(`In account ${account}${name === null ? '' : ` (${name})`}`)
