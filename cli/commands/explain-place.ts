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
import { accountsWith, knownAccounts, type MemberAccount } from '../../views/account-of.ts'
import { keysNamed } from '../../views/explained-key.ts'
import type { ExplainOptions } from './explain.ts'

export interface Place {
  account: string
  name: string | null
  /** null: the caller's own account. */
  member: Member | null
}

interface Asking {
  ports: Pick<Ports, 'patientIamOf'>
  store: RunStore
  caller: Caller
}

/**
 * The account that has the key or the user: that of --account, else the caller's own and those of the newest organization
 * run of the store are looked through.
 * @throws UsageError if several accounts have it, or --account is not among them
 */
export async function placeOf(named: string, asking: Asking, { account }: ExplainOptions): Promise<Place> {
  const { store, caller } = asking
  const own: Place = { account: caller.account, name: null, member: null }
  if (account !== undefined && !ACCOUNT_ID.test(account))
    throw new UsageError(`Invalid --account ${JSON.stringify(account)}: must be an account id of 12 digits.`)
  if (account === caller.account) return own
  const known = await knownAccounts(store)
  if (account !== undefined) return knownPlace(account, known?.accounts ?? [], store)
  if (known === null) return own
  const others = (await accountsWith(store, known, named)).filter((one) => one.account !== caller.account)
  if (others.length === 0) return own
  const places = [...((await isInOwn(named, asking)) ? [own] : []), ...others]
  if (places.length === 1) return places[0] ?? own
  throw new UsageError(
    `${plain(named)} is in ${accountsOf(places.length)}: ${places.map(({ account }) => account).join(', ')}. Choose one with --account.`,
  )
}

function knownPlace(account: string, accounts: MemberAccount[], { location }: RunStore): Place {
  const found = accounts.find((one) => one.account === account)
  if (found !== undefined) return found
  throw new UsageError(
    `Account ${account} is in no organization run of ${location}, so its role is not known. Use credentials of this account.`,
  )
}

async function isInOwn(named: string, { ports, caller }: Asking): Promise<boolean> {
  try {
    await keysNamed(ports.patientIamOf(ofCaller(caller), READ), named)
    return true
  } catch (error) {
    if (error instanceof NoSuchEntity) return false
    // An exempt user, whose keys IAM may not list.
    if (error instanceof IamDenied) return true
    throw error
  }
}

/** "In account 111122223333 (payments)" */
export const placeText = ({ account, name }: Place): string =>
  plain(`In account ${account}${name === null ? '' : ` (${name})`}`)
